/**
 * What holds the selection, in groups: of an object the pointers to it, one row a path; of a type the paths to all its objects, as one tree with
 * what each step would release.
 */
import {useState} from 'preact/hooks';
import type {HeldByAnswer, HeldByStep, InboundAnswer} from '../../long-protocol.js';
import {counted, formatCount, showBytes} from '../format.js';
import {useLong} from '../long-request.js';
import {nodeHref} from '../router.js';
import type {PanelProps} from '../selection.js';
import {Empty} from './empty.js';
import {LongWork} from './long-work.js';
import {ByteSize} from './size.js';
import {Name, Text} from './text.js';
import {TickBox} from './tick.js';

export function HeldGrouped({selected: {node, types}}: PanelProps) {
  return types === undefined ? <Inbound node={node} /> : <HolderTree types={types} />;
}

function Inbound({node}: {readonly node: number}) {
  const pending = useLong<InboundAnswer>('/api/inbound', {node});
  const {value} = pending;
  return (
    <div class="held-grouped">
      <LongWork pending={pending} what="Looking at pointers" />
      {value && <p class="said">{inboundText(value)}</p>}
      {value && (
        <ul class="pointer-groups">
          {value.groups.map(({name, pointers, source}) => (
            <li key={name}>
              <TickBox tick={{kind: 'group', node, name}} />
              <code>
                <Text value={name} />
              </code>
              <a href={nodeHref({id: source})} title="The first that has such a pointer">
                {counted(pointers, 'pointer')}
              </a>
            </li>
          ))}
        </ul>
      )}
      {value && value.more > 0 && <p class="muted">{counted(value.more, 'more way')}</p>}
    </div>
  );
}

function inboundText({groups, pointers, garbage, more, cut}: InboundAnswer): string {
  const rest = garbage > 0 ? ` ${counted(garbage, 'further pointer')} from garbage hold nothing.` : '';
  if (pointers === 0) return `No pointer leads here: it is a root node, or garbage.${rest}`;
  const ways = groups.length + more;
  const all = pointers > 1 ? ' It is garbage when all of them are gone.' : '';
  return `${cut ? 'At least ' : ''}${counted(pointers, 'pointer')} in ${counted(ways, 'way')}.${all}${rest}`;
}

export function HolderTree({types}: {readonly types: readonly number[]}) {
  const [exclude, setExclude] = useState<readonly string[]>([]);
  const pending = useLong<HeldByAnswer>('/api/held-by', {types, exclude});
  const value = pending.value ?? (pending.isLoading ? pending.previous : undefined);
  return (
    <div class="held-grouped">
      {exclude.length > 0 && (
        <p class="avoided">
          Not through{' '}
          {exclude.map((path) => (
            <button
              key={path}
              type="button"
              class="chip"
              title="Allow it again"
              onClick={() => setExclude(exclude.filter((each) => each !== path))}
            >
              <Text value={path} /> ×
            </button>
          ))}
        </p>
      )}
      <LongWork pending={pending} what="Following paths" />
      {value && <p class="said">{heldByText(value)}</p>}
      {value?.rows.length === 0 && <Empty>Nothing holds them.</Empty>}
      {value && (
        <ul class="holder-tree">
          {value.rows.map((row, index) => (
            <HolderRow key={`${index} ${row.path}`} row={row} exclude={(path) => setExclude([...exclude, path])} />
          ))}
        </ul>
      )}
    </div>
  );
}

function heldByText({objects, bytes, excluded, unknown}: HeldByAnswer): string {
  const sentences = [`${counted(objects, 'object')}, ${showBytes(bytes)}.`];
  if (excluded > 0) sentences.push(`Nothing else holds ${formatCount(excluded)} of them.`);
  if (unknown > 0) sentences.push(`${formatCount(unknown)} are at the end of paths of more than a million pointers.`);
  return sentences.join(' ');
}

const INDENT_PIXELS = 12;

function HolderRow({row, exclude}: {readonly row: HeldByStep; readonly exclude: (path: string) => void}) {
  const {level, name, path, count, bytes, releases, exact} = row;
  return (
    <li style={{paddingLeft: `${level * INDENT_PIXELS}px`}}>
      <div class="step">
        {path !== null && <TickBox tick={{kind: 'path', name: path}} />}
        {name === null ? <span class="muted">others</span> : <Name value={name} />}
        <ByteSize value={bytes} />
      </div>
      <div class="pointer">
        <span>{counted(count, 'object')}</span>
        {path !== null && (
          <span class="releases" title={`What becomes garbage without ${path}`}>
            releases {releases === null ? '–' : `${exact === false ? '≥ ' : ''}${showBytes(releases)}`}
          </span>
        )}
        {path !== null && (
          <button type="button" class="quiet" onClick={() => exclude(path)} title="By which other paths are they held?">
            Avoid
          </button>
        )}
      </div>
    </li>
  );
}
