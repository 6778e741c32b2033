/**
 * The memory in one line of figures that people know from elsewhere, and as two bars: the live heap by whose bytes they are, and thin below it all
 * of the process, hatched what was never touched.
 */
import {collectorWords} from '../../../src/base/collector-words.js';
import {histogramByOwner} from '../../../src/database/queries/histogram-queries.js';
import {memory} from '../../../src/database/queries/info-queries.js';
import {memoryFigures} from '../../../src/database/queries/memory-figures.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {untyped} from '../../../src/database/queries/type-queries.js';
import {useQuery} from '../api.js';
import {useFacts} from '../facts.js';
import {formatShare, showBytes} from '../format.js';
import {type BudgetPart, budgetOf} from '../memory-budget.js';
import {href} from '../router.js';
import {sqlOf} from '../sql-text.js';
import {StackedBar} from './bar.js';
import {Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {ownerHref} from './link.js';
import {ByteSize} from './size.js';
import {SqlButton} from './sql-button.js';
import {Name, Text} from './text.js';

type MemoryRows = readonly RowOf<typeof memory>[];

/** As many colours as style.css has for them. */
const OWNERS = {filter: '', limit: 7};

export function OverviewBars() {
  const {rows, failure, retry} = useQuery(memory, {});
  const unknown = useQuery(untyped, {}).rows?.[0]?.bytes;
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (rows === undefined || unknown === undefined) return <Loading />;
  return (
    <section class="budget" aria-labelledby="budget-title">
      <Headline rows={rows} />
      <OwnerBar />
      <ProcessBar rows={rows} untypedBytes={unknown ?? 0} />
    </section>
  );
}

/** Smallest first, but for what is about the collector. */
function Headline({rows}: {readonly rows: MemoryRows}) {
  const facts = useFacts();
  const {heapAlloc, heapInUse, stacks, touched, sys, files} = memoryFigures(rows);
  const collector = collectorWords((key) => (key === 'gc_cycles' ? undefined : facts?.number(key)), showBytes); // a line has no room for more
  const figures = [
    [`HeapAlloc ${showBytes(heapAlloc)}`, 'MemStats.HeapAlloc: with garbage that was not freed yet'],
    [`HeapInuse ${showBytes(heapInUse)}`, 'MemStats.HeapInuse: pages that hold objects, with their free slots'],
    [`StackInuse ${showBytes(stacks)}`, 'MemStats.StackInuse'],
    [`RSS ≈ ${showBytes(touched)}`, `Pages that were touched, as RSS counts them, without the ${showBytes(files)} of mapped files`],
    [`Sys ${showBytes(sys)}`, 'MemStats.Sys: what the runtime had asked the system for, resident or not'],
    ...(collector === undefined ? [] : [[collector, 'When the collector begins']]),
  ] as const;
  return (
    <>
      <div class="table-head">
        <h2 id="budget-title">Live heap: {showBytes(facts?.live ?? 0)}</h2>
        <a class="button quiet" href={href('memory')}>
          Memory map
        </a>
        <SqlButton sql={sqlOf(memory, {})} title={memory.title} />
      </div>
      <p class="said">
        {figures.map(([words, title], i) => (
          <span key={title} title={title}>
            {i > 0 && ' · '}
            {words}
          </span>
        ))}
      </p>
    </>
  );
}

function OwnerBar() {
  const live = useFacts()?.live ?? 0;
  const {rows = []} = useQuery(histogramByOwner, OWNERS);
  const rest = live - rows.reduce((sum, {bytes}) => sum + bytes!, 0);
  const parts = rows.map((row, index) => ({name: row.owner!, size: row.bytes!, color: `owner-${index}`, target: ownerHref(row)}));
  if (rest > 0) parts.push({name: 'others', size: rest, color: 'idle', target: href('types')});
  return (
    <>
      <StackedBar parts={parts.map((part) => ({...part, name: `${part.name}: ${showBytes(part.size)}`}))} />
      <ul class="legend" aria-label="Live heap by owner">
        {parts.map(({name, size, color, target}) => (
          <li key={color}>
            <span class={`swatch ${color}`} aria-hidden="true" />
            <a href={target}>
              <Name value={name} />
            </a>
            <ByteSize value={size} />
            <span class="share">{formatShare(size / live)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ProcessBar({rows, untypedBytes}: {readonly rows: MemoryRows; readonly untypedBytes: number}) {
  const {parts} = budgetOf(rows, untypedBytes);
  const total = parts.reduce((sum, {bytes}) => sum + bytes, 0);
  const never = parts.find(({color}) => color === 'untouched')?.bytes ?? 0;
  return (
    <details class="process">
      <summary>
        <span>
          Process: {showBytes(total)}
          {never > 0 && `, of which ${showBytes(never)} were never touched`}
        </span>
        <StackedBar parts={parts.map(({name, bytes, color}) => ({name: `${name}: ${showBytes(bytes)}`, size: bytes, color}))} />
      </summary>
      <ul class="legend" aria-label="Memory of the process by use">
        {parts.map((part) => (
          <LegendRow key={part.color} part={part} total={total} />
        ))}
      </ul>
      <Untouched rows={rows} />
    </details>
  );
}

const UNTOUCHED_LISTED = 4;

function Untouched({rows}: {readonly rows: MemoryRows}) {
  const {untouched} = memoryFigures(rows);
  if (untouched.length === 0) return null;
  const names = untouched.slice(0, UNTOUCHED_LISTED).map(({name, bytes}) => `${name} ${showBytes(bytes)}`);
  const more = untouched.length > UNTOUCHED_LISTED ? ', …' : '';
  return (
    <p class="muted">
      Never touched: <Text value={names.join(', ') + more} />
    </p>
  );
}

function LegendRow({part: {name, color, bytes, what}, total}: {readonly part: BudgetPart; readonly total: number}) {
  const target = color === 'untyped' ? href('types', {by: 'kind', f: 'unknown'}) : color === 'live' ? href('types') : href('memory');
  return (
    <li title={what}>
      <span class={`swatch ${color}`} aria-hidden="true" />
      <a href={target}>{name}</a>
      <ByteSize value={bytes} />
      <span class="share">{formatShare(bytes / total)}</span>
    </li>
  );
}
