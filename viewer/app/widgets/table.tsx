/**
 * The virtual table: rows of any kind, columns that know their values. A real <table>, of which only the rows on screen are drawn; the rest is
 * room above and below. One row is selected; keys move the selection while the focus is in the table, and from anywhere when it is the
 * screen's `isPrimary` one.
 */
import {useEffect, useId, useState} from 'preact/hooks';
import type {ColumnKind} from '../../../src/database/queries/run-query.js';
import {type Keys, useKeys} from '../keyboard.js';
import {go, recall, rememberHere} from '../router.js';
import type {Order} from '../sql-text.js';
import {CellContent, isNumeric, type TableColumn} from './cell.js';
import {ROW_HEIGHT, STACKED_ROW_HEIGHT, useWindow, type Window} from './use-window.js';

export interface TableProps<R> {
  /** Name of the table for assistive technology; also what its scroll position is kept under. */
  readonly label: string;
  readonly columns: readonly TableColumn<R>[];
  readonly rows: readonly R[];
  /** Not all rows are there: `more` is called when the end comes near. */
  readonly isComplete: boolean;
  readonly more?: (() => void) | undefined;
  readonly order?: Order | undefined;
  /** Without it the headings are no buttons. */
  readonly setOrder?: ((order: Order) => void) | undefined;
  readonly onSelect?: ((row: R) => void) | undefined;
  /** Where Enter leads; the first link of the row unless told. */
  readonly open?: ((row: R) => string | undefined) | undefined;
  readonly isPrimary?: boolean | undefined;
}

const MORE_AHEAD = 30;

export function Table<R>(props: TableProps<R>) {
  const {label, rows, isComplete, more, isPrimary = false} = props;
  const id = useId();
  const view = useWindow(rows.length, `scroll ${label}`, rowHeightOf(props.columns));
  const layout = layoutOf(props.columns, view.width);
  const columns = arrangeColumns(props.columns, layout);
  const [selected, select] = useSelected(props, view);
  const keys = keysOf(props, view, selected, select);
  useEffect(() => {
    if (selected > 0) view.show(selected); // coming back: the row that was left
  }, [rows.length > 0]);
  useKeys(isPrimary ? keys : {});
  useEffect(() => {
    if (!isComplete && view.end + MORE_AHEAD >= rows.length) more?.();
  }, [isComplete, view.end, rows.length]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (keys[event.key] !== undefined && keys[event.key]!(event) !== false) event.preventDefault();
  };
  return (
    <div class="scroller" ref={view.scroller} onScroll={view.onScroll}>
      {' '}
      <table
        role="grid"
        class={`rows ${layout}`}
        aria-label={label}
        aria-rowcount={isComplete ? rows.length + 1 : -1}
        aria-activedescendant={selected >= view.first && selected < view.end ? `${id}-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={tableStyle(columns, layout, view)}
      >
        <Widths columns={columns} layout={layout} />
        <Head {...props} columns={columns} />
        <tbody {...ROLES.group}>
          <Room height={view.first * view.rowHeight} columns={columns.length} />
          {rows.slice(view.first, view.end).map((row, index) => {
            const at = view.first + index;
            return (
              <tr
                key={at}
                {...ROLES.row}
                id={`${id}-${at}`}
                data-row={at}
                aria-rowindex={at + 2}
                aria-selected={at === selected}
                onClick={() => select(at)}
              >
                {columns.map((column) => (
                  <td key={column.id} {...ROLES.cell} class={column.kind} data-label={column.label}>
                    <CellContent column={column} row={row} />
                  </td>
                ))}
              </tr>
            );
          })}
          <Room height={(rows.length - view.end) * view.rowHeight} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

/** Pixels that a column of this kind takes; columns of text share the rest, and take no less. */
const WIDTHS: Readonly<Record<ColumnKind, number>> = {
  text: 150,
  count: 96,
  number: 96,
  bytes: 100,
  share: 150,
  flag: 80,
  address: 150,
  node: 90,
  type: 90,
};
const WIDE_PIXELS = 228;
/** Where room is short bars are left out, and names take no more than this. */
const TIGHT_WIDE_PIXELS = 162;
const TIGHT_TEXT_PIXELS = 150;

/** roomy: as wide as the columns want to be; tight: names are cut; stacked: a row is two lines, the name and below it the rest. */
export type TableFit = 'roomy' | 'tight' | 'stacked';

function widthOf<R>({kind, whole, width, least}: TableColumn<R>, layout: TableFit): number {
  const isRoomy = layout === 'roomy';
  if (kind === 'bytes' && whole !== undefined) return isRoomy ? WIDE_PIXELS : TIGHT_WIDE_PIXELS;
  return width ?? (!isRoomy && kind === 'text' ? TIGHT_TEXT_PIXELS : (least ?? WIDTHS[kind]));
}

function totalWidth<R>(columns: readonly TableColumn<R>[], layout: TableFit): number {
  return columns.reduce((sum, column) => sum + widthOf(column, layout), 0);
}

/** By the room that there is. A name is not cut to less than it wants at least where its row can be two lines instead. */
export function layoutOf<R>(columns: readonly TableColumn<R>[], width: number): TableFit {
  if (width <= 0 || width >= totalWidth(columns, 'roomy')) return 'roomy';
  const [name, ...others] = columns;
  const hasRoom = width >= (name!.least ?? TIGHT_TEXT_PIXELS) + totalWidth(others, 'tight');
  return hasRoom || !others.some(({isMain}) => isMain) ? 'tight' : 'stacked';
}

/** Said and not implied: where rows are two lines they are laid out as no table is, and would be none for assistive technology. */
export const ROLES = {group: {role: 'rowgroup'}, row: {role: 'row'}, heading: {role: 'columnheader'}, cell: {role: 'gridcell'}} as const;

export function rowHeightOf<R>(columns: readonly TableColumn<R>[]): (width: number) => number {
  return (width) => (layoutOf(columns, width) === 'stacked' ? STACKED_ROW_HEIGHT : ROW_HEIGHT);
}

/** In the order in which they are drawn. */
export function arrangeColumns<R>(columns: readonly TableColumn<R>[], layout: TableFit): readonly TableColumn<R>[] {
  if (layout !== 'stacked') return columns;
  const [name, ...others] = columns;
  return [name!, ...others.filter(({isMain}) => isMain), ...others.filter(({isMain}) => !isMain)];
}

export function tableStyle<R>(columns: readonly TableColumn<R>[], layout: TableFit, {width}: Window): Readonly<Record<string, string>> {
  if (layout !== 'stacked') return {minWidth: `${totalWidth(columns, layout)}px`};
  const widths = columns.slice(1).map((column) => `minmax(${widthOf(column, layout)}px, max-content)`);
  return {'--room': `${width}px`, '--cells': widths.join(' ')};
}

interface WidthsProps<R> {
  readonly columns: readonly TableColumn<R>[];
  readonly layout: TableFit;
}

export function Widths<R>({columns, layout}: WidthsProps<R>) {
  return (
    <colgroup>
      {columns.map((column) => (
        <col
          key={column.id}
          style={{width: column.kind === 'text' && column.width === undefined ? 'auto' : `${widthOf(column, layout)}px`}}
        />
      ))}
    </colgroup>
  );
}

/** Empty room where rows would be. */
export function Room({height, columns}: {readonly height: number; readonly columns: number}) {
  if (height <= 0) return null;
  return (
    <tr class="room">
      <td colSpan={columns} style={{height: `${height}px`}} />
    </tr>
  );
}

function Head<R>({columns, order, setOrder}: TableProps<R>) {
  return (
    <thead {...ROLES.group}>
      <tr {...ROLES.row} aria-rowindex={1}>
        {columns.map((column) => {
          const isOrder = order?.column === column.id;
          const direction = order?.isDescending ? 'descending' : 'ascending';
          return (
            <th
              key={column.id}
              {...ROLES.heading}
              scope="col"
              class={headClass(column)}
              title={column.title ?? column.label}
              aria-sort={isOrder ? direction : undefined}
            >
              {setOrder === undefined ? (
                <span>{column.label}</span>
              ) : (
                <button type="button" onClick={() => setOrder(nextOrder(column, order))}>
                  {column.label}
                  <span class="arrow" aria-hidden="true">
                    {isOrder ? (order?.isDescending ? '↓' : '↑') : ''}
                  </span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

export function headClass<R>({kind, whole}: TableColumn<R>): string {
  return kind === 'bytes' && whole !== undefined ? 'bytes wide' : kind;
}

/** Numbers start with the biggest, text with A; the second click turns it round. */
function nextOrder<R>(column: TableColumn<R>, order: Order | undefined): Order {
  if (order?.column !== column.id) return {column: column.id, isDescending: isNumeric(column.kind)};
  return {column: column.id, isDescending: !order.isDescending};
}

/** The index of the selected row, -1 for none; kept with the entry of the history. The primary table starts with its first row. */
function useSelected<R>({label, rows, onSelect, isPrimary}: TableProps<R>, view: Window): [number, (row: number) => void] {
  const key = `row ${label}`;
  const [selected, setSelected] = useState(recall<number>(key) ?? (isPrimary ? 0 : -1));
  const index = Math.min(selected, rows.length - 1);
  const row = rows[index];
  useEffect(() => {
    if (row !== undefined) onSelect?.(row);
  }, [row]);
  const select = (at: number) => {
    if (rows.length === 0) return;
    const next = Math.max(0, Math.min(at, rows.length - 1));
    setSelected(next);
    rememberHere(key, next);
    view.show(next);
  };
  return [index, select];
}

function keysOf<R>(props: TableProps<R>, view: Window, selected: number, select: (row: number) => void): Keys {
  const move = (rows: number) => () => select(selected + rows);
  const open = () => {
    const row = props.rows[selected];
    const target = row === undefined ? undefined : (props.open ?? firstLink(props.columns))(row);
    if (target !== undefined) go(target);
    return target !== undefined;
  };
  return {
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    PageDown: move(view.page),
    PageUp: move(-view.page),
    Home: () => select(0),
    End: () => select(props.rows.length - 1),
    Enter: open,
  };
}

function firstLink<R>(columns: readonly TableColumn<R>[]): (row: R) => string | undefined {
  return (row) => columns.map((column) => column.href?.(row)).find((target) => target !== undefined);
}
