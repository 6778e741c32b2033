/**
 * The first screen: where the memory is, without a click. What the dump does not tell – garbage, unknown types, memory that is not Go's, parts
 * that could not be read – has rows and bytes like everything else.
 */
import type {ComponentChildren} from 'preact';
import {collectorWords} from '../../../src/base/collector-words.js';
import {goroutineGroups} from '../../../src/database/queries/goroutine-queries.js';
import {histogramByType} from '../../../src/database/queries/histogram-queries.js';
import {holders} from '../../../src/database/queries/holder-queries.js';
import {memory} from '../../../src/database/queries/info-queries.js';
import {memoryFigures} from '../../../src/database/queries/memory-figures.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {untyped} from '../../../src/database/queries/type-queries.js';
import {useQuery} from '../api.js';
import {type Facts, useFacts, useWarnings} from '../facts.js';
import {counted, formatCount, formatShare, showBytes} from '../format.js';
import {type BudgetPart, budgetOf} from '../memory-budget.js';
import {href, nodeHref} from '../router.js';
import {sqlOf} from '../sql-text.js';
import {StackedBar} from '../widgets/bar.js';
import {DataTable} from '../widgets/data-table.js';
import {Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {At, Waited} from '../widgets/goroutine-columns.js';
import {goroutineHref, typeHref} from '../widgets/link.js';
import {Screen} from '../widgets/screen.js';
import {ByteSize} from '../widgets/size.js';
import {SqlButton} from '../widgets/sql-button.js';
import {Name, Text} from '../widgets/text.js';

const LISTED = 8;
const GROUPS_LISTED = 12;
/** More than these are folded: they must not push away what the screen is for. */
const OPEN_WARNINGS = 3;

export function Overview() {
  const facts = useFacts();
  return (
    <Screen title="Overview" tools={facts && <When facts={facts} />}>
      <Warnings isIncomplete={facts?.isIncomplete ?? false} />
      <Budget />
      <div class="panels">
        <Holders live={facts?.live} />
        <TopTypes live={facts?.live} />
        <Goroutines live={facts?.live} />
      </div>
    </Screen>
  );
}

function When({facts}: {readonly facts: Facts}) {
  const taken = facts.text('dumped_at');
  const parts = [
    facts.text('module') ?? facts.text('executable')?.split('/').at(-1),
    taken === undefined ? undefined : `dumped ${taken.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}`,
    facts.text('pid') === undefined ? undefined : `pid ${facts.text('pid')}`,
    facts.text('threads') === undefined ? undefined : `${facts.text('threads')} threads`,
  ];
  return (
    <span class="muted">
      <Text value={parts.filter((part) => part !== undefined).join(' · ')} />
    </span>
  );
}

function Warnings({isIncomplete}: {readonly isIncomplete: boolean}) {
  const warnings = useWarnings();
  if (warnings.length === 0) return null;
  return (
    <div class="warning-box">
      {isIncomplete && (
        <p>
          Parts of the dump could not be read: every count and size on these pages is <strong>at least</strong> what is shown.
        </p>
      )}
      <WarningList warnings={warnings} />
    </div>
  );
}

function WarningList({warnings}: {readonly warnings: ReturnType<typeof useWarnings>}) {
  return (
    <details open={warnings.length <= OPEN_WARNINGS}>
      <summary>{counted(warnings.length, 'warning')}</summary>
      <ul class="notes">
        {warnings.map(({code, message, count}) => (
          <li key={`${code} ${message}`}>
            <Text value={message ?? ''} />
            {(count ?? 1) > 1 && ` (${formatCount(count!)} times)`}
          </li>
        ))}{' '}
      </ul>
    </details>
  );
}

function Budget() {
  const {rows, failure, retry} = useQuery(memory, {});
  const unknown = useQuery(untyped, {}).rows?.[0]?.bytes;
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (rows === undefined || unknown === undefined) return <Loading />;
  const {parts} = budgetOf(rows, unknown ?? 0);
  const total = parts.reduce((sum, {bytes}) => sum + bytes, 0);
  if (total === 0) return null;
  return (
    <section class="budget" aria-labelledby="budget-title">
      <div class="table-head">
        <Headline rows={rows} />
        <a class="button quiet" href={href('memory')}>
          Memory map
        </a>
        <SqlButton sql={sqlOf(memory, {})} title={memory.title} />
      </div>
      <StackedBar parts={parts.map(({name, bytes, color}) => ({name: `${name}: ${showBytes(bytes)}`, size: bytes, color}))} />
      <ul class="legend">
        {parts.map((part) => (
          <LegendRow key={part.color} part={part} total={total} />
        ))}
      </ul>
      <Untouched rows={rows} />
    </section>
  );
}

interface RowsProps {
  readonly rows: readonly RowOf<typeof memory>[];
}

/** The figures that people know from elsewhere, smallest first. */
function Headline({rows}: RowsProps) {
  const facts = useFacts();
  const {heapInUse, stacks, touched, sys, files} = memoryFigures(rows);
  const collector = collectorWords((key) => (key === 'gc_cycles' ? undefined : facts?.number(key)), showBytes); // a line has no room for more
  const figures = [
    [`heap in use ${showBytes(heapInUse)}`, 'MemStats.HeapInuse: pages that hold objects, with their free slots'],
    [`stacks ${showBytes(stacks)}`, 'MemStats.StackInuse'],
    [`touched ${showBytes(touched)} ≈ resident`, `What RSS counts, without the ${showBytes(files)} of mapped files`],
    [`Sys ${showBytes(sys)}`, 'MemStats.Sys: what the runtime had asked the system for, resident or not'],
    ...(collector === undefined ? [] : [[collector, 'When the collector begins']]),
  ] as const;
  return (
    <>
      <h2 id="budget-title">Live heap: {showBytes(facts?.live ?? 0)}</h2>
      <span class="said">
        {figures.map(([words, title], i) => (
          <span key={title} title={title}>
            {i > 0 && ' · '}
            {words}
          </span>
        ))}
      </span>
    </>
  );
}

const UNTOUCHED_LISTED = 4;

function Untouched({rows}: RowsProps) {
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

interface PanelProps {
  readonly live: number | undefined;
}

interface PanelBoxProps {
  readonly children: ComponentChildren;
  readonly more: string;
  readonly where: string;
  readonly isWide?: boolean;
}

function Panel({children, more, where, isWide = false}: PanelBoxProps) {
  return (
    <section class={isWide ? 'panel wide' : 'panel'}>
      {children}
      <a class="more" href={where}>
        {more}
      </a>
    </section>
  );
}

/** Together they keep all that is alive, each byte once. */
function Holders({live}: PanelProps) {
  return (
    <Panel more="All holders, and what is below them" where={href('holders')}>
      <DataTable
        query={holders}
        params={{limit: LISTED - 1}} // and the row that stands for all others
        title="Biggest holders"
        isBrief
        isPrimary
        open={holderHref}
        columns={{
          name: {
            label: 'Holder',
            title: 'A variable, a goroutine, or what several of them share; those with the same path are one row',
            isName: true,
            show: (row) => <HolderName row={row} />,
          },
          gathers_type: {
            label: 'Of which most is in',
            title: 'What is gathered below it: how many objects of which type',
            isName: true,
            show: (row) => <Gathered row={row} />,
          },
          retained: {whole: live, isMain: true, title: 'Bytes of the heap that would be freed with it'},
        }}
      />
    </Panel>
  );
}

type HolderRow = RowOf<typeof holders>;

/** None for the row that stands for all others. */
const holderHref = ({node_id, kind, name}: HolderRow) => (node_id === null ? undefined : nodeHref({id: node_id, kind, name}));

function HolderName({row}: {readonly row: HolderRow}) {
  const {name, count, type} = row;
  const target = holderHref(row);
  if (target === undefined) return <span class="muted">{counted(count!, 'row')} more</span>;
  return (
    <a href={target} title={type ?? ''}>
      {count! > 1 && `${formatCount(count!)} × `}
      <Name value={name!} />
    </a>
  );
}

function Gathered({row: {gathers_count, gathers_type, gathers_name}}: {readonly row: HolderRow}) {
  if (gathers_type === null) return null;
  return (
    <a href={typeHref(gathers_type)} title={gathers_name ?? ''}>
      {`${formatCount(gathers_count!)} × `}
      <Name value={gathers_type} />
    </a>
  );
}

function TopTypes({live}: PanelProps) {
  return (
    <Panel more="All types" where={href('types')}>
      <DataTable
        query={histogramByType}
        params={{filter: '', limit: LISTED}}
        title="Biggest types"
        isBrief
        none="No objects were found."
        columns={{
          type: {isName: true, href: (row) => typeHref(row.type!)},
          objects: {},
          bytes: {whole: live, isMain: true},
        }}
      />
    </Panel>
  );
}

function Goroutines({live}: PanelProps) {
  return (
    <Panel more="All goroutines" where={href('goroutines')} isWide>
      <DataTable
        query={goroutineGroups}
        params={{limit: GROUPS_LISTED, filter: '', leaked: 0}}
        title="Goroutines, grouped by stack"
        isBrief
        keep={isOfProgram}
        none="Only goroutines of the runtime."
        columns={{
          function: {
            label: 'Started with, waits in',
            isName: true,
            least: 260,
            show: (row) => (
              <>
                <a href={goroutineHref(row.id!)}>
                  <Name value={row.function ?? 'entry not known'} />
                </a>{' '}
                <At group={row} />
              </>
            ),
          },
          goroutines: {label: 'Number', width: 84},
          wait_reason: {label: 'State', width: 160, show: (row) => <Text value={row.wait_reason ?? row.status ?? 'several'} />},
          longest_wait_seconds: {
            label: 'Longest wait',
            width: 110,
            show: (row) => <Waited seconds={row.longest_wait_seconds} of={row} />,
          },
          stack_bytes: {label: 'Stacks', width: 96},
          retained: {whole: live, isMain: true},
        }}
        open={(row) => goroutineHref(row.id!)}
      />
    </Panel>
  );
}

const isOfProgram = ({system}: RowOf<typeof goroutineGroups>) => system !== 1;
