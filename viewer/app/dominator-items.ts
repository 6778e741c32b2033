/**
 * What is below a node in the dominator tree, for a tree table: in long lists only what retains 1 % of the node or more has a row of its own; the
 * rest is folded by type (objects) and kind (root nodes). Rows of a list always sum up to what its node keeps alive besides itself.
 */
import {dominated, dominatedGroup, dominatedGroups} from '../../src/database/queries/dominator-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';
import {ask} from './api.js';
import {counted} from './format.js';
import type {Page} from './widgets/tree-rows.js';

export type Child = RowOf<typeof dominated>;
export type DominatedGroup = RowOf<typeof dominatedGroups>;

export type Item =
  | {
      readonly kind: 'node';
      readonly node: Child;
      /** How it is reached from the node above; absent where others in the list are reached the same way, and no word tells them apart. */
      readonly way?: string;
    }
  | {
      readonly kind: 'group';
      readonly of: number;
      readonly length: number;
      readonly group: DominatedGroup;
      readonly apart: readonly number[];
    }
  | {readonly kind: 'note'; readonly name: string; readonly bytes: number; readonly nodes: number; readonly href: string};

/** Children of longer lists are in groups: the constant of `dominated_groups`. */
export const LONG_LIST = 50;
const PAGE = 50;
const OWN_ROW = 0.01;
/** How far `dominatedGroup` looks for members of a rare type. */
const GROUP_REACH = 20_000;

export function dominatorKey(item: Item): string {
  if (item.kind === 'node') return `n${item.node.node_id}`;
  return item.kind === 'group' ? `g${item.of} ${item.group.rank}` : `note ${item.name}`;
}

export function hasDominated(item: Item): boolean {
  return item.kind === 'node' ? (item.node.children ?? 0) > 0 : item.kind === 'group';
}

/** `wanted`: nodes that are to have a row of their own, because a path leads through them. */
export async function loadItems(
  item: Item,
  loaded: readonly Item[],
  isFolded: boolean,
  wanted: readonly Child[],
  abort: AbortSignal,
): Promise<Page<Item>> {
  if (item.kind === 'note') return {items: []};
  if (item.kind === 'group') return loadMembers(item, loaded, abort);
  const id = item.node.node_id!;
  if (!isFolded || (item.node.children ?? 0) <= LONG_LIST) {
    const {items, ...page} = await loadList(item.node, loaded.length, abort);
    return {...page, items: withWays(item.node, items)};
  }
  const [biggest, groups] = await Promise.all([
    ask(dominated, {id, limit: 1 / OWN_ROW, skip: 0}, abort),
    ask(dominatedGroups, {id, limit: -1}, abort),
  ]);
  return {items: withWays(item.node, fold(item.node, biggest, groups, wanted))};
}

function withWays(parent: Child, items: readonly Item[]): Item[] {
  const from = parent.kind === 'object' ? parent.path : parent.kind === 'program' ? '' : parent.name;
  const ways = items.map((item) => (item.kind === 'node' ? wayFrom(from, item.node.path) : undefined));
  return items.map((item, at) => {
    const way = ways[at];
    return way !== undefined && ways.indexOf(way) === ways.lastIndexOf(way) ? {...item, way} : item;
  });
}

/** The rest of the path, where that goes on from the first; else all of it. */
function wayFrom(from: string | null, path: string | null): string | undefined {
  if (path === null || path === from) return undefined;
  return from !== null && path.startsWith(from) ? path.slice(from.length) : path;
}

export function fold(parent: Child, biggest: readonly Child[], groups: readonly DominatedGroup[], wanted: readonly Child[]): Item[] {
  const {node_id: of, retained, children: length} = parent;
  const own = biggest.filter((child) => (child.retained ?? 0) > 0 && (child.retained ?? 0) > (retained ?? 0) * OWN_ROW);
  const shown = [...own, ...wanted.filter((each) => !own.some(({node_id}) => node_id === each.node_id))];
  const rest = groups.map((group): Item => {
    const apart = shown.filter((child) => belongsTo(child, group));
    const bytes = apart.reduce((sum, child) => sum + (child.retained ?? 0), 0);
    const left = {...group, nodes: group.nodes! - apart.length, retained: group.retained! - bytes};
    return {kind: 'group', of: of!, length: length!, group: left, apart: apart.map(({node_id}) => node_id!)};
  });
  const folded = rest.filter((each) => each.kind === 'group' && each.group.nodes! > 0);
  return [...shown.map((node): Item => ({kind: 'node', node})), ...folded].sort((a, b) => bytesOf(b) - bytesOf(a));
}

function belongsTo(child: Child, group: DominatedGroup): boolean {
  return child.kind === 'object' ? group.kind === 'object' && child.type_id === group.type_id : child.kind === group.kind;
}

export function bytesOf(item: Item): number {
  if (item.kind === 'node') return item.node.retained ?? 0;
  return item.kind === 'group' ? (item.group.retained ?? 0) : item.bytes;
}

async function loadList(node: Child, skip: number, abort: AbortSignal): Promise<Page<Item>> {
  const rows = await ask(dominated, {id: node.node_id!, limit: PAGE, skip}, abort);
  const left = (node.children ?? 0) - skip - rows.length;
  return {items: rows.map((child) => ({kind: 'node', node: child})), rest: left > 0 ? counted(left, 'more', 'more') : undefined};
}

/** The next members of a group; the search goes on where the last page ended, and tells how many are still to come. */
async function loadMembers(item: Item & {kind: 'group'}, loaded: readonly Item[], abort: AbortSignal): Promise<Page<Item>> {
  const {group, of, length, apart} = item;
  const ranks = loaded.map((each) => (each.kind === 'node' ? each.node.rank! : 0));
  let skip = Math.max(group.first_rank! - 1, ...ranks);
  const found: Child[] = [];
  const missing = () => group.nodes! - loaded.length - found.length;
  while (missing() > 0 && found.length < PAGE && skip < length) {
    const page = await ask(dominatedGroup, {id: of, kind: group.kind!, type: group.type_id ?? -1, limit: PAGE, skip}, abort);
    found.push(...page.filter((child) => !apart.includes(child.node_id!)));
    skip = page.length === PAGE ? page.at(-1)!.rank! : skip + GROUP_REACH;
  }
  const left = missing();
  return {items: found.map((child) => ({kind: 'node', node: child})), rest: left > 0 ? counted(left, 'more', 'more') : undefined};
}
