/**
 * The state of a tree: which items are open and what has been loaded below them. What is open belongs to the entry of the history, so that Back
 * finds it open again; branches load whenever an open item has none, which also opens a path step by step.
 */
import {useEffect, useMemo, useReducer, useRef} from 'preact/hooks';
import {failureOf} from '../api.js';
import {recall, rememberHere} from '../router.js';
import {type Branch, type TreeRow, type TreeSource, treeRows} from './tree-rows.js';

export interface Tree<T> {
  readonly rows: readonly TreeRow<T>[];
  readonly toggle: (key: string) => void;
  readonly expand: (keys: readonly string[]) => void;
  /** Loads the next items of a branch, or tries again after a failure. */
  readonly more: (key: string) => void;
}

/** Most keys of open items that the history keeps. */
const REMEMBERED = 500;

interface State<T> {
  readonly expanded: Set<string>;
  readonly branches: Map<string, Branch<T>>;
  readonly abort: AbortController;
}

/** `name` tells trees of one screen apart; components that show another tree of the same name need another `key`. */
export function useTree<T>(name: string, tops: readonly T[], source: TreeSource<T>, open: readonly string[] = []): Tree<T> {
  const [version, draw] = useReducer((count: number, _: unknown) => count + 1, 0);
  const state = useRef<State<T>>(undefined);
  state.current ??= {
    expanded: new Set(recall<string[]>(`tree ${name}`) ?? open),
    branches: new Map(),
    abort: new AbortController(),
  };
  const {expanded, branches, abort} = state.current;
  const rows = useMemo(() => treeRows(tops, source, expanded, branches), [tops, version]);
  const load = async (key: string, item: T) => {
    const {items, rest} = branches.get(key) ?? {items: [], rest: undefined};
    branches.set(key, {items, isLoading: true});
    try {
      const page = await source.load(item, items, abort.signal);
      branches.set(key, {items: [...items, ...page.items], rest: page.rest});
    } catch (error) {
      branches.set(key, {items, rest, failure: failureOf(error)});
    }
    if (!abort.signal.aborted) draw(undefined);
  };
  const itemOf = (key: string) => rows.find((row) => row.kind === 'item' && row.key === key);
  useEffect(() => {
    for (const row of rows) {
      if (row.kind === 'item' && row.isExpanded && !branches.has(row.key)) void load(row.key, row.item);
    }
  }, [rows]);
  useEffect(() => () => abort.abort(), []);
  const keep = () => {
    rememberHere(`tree ${name}`, [...expanded].slice(-REMEMBERED));
    draw(undefined);
  };
  return {
    rows,
    toggle: (key) => {
      if (!expanded.delete(key)) expanded.add(key);
      keep();
    },
    expand: (keys) => {
      if (keys.every((key) => expanded.has(key))) return;
      for (const key of keys) expanded.add(key);
      keep();
    },
    more: (key) => {
      const row = itemOf(key);
      if (row?.kind !== 'item') return;
      void load(key, row.item);
      draw(undefined);
    },
  };
}
