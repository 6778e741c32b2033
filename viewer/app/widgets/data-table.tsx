/**
 * A named query as a table: its columns with their kinds, pages on demand where the query has `limit` and `skip`, the statement behind it in
 * the console, its rows as CSV. When all rows are there they can be sorted by any column; longer lists keep the order of the query.
 */
import type {ComponentChildren} from 'preact';
import {useMemo, useRef, useState} from 'preact/hooks';
import type {Failure} from '../../../src/base/failure.js';
import type {ParamsOf, Query, RowOf} from '../../../src/database/queries/run-query.js';
import type {AnswerCell} from '../../protocol.js';
import {entryOf, retryEntry} from '../answers.js';
import {useEntries} from '../api.js';
import {counted, formatSeconds, labelOf, worded} from '../format.js';
import {recall, rememberHere} from '../router.js';
import {type Selected, selection, tickOf} from '../selection.js';
import {type Order, sqlOf} from '../sql-text.js';
import type {TableColumn} from './cell.js';
import {CopyButton} from './copy-button.js';
import {toCsv} from './csv.js';
import {Empty, Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {SqlButton} from './sql-button.js';
import {Table} from './table.js';
import {TickBox} from './tick.js';

/** What a screen says about a column; everything else comes from the query. */
export type ColumnOptions<R> = Partial<
  Pick<TableColumn<R>, 'label' | 'href' | 'lead' | 'show' | 'whole' | 'isName' | 'isMain' | 'title' | 'width' | 'least'>
>;

export interface DataTableProps<Q extends Query> {
  readonly query: Q /** Without `skip`, which is the table's own where the query comes in pages; `limit` is then the size of a page. */;
  readonly params: Omit<ParamsOf<Q>, 'skip' | 'limit'> & {readonly limit?: number};
  /** The columns that are shown, in this order. */
  readonly columns: {readonly [C in keyof Q['columns']]?: ColumnOptions<RowOf<Q>>};
  /** Behind these: columns that the query does not have. */
  readonly more?: readonly TableColumn<RowOf<Q>>[];
  /** Shown above the table; the query's title unless told. */
  readonly title?: string;
  /** How many rows there are, where they come in pages. */
  readonly total?: string | undefined;
  /** A short list among others: no line with counts, nothing to sort. */
  readonly isBrief?: boolean;
  readonly isPrimary?: boolean;
  /** A link to the whole list that this is the beginning of. */
  readonly whole?: {readonly label: string; readonly href: string};
  /** What a row is about, for the pane; such rows can be ticked. */
  readonly node?: (row: RowOf<Q>) => Selected | undefined;
  readonly onSelect?: (row: RowOf<Q>) => void;
  readonly open?: (row: RowOf<Q>) => string | undefined;
  /** Rows that are shown: a filter over what is loaded. */
  readonly keep?: (row: RowOf<Q>) => boolean;
  readonly order?: Order | undefined;
  readonly setOrder?: (order: Order) => void;
  /** The query itself gives its rows in `order`, whether all are there or not. */
  readonly isOrdered?: boolean;
  /** The order of the query itself, for the heading. */
  readonly ownOrder?: Order;
  /** Said when there are no rows. */
  readonly none?: string;
}

const PAGE_ROWS = 200;

export function DataTable<Q extends Query>(props: DataTableProps<Q>) {
  return <PagedTable {...props} pages={usePages(props)} />;
}

export type PagedTableProps<Q extends Query> = Omit<DataTableProps<Q>, 'params'> & {
  readonly pages: Pages<RowOf<Q>>;
  /** Said beside the counts. */
  readonly note?: ComponentChildren;
};

/** The same with rows from elsewhere. */
export function PagedTable<Q extends Query>(props: PagedTableProps<Q>) {
  const {query, pages, isBrief = false, none = 'Nothing here.'} = props;
  const title = props.title ?? query.title;
  const [ownOrder, setOwnOrder] = useState<Order | undefined>(undefined);
  const order = props.setOrder === undefined ? ownOrder : props.order;
  const canSort = (pages.isComplete || props.isOrdered === true) && !isBrief;
  const sorts = canSort && !props.isOrdered;
  const columns = useColumns(props);
  const rows = useMemo(
    () => arrangeRows(pages.rows, columns, props.keep, sorts ? order : undefined),
    [pages.rows, order, sorts, props.keep, props.more],
  );
  const onSelect = (row: RowOf<Q>) => {
    if (props.node !== undefined) selection.value = props.node(row);
    props.onSelect?.(row);
  };
  return (
    <div class={isBrief ? 'data-table brief' : 'data-table'}>
      <div class="table-head">
        <h2>{title}</h2>
        <Said pages={pages} shown={rows.length} total={props.total} />
        {props.note}
        {!isBrief && <CopyButton label="Copy CSV" title={csvTitle(pages)} text={() => csvOf(query, rows)} />}
        {props.whole && (
          <a class="button quiet" href={props.whole.href}>
            {props.whole.label}
          </a>
        )}
        <SqlButton sql={sqlOf(query, pages.params, sorts && order && order.column in query.columns ? order : undefined)} title={title} />
      </div>
      {pages.failure && <FailureBox failure={pages.failure} retry={pages.retry} />}
      {pages.isFirstLoading && <Loading />}
      {!pages.failure && !pages.isFirstLoading && rows.length === 0 && <Empty>{none}</Empty>}
      {rows.length > 0 && (
        <Table<RowOf<Q>>
          label={title}
          columns={columns}
          rows={rows}
          isComplete={pages.isComplete || isBrief}
          more={pages.more}
          order={order ?? props.ownOrder}
          setOrder={canSort ? (props.setOrder ?? setOwnOrder) : undefined}
          onSelect={onSelect}
          open={props.open}
          isPrimary={props.isPrimary}
        />
      )}
    </div>
  );
}

interface SaidProps<R> {
  readonly pages: Pages<R>;
  readonly shown: number;
  readonly total: string | undefined;
}

function Said<R>({pages, shown, total}: SaidProps<R>) {
  const more = pages.isComplete ? '' : pages.isCut ? ', not all: the server gives no more at once' : total ? ` of ${total}` : ' so far';
  const of = shown < pages.rows.length ? ` of ${counted(pages.rows.length, 'row')}` : '';
  return (
    <span class="said" role="status">
      {pages.isFirstLoading ? '' : `${counted(shown, 'row')}${of}${more}, ${formatSeconds(pages.milliseconds / 1000)}`}
    </span>
  );
}

/** Rows as far as they are there. */
export interface Pages<R> {
  readonly rows: readonly R[];
  readonly params: Readonly<Record<string, string | number>>;
  readonly isComplete: boolean;
  readonly isCut: boolean;
  readonly isFirstLoading: boolean;
  readonly failure: Failure | undefined;
  readonly milliseconds: number;
  readonly more: () => void;
  readonly retry: () => void;
}

/** Pages that are asked for one after the other; how many there were is kept with the entry of the history. */
function usePages<Q extends Query>({query, params}: DataTableProps<Q>): Pages<RowOf<Q>> {
  const isPaged = 'skip' in query.params;
  const size = params.limit ?? (isPaged ? PAGE_ROWS : -1);
  const given = {...params, ...('limit' in query.params ? {limit: size} : {})} as Record<string, string | number>;
  const key = `pages ${query.id} ${JSON.stringify(given)}`;
  const [count, setCount] = useState<{key: string; pages: number}>({key, pages: recall<number>(key) ?? 1});
  const wanted = count.key === key ? count.pages : (recall<number>(key) ?? 1);
  const requests = Array.from({length: wanted}, (_, page) => entryOf(query, isPaged ? {...given, skip: page * size} : given));
  const entries = useEntries(requests);
  const done = entries.filter((entry) => entry.rows !== undefined);
  const last = entries.at(-1)!;
  const fresh = useMemo(() => done.flatMap((entry) => entry.rows!) as unknown as RowOf<Q>[], [key, done.length]);
  const shown = useRef<readonly RowOf<Q>[] | undefined>(undefined);
  if (done.length > 0) shown.current = fresh; // the rows of the last parameters stay until there are new ones
  const rows = shown.current ?? fresh;
  const isCut = !isPaged && last.answer?.cut !== undefined;
  const isDone = last.answer !== undefined;
  return {
    rows,
    params: isPaged ? {...given, limit: rows.length || size, skip: 0} : given,
    isComplete: isDone && !isCut && (!isPaged || last.rows!.length < size),
    isCut,
    isFirstLoading: shown.current === undefined && last.failure === undefined,
    failure: entries.find(({failure}) => failure !== undefined)?.failure,
    milliseconds: entries.reduce((sum, {answer}) => sum + (answer?.milliseconds ?? 0), 0),
    more: () => {
      if (!isPaged || !isDone || last.rows!.length < size) return;
      setCount({key, pages: wanted + 1});
      rememberHere(key, wanted + 1);
    },
    retry: () => {
      for (const entry of entries) if (entry.failure !== undefined) retryEntry(entry);
    },
  };
}

function useColumns<Q extends Query>({
  query,
  columns,
  node,
  more = [],
}: Omit<DataTableProps<Q>, 'params'>): readonly TableColumn<RowOf<Q>>[] {
  const lead = (row: RowOf<Q>) => {
    const selected = node?.(row);
    const tick = selected && tickOf(selected);
    return tick && <TickBox tick={tick} />;
  };
  const own = Object.entries(columns).map(([id, options], at) => ({
    ...(at === 0 && node !== undefined ? {lead} : {}),
    id,
    label: worded(labelOf(id)),
    kind: query.columns[id]!,
    value: (row: RowOf<Q>) => (row as Readonly<Record<string, AnswerCell>>)[id] ?? null,
    ...(options as ColumnOptions<RowOf<Q>>),
  }));
  return [...own, ...more];
}

/** Filtered and sorted; what is not known comes last in either direction. */
export function arrangeRows<R>(
  rows: readonly R[],
  columns: readonly TableColumn<R>[],
  keep: ((row: R) => boolean) | undefined,
  order: Order | undefined,
): readonly R[] {
  const kept = keep === undefined ? rows : rows.filter(keep);
  const column = columns.find(({id}) => id === order?.column);
  if (column === undefined) return kept;
  const sign = order!.isDescending ? -1 : 1;
  const compare = (a: AnswerCell, b: AnswerCell) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a === b ? 0 : sign * (a < b ? -1 : 1);
  };
  return kept
    .map((row) => ({row, value: column.value(row)}))
    .sort((a, b) => compare(a.value, b.value))
    .map(({row}) => row);
}

function csvOf<Q extends Query>(query: Q, rows: readonly RowOf<Q>[]): string {
  const names = Object.keys(query.columns);
  return toCsv(
    names,
    rows.map((row) => names.map((name) => (row as Readonly<Record<string, AnswerCell>>)[name] ?? null)),
  );
}

function csvTitle({isComplete}: {readonly isComplete: boolean}): string {
  return isComplete ? 'Copy all rows, with all columns, as CSV' : 'Copy the rows that are loaded, with all columns, as CSV';
}
