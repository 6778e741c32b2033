/**
 * What would become garbage if all that is ticked were gone together, and what would hold the rest: the answer of `goheap whatif`.
 */
import type {ComponentType} from 'preact';
import type {ShownSum, WhatIfAnswer} from '../../long-protocol.js';
import {useFacts} from '../facts.js';
import {counted, formatCount, formatShare, showBytes, worded} from '../format.js';
import {useLong} from '../long-request.js';
import {nodeHref} from '../router.js';
import {tickKey, ticks, toggleTick, whatIfOf} from '../selection.js';
import {Bar} from './bar.js';
import {Empty} from './empty.js';
import {LongWork} from './long-work.js';
import {ByteSize} from './size.js';
import {Name, Text} from './text.js';

export function WhatIfTicked() {
  const ticked = ticks.value;
  const pending = useLong<WhatIfAnswer>('/api/whatif', ticked.length === 0 ? undefined : whatIfOf(ticked));
  const live = useFacts()?.live;
  if (ticked.length === 0)
    return (
      <Empty>
        Tick objects, types and pointers anywhere, in lists, paths and values: this tells what becomes garbage when all of them are gone,
        and what holds the rest. Key w ticks what is selected.
      </Empty>
    );
  const {value} = pending;
  return (
    <div class="what-if">
      <div class="table-head">
        <h2>Without</h2>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            ticks.value = [];
          }}
        >
          Untick all
        </button>
      </div>
      <ul class="ticked">
        {ticked.map((tick) => (
          <li key={tickKey(tick)}>
            <button type="button" class="chip" title="Untick" onClick={() => toggleTick(tick)}>
              {tick.kind === 'types' && 'all '}
              <Name value={tick.name} /> ×
            </button>
          </li>
        ))}
      </ul>
      <LongWork pending={pending} what="Marking what is left" />
      {value && <Answer answer={value} live={live} />}
    </div>
  );
}

function Answer({answer: {garbage, stays, held, owners, types}, live}: {readonly answer: WhatIfAnswer; readonly live: number | undefined}) {
  return (
    <>
      <p class="garbage" role="status">
        <strong>
          <ByteSize value={garbage.bytes} />
        </strong>{' '}
        in {counted(garbage.objects, 'object')} become garbage
        {live ? `, ${formatShare(garbage.bytes / live)} of the live heap.` : '.'}
      </p>
      {live !== undefined && <Bar share={garbage.bytes / live} />}
      {stays.objects > 0 && (
        <p>
          {showBytes(stays.bytes)} in {counted(stays.objects, 'object')} stay, because others hold them too.
        </p>
      )}
      <Sums title="Still held by" all={stays} rows={held.map((row) => ({...row, key: `${row.name} ${row.type}`}))} show={Held} />
      <Sums title="Garbage by owner" all={garbage} rows={owners.map((row) => ({...row, key: `${row.owner} ${row.kind}`}))} show={Owner} />
      <Sums
        title="Garbage by type"
        all={garbage}
        rows={types.map((row) => ({...row, key: row.type}))}
        show={({type}) => <Name value={type} />}
      />
    </>
  );
}

function Held({name, type, count, node}: WhatIfAnswer['held'][number]) {
  if (node === undefined) return <span class="muted">others</span>;
  return (
    <>
      <a href={nodeHref({id: node})} title={name}>
        {count > 1 && `${formatCount(count)} × `}
        <Text value={name} />
      </a>{' '}
      <span class="muted">
        <Name value={type} />
      </span>
    </>
  );
}

function Owner({owner, kind}: WhatIfAnswer['owners'][number]) {
  return (
    <>
      <Name value={owner} /> {kind !== 'type' && <span class="muted">{worded(kind)}</span>}
    </>
  );
}

interface SumsProps<R> {
  readonly title: string;
  readonly all: ShownSum;
  readonly rows: readonly R[];
  readonly show: ComponentType<R>;
}

const LISTED = 12;

function Sums<R extends ShownSum & {readonly key: string}>({title, all, rows, show: Show}: SumsProps<R>) {
  if (rows.length === 0) return null;
  const listed = rows.slice(0, LISTED);
  const rest = all.bytes - listed.reduce((sum, {bytes}) => sum + bytes, 0);
  return (
    <table class="sums">
      <caption>{title}</caption>
      <tbody>
        {listed.map((row) => (
          <tr key={row.key}>
            <td>
              <ByteSize value={row.bytes} />
            </td>
            <th scope="row">
              <Show {...row} />
            </th>
          </tr>
        ))}
        {rest > 0 && (
          <tr class="muted">
            <td>
              <ByteSize value={rest} />
            </td>
            <th scope="row">more</th>
          </tr>
        )}
      </tbody>
    </table>
  );
}
