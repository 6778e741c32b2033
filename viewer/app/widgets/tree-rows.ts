/**
 * A tree whose branches are loaded when they are opened → the rows that are to be seen, top to bottom. A branch that is not all there ends with
 * a row that loads more; one that is on its way, or failed, has a row that says so.
 */
import type {Failure} from '../../../src/base/failure.js';

/** Where the items below an item come from. Keys are unique in the whole tree. */
export interface TreeSource<T> {
  readonly keyOf: (item: T) => string;
  readonly hasParts: (item: T) => boolean;
  /** The items behind those that are loaded. */
  readonly load: (item: T, loaded: readonly T[], abort: AbortSignal) => Promise<Page<T>>;
}

/** `rest` is what the row says that loads more; without it these are the last ones. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly rest?: string | undefined;
}

export interface Branch<T> extends Page<T> {
  readonly isLoading?: boolean;
  readonly failure?: Failure | undefined;
}

export type TreeRow<T> = ItemRow<T> | NoteRow;

export interface ItemRow<T> {
  readonly kind: 'item';
  readonly key: string;
  /** 1 at the top. */
  readonly level: number;
  readonly item: T;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
}

/** A row about the branch of `parent` and not an item of it. */
export interface NoteRow {
  readonly kind: 'more' | 'loading' | 'failure';
  readonly key: string;
  readonly level: number;
  readonly parent: string;
  readonly text: string;
}

interface Open<T> {
  readonly branch: Branch<T>;
  readonly parent: string;
  at: number;
}

/** Deep trees (linked lists) are no recursion here. */
export function treeRows<T>(
  tops: readonly T[],
  source: TreeSource<T>,
  expanded: ReadonlySet<string>,
  branches: ReadonlyMap<string, Branch<T>>,
): TreeRow<T>[] {
  const rows: TreeRow<T>[] = [];
  const open: Open<T>[] = [{branch: {items: tops}, parent: '', at: 0}];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const level = open.length;
    const item = top.branch.items[top.at++];
    if (item === undefined) {
      open.pop();
      rows.push(...notes(top, level));
      continue;
    }
    const key = source.keyOf(item);
    const isExpandable = source.hasParts(item);
    const isExpanded = isExpandable && expanded.has(key);
    rows.push({kind: 'item', key, level, item, isExpandable, isExpanded});
    if (isExpanded) open.push({branch: branches.get(key) ?? {items: [], isLoading: true}, parent: key, at: 0});
  }
  return rows;
}

function notes<T>({branch, parent}: Open<T>, level: number): NoteRow[] {
  const note = (kind: NoteRow['kind'], text: string): NoteRow[] => [{kind, key: `${kind} ${parent}`, level, parent, text}];
  if (branch.isLoading) return note('loading', 'Loading…');
  if (branch.failure) return note('failure', branch.failure.message);
  return branch.rest === undefined ? [] : note('more', branch.rest);
}

/** The index of the row that a row is below; -1 at the top. */
export function parentRow<T>(rows: readonly TreeRow<T>[], at: number): number {
  const {level} = rows[at]!;
  for (let above = at - 1; above >= 0; above--) if (rows[above]!.level < level) return above;
  return -1;
}
