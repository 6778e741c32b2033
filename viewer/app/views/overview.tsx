/**
 * The first screen: where the memory is and what is worth a look, without a click. What the dump does not tell – garbage, unknown types, memory that is not Go's, parts
 * that could not be read – has rows and bytes like everything else.
 */
import {goroutineGroups} from '../../../src/database/queries/goroutine-queries.js';
import {histogramByOwner} from '../../../src/database/queries/histogram-queries.js';
import {holders} from '../../../src/database/queries/holder-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {type Facts, useFacts, useWarnings} from '../facts.js';
import {counted, formatCount, worded} from '../format.js';
import {href, nodeHref} from '../router.js';
import type {Selected} from '../selection.js';
import {DataTable} from '../widgets/data-table.js';
import {FindingList} from '../widgets/finding-list.js';
import {At, Waited} from '../widgets/goroutine-columns.js';
import {goroutineHref, ownerHref, typeHref} from '../widgets/link.js';
import {OverviewBars} from '../widgets/overview-bars.js';
import {Screen} from '../widgets/screen.js';
import {Size} from '../widgets/size.js';
import {Name, Text} from '../widgets/text.js';

const LISTED = 8;
/** More than these are folded: they must not push away what the screen is for. */
const OPEN_WARNINGS = 3;

export function Overview() {
  const facts = useFacts();
  return (
    <Screen title="Overview" tools={facts && <When facts={facts} />}>
      <Warnings isIncomplete={facts?.isIncomplete ?? false} />
      <OverviewBars />
      <FindingList />
      <div class="panels">
        <Holders live={facts?.live} />
        <Goroutines live={facts?.live} />
        <Owners live={facts?.live} />
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

interface PanelProps {
  readonly live: number | undefined;
}

/** Together they keep all that is alive, each byte once. */
function Holders({live}: PanelProps) {
  return (
    <DataTable
      query={holders}
      params={{limit: LISTED - 1}} // and the row that stands for all others
      title="Biggest holders"
      isBrief
      isPrimary
      whole={{label: 'All holders', href: href('holders')}}
      node={selectedHolder}
      open={holderHref}
      columns={{
        name: {
          label: 'Holder',
          title: worded('A variable, a goroutine, or what several of them share; those with the same path are one row'),
          isName: true,
          show: (row) => <HolderName row={row} />,
        },
        gathers_type: {
          label: 'Of which most is in',
          title: 'What is gathered below it: how many objects of which type',
          isName: true,
          width: 130,
          show: (row) => <Gathered row={row} />,
        },
        retained: {whole: live, isMain: true, title: 'Bytes of the heap that would be freed with it'},
      }}
    />
  );
}

type HolderRow = RowOf<typeof holders>;

/** None for the row that stands for all others. */
const holderHref = ({node_id, kind, name}: HolderRow) => (node_id === null ? undefined : nodeHref({id: node_id, kind, name}));

/** Of rows of several nodes the biggest one. */
function selectedHolder(row: HolderRow): Selected | undefined {
  const target = holderHref(row);
  return target === undefined ? undefined : {node: row.node_id!, name: row.name!, href: target, isOneOf: row.count!};
}

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

/** Of every reachable byte the type, variable or function that it belongs to. */
function Owners({live}: PanelProps) {
  return (
    <DataTable
      query={histogramByOwner}
      params={{filter: '', limit: LISTED}}
      title="Whose bytes"
      isBrief
      whole={{label: 'All types', href: href('types')}}
      none="No objects were found."
      columns={{
        owner: {isName: true, href: (row) => ownerHref(row)},
        objects: {width: 84},
        bytes: {whole: live, isMain: true, title: 'Its objects, and what only they have: arrays, texts, maps'},
      }}
    />
  );
}

function Goroutines({live}: PanelProps) {
  return (
    <DataTable
      query={goroutineGroups}
      params={{limit: LISTED, filter: '', leaked: 0}}
      title={worded('Goroutines, grouped by stack')}
      isBrief
      whole={{label: worded('All goroutines'), href: href('goroutines')}}
      keep={isOfProgram}
      none={worded('Only goroutines of the runtime.')}
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
        retained: {
          ...{label: 'Cost', whole: live, isMain: true, title: 'Their stacks and what they alone keep, beside the live heap'},
          show: (row) => <Size value={(row.retained ?? 0) + (row.stack_bytes ?? 0)} whole={live} />,
        },
      }}
      open={(row) => goroutineHref(row.id!)}
    />
  );
}

const isOfProgram = ({system}: RowOf<typeof goroutineGroups>) => system !== 1;
