/**
 * A tree as a table (role treegrid): the first column has the tree, the others belong to its items. Only the rows on screen are drawn. Keys:
 * j k and the arrows move, → opens, ← closes or goes to the parent, Enter follows the row's link or loads more.
 */
import type {ComponentChildren} from 'preact';
import {useEffect, useId} from 'preact/hooks';
import {type Keys, useKeys} from '../keyboard.js';
import {go} from '../router.js';
import {CellContent, type TableColumn} from './cell.js';
import {arrangeColumns, headClass, layoutOf, ROLES, Room, rowHeightOf, type TableFit, tableStyle, Widths} from './table.js';
import {Text} from './text.js';
import {parentRow, type TreeRow} from './tree-rows.js';
import type {Tree} from './use-tree.js';
import {useWindow, type Window} from './use-window.js';

export interface TreeTableProps<T> {
  /** Name of the table for assistive technology; also what its scroll position is kept under. */
  readonly label: string;
  readonly tree: Tree<T>;
  /** The first one is the tree's. */
  readonly columns: readonly TableColumn<T>[];
  /** Key of the selected row. */
  readonly selected: string | undefined;
  readonly select: (key: string, item: T | undefined) => void;
  /** Where Enter leads. */
  readonly open?: (item: T) => string | undefined;
  /** A class for rows that look different: padding, what is not in the tree. */
  readonly rowClass?: (item: T) => string | undefined;
  /** Items whose first column takes the whole row. */
  readonly isWide?: (item: T) => boolean;
  readonly isPrimary?: boolean;
}

const INDENT_PIXELS = 14;
/** Deeper rows are not moved further to the right. */
const INDENTED_LEVELS = 16;

export function TreeTable<T>(props: TreeTableProps<T>) {
  const {label, tree, selected, isPrimary = false} = props;
  const id = useId();
  const view = useWindow(tree.rows.length, `scroll ${label}`, rowHeightOf(props.columns));
  const layout = layoutOf(props.columns, view.width);
  const columns = arrangeColumns(props.columns, layout);
  const at = selected === undefined ? -1 : tree.rows.findIndex(({key}) => key === selected);
  const keys = keysOf(props, view, at);
  useKeys(isPrimary ? keys : {});
  useEffect(() => {
    if (at >= 0) view.show(at);
  }, [selected, at >= 0]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (keys[event.key] !== undefined && keys[event.key]!(event) !== false) event.preventDefault();
  };
  return (
    <div class="scroller" ref={view.scroller} onScroll={view.onScroll}>
      <table
        role="treegrid"
        class={`rows tree ${layout}`}
        aria-label={label}
        aria-rowcount={tree.rows.length + 1}
        aria-activedescendant={at >= view.first && at < view.end ? `${id}-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={tableStyle(columns, layout, view)}
      >
        <Head columns={columns} layout={layout} />
        <tbody {...ROLES.group}>
          <Room height={view.first * view.rowHeight} columns={columns.length} />
          {tree.rows.slice(view.first, view.end).map((row, index) => (
            <Row
              key={row.key}
              {...props}
              columns={columns}
              id={`${id}-${view.first + index}`}
              row={row}
              at={view.first + index}
              isSelected={view.first + index === at}
            />
          ))}
          <Room height={(tree.rows.length - view.end) * view.rowHeight} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

function Head<T>({columns, layout}: {readonly columns: readonly TableColumn<T>[]; readonly layout: TableFit}) {
  return (
    <>
      <Widths columns={columns} layout={layout} />
      <thead {...ROLES.group}>
        <tr {...ROLES.row} aria-rowindex={1}>
          {columns.map((column) => (
            <th key={column.id} {...ROLES.heading} scope="col" class={headClass(column)} title={column.title ?? column.label}>
              <span>{column.label}</span>
            </th>
          ))}
        </tr>
      </thead>
    </>
  );
}

interface RowProps<T> extends TreeTableProps<T> {
  readonly id: string;
  readonly row: TreeRow<T>;
  readonly at: number;
  readonly isSelected: boolean;
}

function Row<T>({id, row, at, isSelected, tree, columns, select, rowClass, isWide}: RowProps<T>) {
  const hasCells = row.kind === 'item' && !isWide?.(row.item);
  const expanded = row.kind === 'item' && row.isExpandable ? row.isExpanded : undefined;
  const choose = () => {
    select(row.key, row.kind === 'item' ? row.item : undefined);
    if (row.kind === 'more' || row.kind === 'failure') tree.more(row.parent);
  };
  return (
    <tr
      {...ROLES.row}
      id={id}
      data-row={at}
      class={row.kind === 'item' ? rowClass?.(row.item) : `note ${row.kind}`}
      aria-rowindex={at + 2}
      aria-level={row.level}
      aria-expanded={expanded}
      aria-selected={isSelected}
      onClick={choose}
      onDblClick={() => expanded !== undefined && tree.toggle(row.key)}
    >
      <td {...ROLES.cell} class={columns[0]!.kind} colSpan={hasCells ? undefined : columns.length} data-label={columns[0]!.label}>
        <Branching level={row.level} expanded={expanded} toggle={() => tree.toggle(row.key)}>
          {row.kind === 'item' ? <CellContent column={columns[0]!} row={row.item} /> : <Text value={row.text} />}
        </Branching>
      </td>
      {hasCells &&
        columns.slice(1).map((column) => (
          <td key={column.id} {...ROLES.cell} class={column.kind} data-label={column.label}>
            <CellContent column={column} row={row.item} />
          </td>
        ))}
    </tr>
  );
}

interface BranchingProps {
  readonly level: number;
  readonly expanded: boolean | undefined;
  readonly toggle: () => void;
  readonly children: ComponentChildren;
}

/** The indentation and the triangle. The state is the row's aria-expanded; the triangle is for the mouse. */
function Branching({level, expanded, toggle, children}: BranchingProps) {
  const onClick = (event: Event) => {
    event.stopPropagation();
    toggle();
  };
  return (
    <span class="branching" style={{paddingLeft: `${Math.min(level - 1, INDENTED_LEVELS) * INDENT_PIXELS}px`}}>
      <span
        class="twisty"
        aria-hidden="true"
        onClick={expanded === undefined ? undefined : onClick}
        onDblClick={(event) => event.stopPropagation()}
      >
        {expanded === undefined ? '' : expanded ? '▾' : '▸'}
      </span>
      <span class="branch-text">{children}</span>
    </span>
  );
}

function keysOf<T>({tree, select, open}: TreeTableProps<T>, view: Window, at: number): Keys {
  const {rows, toggle, more} = tree;
  const row = rows[at];
  const choose = (index: number) => {
    const chosen = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (chosen) select(chosen.key, chosen.kind === 'item' ? chosen.item : undefined);
    view.show(Math.max(0, Math.min(index, rows.length - 1)));
  };
  const move = (by: number) => () => choose(at + by);
  const inwards = () => {
    if (row?.kind === 'item' && row.isExpandable) row.isExpanded ? choose(at + 1) : toggle(row.key);
  };
  const outwards = () => {
    if (row?.kind === 'item' && row.isExpanded) toggle(row.key);
    else if (row && parentRow(rows, at) >= 0) choose(parentRow(rows, at));
  };
  const enter = () => {
    if (row?.kind === 'more' || row?.kind === 'failure') return void more(row.parent);
    const target = row?.kind === 'item' ? open?.(row.item) : undefined;
    if (target === undefined) return false;
    return go(target);
  };
  return {
    ...{j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1), PageDown: move(view.page), PageUp: move(-view.page)},
    ...{Home: () => choose(0), End: () => choose(rows.length - 1), ArrowRight: inwards, ArrowLeft: outwards, Enter: enter},
    ' ': () => (row?.kind === 'item' && row.isExpandable ? toggle(row.key) : false),
  };
}
