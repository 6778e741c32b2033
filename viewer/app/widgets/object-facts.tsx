/**
 * The head of a node's page: what it is, where it is, how big, what it retains, and the nodes and places that belong to it.
 */
import type {ComponentChildren} from 'preact';
import {related} from '../../../src/database/queries/held-by-queries.js';
import {spanOfNode} from '../../../src/database/queries/memory-map-queries.js';
import type {node} from '../../../src/database/queries/node-queries.js';
import {allocation, node as nodeQuery} from '../../../src/database/queries/node-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {useQuery} from '../api.js';
import {counted, formatAddress, formatCount, showBytes, worded} from '../format.js';
import {href, nodeText} from '../router.js';
import {shortName} from '../short-names.js';
import {sqlOf} from '../sql-text.js';
import {Chip} from './chip.js';
import {namedBy} from './dominator-columns.js';
import {boxOf, linesOf} from './footprint.js';
import {goroutineHref, NodeLink, TypeLink} from './link.js';
import {SaveButton} from './save-button.js';
import {ByteSize, Size, Unknown} from './size.js';
import {SqlButton} from './sql-button.js';
import {Boxes, Chain, Slots} from './term-drawings.js';
import {TermWord} from './term-word.js';
import {Name, Text} from './text.js';

type Sizes = RowOf<typeof node>;

export function ObjectFacts({sizes, live}: {readonly sizes: Sizes; readonly live: number | undefined}) {
  const {kind, type, address, length, size, retained, retained_objects: objects, reachable, depth, evidence} = sizes;
  const ties = useQuery(related, {id: sizes.id!}).rows ?? [];
  const isObject = kind === 'object';
  return (
    <div class="node-head">
      <dl class="facts">
        <Fact name="Kind">
          {worded(kind!)} {reachable === 0 && <Chip tone="warning">unreachable</Chip>}
        </Fact>
        <Fact name="Type">
          {type === null || type === 'unknown' ? 'not known' : <TypeLink type={type} />}
          {length !== null && length > 1 && ` × ${formatCount(length)}`}
          {evidence !== null && (
            <span class="muted">
              {' '}
              by <TermWord id="evidence" word={evidence} />
            </span>
          )}
        </Fact>
        <Fact name="Address">{address === null ? <Unknown /> : <code>{formatAddress(address)}</code>}</Fact>
        <Fact name={isObject ? <SlotWord sizes={sizes} /> : 'Storage'}>
          <ByteSize value={size} />
          {isObject && <Span id={sizes.id!} />}
        </Fact>
        <Fact name={<RetainedWord sizes={sizes} live={live} />}>
          {reachable === 0 ? 'garbage: nothing reaches it' : <Size value={retained} whole={live} />}
          {objects !== null && <span class="muted"> {counted(objects, 'object')}</span>}
        </Fact>
        {depth !== null && <Fact name="Depth">{counted(depth, 'pointer')} from a root</Fact>}
        {ties.map((tie) => (
          <Fact
            key={tie.relation}
            name={
              tie.relation === 'dominator' ? (
                <TermWord id="dominated">
                  <Chain through={shortName(tie.name ?? '')} objects={objects ?? 1} />
                </TermWord>
              ) : (
                capital(tie.relation ?? '')
              )
            }
          >
            <NodeLink node={namedBy(tie)} /> {tie.type !== null && tie.type !== 'unknown' && <Name value={tie.type} />}
          </Fact>
        ))}
        <Place sizes={sizes} />
      </dl>
    </div>
  );
}

/** The way to the node's place among all others, and to the statement behind its facts. */
export function ObjectLinks({sizes: {id, kind, name, address, size, reachable}}: {readonly sizes: Sizes}) {
  return (
    <span class="links">
      {reachable !== 0 && <a href={href('holders', {o: nodeText({id: id!, kind, name, address})})}>Show among holders</a>}{' '}
      {address !== null && size !== null && <SaveButton node={id!} name={nodeText({id: id!, kind, name, address})} size={size} />}{' '}
      <SqlButton sql={sqlOf(nodeQuery, {id: id!})} title={nodeQuery.title} />
    </span>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The slot's bytes by use. */
function SlotWord({sizes}: {readonly sizes: Sizes}) {
  return (
    <TermWord id="slot">
      <Boxes boxes={linesOf(sizes).map(boxOf)} />
    </TermWord>
  );
}

function RetainedWord({sizes: {size, retained, kind}, live}: {readonly sizes: Sizes; readonly live: number | undefined}) {
  const own = kind === 'object' ? (size ?? 0) : 0;
  const all = retained ?? 0;
  return (
    <TermWord id="retained">
      <Boxes
        boxes={[
          {name: 'its own slot', size: own, color: 'live'},
          {name: 'what only it keeps', size: all - own, color: 'free'},
          {name: 'the rest of the live heap', size: (live ?? all) - all, color: 'idle'},
        ]}
      />
    </TermWord>
  );
}

function Fact({name, children}: {readonly name: ComponentChildren; readonly children: ComponentChildren}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Span({id}: {readonly id: number}) {
  const span = useQuery(spanOfNode, {id}).rows?.[0];
  if (!span) return null;
  const {address, size, slots, allocated, scan} = span;
  return (
    <span class="muted" title={`Span at ${formatAddress(address ?? 0)}`}>
      {' '}
      one of {formatCount(slots ?? 0)} ({formatCount(allocated ?? 0)} used) in a{' '}
      <TermWord id="span" word="span">
        <Slots slots={slots ?? 1} used={allocated ?? 1} />
      </TermWord>{' '}
      of {showBytes(size ?? 0)}, {scan === 1 ? 'with' : 'without'} pointers
    </span>
  );
}

/** Where it is declared or runs, the goroutine it belongs to, and where an object was allocated, as far as that was sampled. */
function Place({sizes}: {readonly sizes: Sizes}) {
  const {id, function: name, file, line, goroutine_id: goroutine} = sizes;
  const calls = useQuery(allocation, {id: id!}).rows ?? [];
  const place = (at: string | null, number: number | null) =>
    at !== null && <span class="muted" title={at}>{` ${at.split('/').at(-1)}${number === null ? '' : `:${number}`}`}</span>;
  return (
    <>
      {goroutine !== null && (
        <Fact name="Stack">
          <a href={goroutineHref(goroutine)}>{worded(`goroutine ${goroutine}`)}</a>
        </Fact>
      )}
      {(name !== null || file !== null) && (
        <Fact name={goroutine === null ? 'Declared' : 'In'}>
          {name !== null && <Name value={name} />}
          {place(file, line)}
        </Fact>
      )}
      {calls.length > 0 && (
        <Fact name="Allocated in">
          <details>
            <summary>
              <Name value={calls[0]!.function ?? '?'} />
              {place(calls[0]!.file, calls[0]!.line)}
            </summary>
            <ol class="calls">
              {calls.slice(1).map((call, index) => (
                <li key={`${index} ${call.function}`}>
                  <Text value={call.function ?? '?'} />
                  {place(call.file, call.line)}
                </li>
              ))}
            </ol>
          </details>
        </Fact>
      )}
    </>
  );
}
