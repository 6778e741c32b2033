/**
 * The columns of the goroutines' tree: what it is, its state and wait, its stack, what it retains.
 */
import {counted, formatCount, formatWait, worded} from '../format.js';
import {type GoroutineGroup, type GoroutineItem, nodeOf} from '../goroutine-items.js';
import type {TableColumn} from './cell.js';
import {Chip} from './chip.js';
import {NodeLink} from './link.js';
import {Name, Text} from './text.js';
import {TickBox} from './tick.js';
import {WaitsFor} from './waits-for.js';

export function goroutineColumns(live: number | undefined): readonly TableColumn<GoroutineItem>[] {
  return [
    {
      id: 'name',
      label: worded('Goroutines, frames, variables'),
      kind: 'text',
      least: 340,
      value: () => null,
      lead: tickBox,
      show: (item) => <Label item={item} />,
    },
    {id: 'state', label: 'State', kind: 'text', value: stateOf, show: (item) => <State text={stateOf(item) ?? ''} />, width: 150},
    {
      id: 'wait',
      label: 'Waits',
      kind: 'number',
      value: waitOf,
      show: waitOfItem,
      width: 112,
      title: 'Of a group the longest. ≥: at least, the runtime noted nothing later; ≤: since the last collection at most',
    },
    {
      id: 'waits_for',
      label: 'Waits for',
      kind: 'text',
      width: 250,
      title: worded('By its path; of a group, what its first goroutine waits for'),
      value: () => null,
      show: (item) => <WaitsFor goroutine={numberOf(item)} />,
    },
    {id: 'stack', label: 'Stack', kind: 'bytes', value: stackOf, show: (item) => (stackOf(item) === null ? '' : undefined), width: 92},
    {
      ...{
        id: 'retained',
        label: 'Retained',
        kind: 'bytes',
        value: retainedOf,
        show: (item) => (item.kind === 'frame' ? '' : undefined),
      },
      ...{width: 92, isMain: true, title: 'Of a group the sum; together they may retain more, what only they share'},
    },
    {
      ...{id: 'cost', label: 'Whole cost', kind: 'bytes', value: costOf, whole: live, isMain: true},
      ...{show: (item) => (costOf(item) === null ? '' : undefined), title: 'Stacks and what they retain; shares are of the live heap'},
    },
  ];
}

function tickBox(item: GoroutineItem) {
  const node = nodeOf(item);
  return node && <TickBox tick={{kind: 'node', node: node.id, name: node.name}} />;
}

function stateOf(item: GoroutineItem): string | null {
  if (item.kind === 'group') return item.group.wait_reason ?? item.group.status ?? 'several states';
  return item.kind === 'goroutine' ? (item.goroutine.wait_reason ?? item.goroutine.status) : null;
}

function State({text}: {readonly text: string}) {
  return (
    <span title={text}>
      <Text value={text} />
    </span>
  );
}

function waitOf(item: GoroutineItem): number | null {
  if (item.kind === 'group') return item.group.longest_wait_seconds;
  return item.kind === 'goroutine' ? item.goroutine.wait_seconds : null;
}

function waitOfItem(item: GoroutineItem) {
  if (item.kind !== 'group' && item.kind !== 'goroutine') return '';
  return <Waited seconds={waitOf(item)} of={item.kind === 'group' ? item.group : item.goroutine} />;
}

interface WaitProps {
  readonly seconds: number | null;
  readonly of: Pick<GoroutineGroup, 'status' | 'wait_exact' | 'wait_at_most'>;
}

/** How long; nothing for what does not wait. */
export function Waited({seconds, of}: WaitProps) {
  const text = formatWait(seconds, of);
  if (text !== '') return <>{text}</>;
  if (of.status !== 'waiting' && of.status !== 'syscall') return null;
  return (
    <span class="muted" title="The runtime notes who waits only when it collects garbage, and had not since this wait began">
      not noted
    </span>
  );
}

function stackOf(item: GoroutineItem): number | null {
  if (item.kind === 'group') return item.group.stack_bytes;
  if (item.kind === 'goroutine') return item.goroutine.stack_bytes;
  return item.kind === 'frame' ? item.frame.size : null;
}

function costOf(item: GoroutineItem): number | null {
  if (item.kind !== 'group' && item.kind !== 'goroutine') return null;
  return (stackOf(item) ?? 0) + (retainedOf(item) ?? 0);
}

function numberOf(item: GoroutineItem): number | null {
  if (item.kind === 'group') return item.group.id;
  return item.kind === 'goroutine' ? item.goroutine.id : null;
}

function retainedOf(item: GoroutineItem): number | null {
  if (item.kind === 'group') return item.group.retained;
  if (item.kind === 'goroutine') return item.goroutine.retained;
  return item.kind === 'local' ? item.local.retained : null;
}

function Label({item}: {readonly item: GoroutineItem}) {
  if (item.kind === 'local') {
    const {name, type} = item.local;
    return (
      <>
        <NodeLink node={nodeOf(item)!} label={name ?? '?'} /> {type !== null && <Muted name={type} />}
      </>
    );
  }
  if (item.kind === 'frame') {
    const {function: name, file, line, inlined, omitted} = item.frame;
    return (
      <>
        <Name value={name ?? '?'} /> <Place file={file} line={line} /> {inlined === 1 && <Chip>inlined</Chip>}
        {omitted! > 0 && (
          <Chip title="Of a deep stack only the innermost and the outermost frames are kept">
            {counted(omitted!, 'frame')} elided behind it
          </Chip>
        )}
      </>
    );
  }
  return <Head item={item} />;
}

function Head({item}: {readonly item: GoroutineItem & {kind: 'group' | 'goroutine'}}) {
  const head = item.kind === 'group' ? item.group : item.goroutine;
  const node = nodeOf(item);
  return (
    <>
      {node ? (
        <NodeLink node={node} />
      ) : (
        <strong>{item.kind === 'group' ? `${formatCount(item.group.goroutines!)} ×` : worded(`goroutine ${item.goroutine.id}`)}</strong>
      )}{' '}
      <Name value={head.function ?? 'entry not known'} /> {item.kind === 'group' && <At group={item.group} />}
      {head.created_by !== null && (
        <span class="muted">
          by <Name value={head.created_by} /> <Place file={head.file} line={head.line} />
        </span>
      )}
      <Leaked item={item} /> {head.system === 1 && <Chip>system</Chip>}{' '}
      {item.kind === 'goroutine' && <Labels json={item.goroutine.labels} />}
    </>
  );
}

/** In the words of Go's own traces. */
function Leaked({item}: {readonly item: GoroutineItem & {kind: 'group' | 'goroutine'}}) {
  const leaked = item.kind === 'group' ? item.group.leaked : item.goroutine.leaked;
  if (!leaked) return null;
  const isAll = item.kind === 'goroutine' || leaked === item.group.goroutines;
  return (
    <Chip tone="warning" title="Nothing that still runs leads to what it waits for: it never runs again">
      {isAll ? 'leaked' : `${formatCount(leaked)} leaked`}
    </Chip>
  );
}

/** Where the program itself waits, which is more than what the goroutine was started with. */
export function At({group: {function: entry, at_function: name, at_file: file, at_line: line}}: {readonly group: GoroutineGroup}) {
  if (name === null) return null;
  return (
    <>
      {name !== entry && (
        <>
          <span class="muted">in</span> <Name value={name} />{' '}
        </>
      )}
      <Place file={file} line={line} />{' '}
    </>
  );
}

/** Profiler labels: a JSON object of texts. */
function Labels({json}: {readonly json: string | null}) {
  if (json === null) return null;
  return (
    <>
      {Object.entries(JSON.parse(json) as Readonly<Record<string, unknown>>).map(([name, value]) => (
        <Chip key={name} title="Profiler label">
          <Text value={`${name}=${String(value)}`} />
        </Chip>
      ))}
    </>
  );
}

function Muted({name}: {readonly name: string}) {
  return (
    <span class="muted">
      <Name value={name} />
    </span>
  );
}

function Place({file, line}: {readonly file: string | null; readonly line: number | null}) {
  if (file === null) return null;
  return (
    <span class="muted" title={`${file}${line === null ? '' : `:${line}`}`}>
      <Text value={`${file.split('/').at(-1)}${line === null ? '' : `:${line}`}`} />
    </span>
  );
}
