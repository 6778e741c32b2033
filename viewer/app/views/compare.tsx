/**
 * What became another since the base: what a person should know first in sentences, then the lists of what is new, gone, grown, shrunk and moved – the answer of
 * `goheap diff`. In the address: `base` which of several, `tab` the list, `state`, `f` a part of the name, `sort`.
 */
import {useEffect} from 'preact/hooks';
import {type ChangedRow, COMPARED, type Comparison, type InputStatus} from '../../protocol.js';
import {status} from '../api.js';
import {chosenBase, useComparison} from '../comparison.js';
import {counted, formatCount, labelOf, worded} from '../format.js';
import {href, nodeHref, route, setParams} from '../router.js';
import type {Order} from '../sql-text.js';
import {bornColumns} from '../widgets/born-columns.js';
import type {TableColumn} from '../widgets/cell.js';
import {arrangeRows} from '../widgets/data-table.js';
import {Delta} from '../widgets/delta.js';
import {Empty, Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {goroutineHref, typeHref} from '../widgets/link.js';
import {LongWork} from '../widgets/long-work.js';
import {Screen} from '../widgets/screen.js';
import {Table} from '../widgets/table.js';
import {Tabs} from '../widgets/tabs.js';
import {Name, Text} from '../widgets/text.js';

type List = (typeof COMPARED)[number];

const STATES: readonly ChangedRow['state'][] = ['new', 'gone', 'grown', 'shrunk', 'moved'];
const BIGGEST: Order = {column: 'delta_bytes', isDescending: true};

/** Where the row of a list leads. */
const TARGETS: Partial<Record<List, (row: ChangedRow) => string | undefined>> = {
  holders: ({after_id: id}) => (id === null ? undefined : nodeHref({id})),
  types: ({after_id: id, name}) => (id === null ? undefined : typeHref(name)),
  packages: ({name}) => href('types', {by: 'package', f: name}),
  goroutine_groups: ({after_id: id}) => (id === null ? undefined : goroutineHref(id)),
  memory: () => href('memory'),
  waste: () => href('waste'),
};

export function Compare() {
  const bases = status.value?.bases ?? [];
  const {base} = route.value.params;
  const chosen = base !== undefined && bases[Number(base)] ? Number(base) : chosenBase.value;
  useEffect(() => {
    chosenBase.value = chosen;
  }, [chosen]);
  const comparison = useComparison(chosen);
  const given = bases[chosen];
  if (given === undefined) {
    return (
      <Screen title="Compare">
        <Empty>
          What grew between two dumps? Start the viewer with both: <code>goheap view NEW --base OLD</code>
        </Empty>
      </Screen>
    );
  }
  return (
    <Screen title="Compare" isFilled tools={<Choice bases={bases} chosen={chosen} />}>
      {given.failure && <FailureBox failure={given.failure} />}
      {comparison.value && <Answer comparison={comparison.value} />}
      {given.state === 'ready' ? <LongWork pending={comparison} what="Comparing" /> : !given.failure && <Loading what={waitText(given)} />}
    </Screen>
  );
}

function Choice({bases, chosen}: {readonly bases: readonly InputStatus[]; readonly chosen: number}) {
  return (
    <label>
      <Text value={status.value?.input ?? ''} /> since{' '}
      <select value={chosen} onChange={({currentTarget}) => setParams({base: currentTarget.value})}>
        {bases.map(({input}, index) => (
          <option key={`${index} ${input}`} value={index}>
            {input}
          </option>
        ))}
      </select>
    </label>
  );
}

function waitText({stages}: InputStatus): string {
  return `The base is being converted: ${stages.at(-1)?.name ?? 'waiting'}`;
}

function Answer({comparison}: {readonly comparison: Comparison}) {
  const {tab} = route.value.params;
  const lists = COMPARED.filter((list) => comparison[list].length > 0);
  const tabs = [
    ...lists.map((id) => ({id: id as string, title: `${worded(labelOf(id))} ${formatCount(comparison[id].length)}`})),
    ...(comparison.objects?.length ? [{id: 'objects', title: `Born and died ${formatCount(comparison.objects.length)}`}] : []),
  ];
  const chosen = tabs.find(({id}) => id === tab)?.id ?? tabs[0]?.id;
  return (
    <>
      <section aria-label="In sentences">
        <ul class="sentences">
          {comparison.sentences.map((sentence) => (
            <li key={sentence}>
              <Sentence text={sentence} />
            </li>
          ))}
        </ul>
        {comparison.sentences.length === 0 && <p class="muted">Nothing of a hundredth of the heap or more became another.</p>}
      </section>
      {chosen === undefined ? (
        <Empty>The two heaps are the same in every list.</Empty>
      ) : (
        <Tabs label="Lists" tabs={tabs} chosen={chosen} choose={(id) => setParams({tab: id, state: undefined, sort: undefined})}>
          {chosen === 'objects' ? (
            <Table label="Born and died" columns={bornColumns} rows={comparison.objects ?? []} isComplete isPrimary />
          ) : (
            <Rows key={chosen} list={chosen as List} rows={comparison[chosen as List]} />
          )}
        </Tabs>
      )}
    </>
  );
}

/** What stands in backticks is a name of the program's. */
function Sentence({text}: {readonly text: string}) {
  return (
    <>
      {text
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code key={`${index}`}>{<Text value={part} />}</code> : <Text value={part} />))}
    </>
  );
}

function Rows({list, rows}: {readonly list: List; readonly rows: readonly ChangedRow[]}) {
  const {state = '', f = '', sort} = route.value.params;
  const order = sort === undefined ? undefined : {column: sort.replace(/^-/, ''), isDescending: sort.startsWith('-')};
  const columns = columnsFor(list);
  const isKept = (row: ChangedRow) =>
    (state === '' || row.state === state) && `${row.name} ${row.from ?? ''}`.toLowerCase().includes(f.toLowerCase());
  const shown = arrangeRows(rows, columns, isKept, order);
  const open = TARGETS[list];
  return (
    <div class="data-table">
      <div class="table-head">
        <span class="said" role="status">
          {counted(shown.length, 'row')}
          {shown.length < rows.length && ` of ${formatCount(rows.length)}`}
        </span>
        <label>
          <span class="sr-only">State</span>
          <select value={state} onChange={({currentTarget}) => setParams({state: currentTarget.value})}>
            <option value="">all states</option>
            {STATES.map((each) => (
              <option key={each} value={each}>
                {each} {formatCount(rows.filter((row) => row.state === each).length)}
              </option>
            ))}
          </select>
        </label>
        <input
          type="search"
          class="filter"
          aria-label="Filter"
          placeholder="Part of the name"
          value={f}
          onInput={({currentTarget}) => setParams({f: currentTarget.value})}
        />
      </div>
      {shown.length === 0 && <Empty>No row fits.</Empty>}
      {shown.length > 0 && (
        <Table<ChangedRow>
          label={worded(labelOf(list))}
          columns={columns}
          rows={shown}
          isComplete
          order={order ?? BIGGEST}
          setOrder={({column, isDescending}) => setParams({sort: `${isDescending ? '-' : ''}${column}`})}
          {...(open === undefined ? {} : {open})}
          isPrimary
        />
      )}
    </div>
  );
}

function columnsFor(list: List): readonly TableColumn<ChangedRow>[] {
  return [
    {
      id: 'name',
      label: 'Name',
      kind: 'text',
      least: 260,
      value: ({name}) => name,
      show: (row) => <RowName row={row} />,
      href: TARGETS[list],
    },
    {id: 'state', label: 'State', kind: 'text', width: 76, value: ({state}) => state},
    {
      id: 'delta_bytes',
      label: 'Δ',
      kind: 'bytes',
      width: 118,
      isMain: true,
      title: 'Bytes after less bytes before',
      value: (row) => row.delta_bytes,
      show: (row) => <Delta value={row.delta_bytes} />,
    },
    {id: 'before_bytes', label: 'Before', kind: 'bytes', value: (row) => row.before_bytes},
    {id: 'after_bytes', label: 'After', kind: 'bytes', value: (row) => row.after_bytes},
    {id: 'before_count', label: 'Number before', kind: 'count', width: 116, value: (row) => row.before_count},
    {id: 'after_count', label: 'Number after', kind: 'count', width: 104, value: (row) => row.after_count},
  ];
}

function RowName({row: {name, from}}: {readonly row: ChangedRow}) {
  return (
    <>
      <Name value={name} />
      {from !== null && (
        <span class="muted">
          {' '}
          was <Name value={from} />
        </span>
      )}
    </>
  );
}
