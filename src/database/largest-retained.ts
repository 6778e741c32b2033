/**
 * The dominator tree of a database → the few nodes that retain most, from its root down: nothing retains more than what dominates it, so only the largest children of what is among the few are looked
 * up. Where many have as much as the last of them, or too many are wanted, largest-nodes.ts goes through all nodes.
 */
import type {SqlDatabase} from '../sql/index.js';

/** What are wanted, children that are looked up for each of these, and for all. */
const MOST_WANTED = 50_000;
const LOOKED_UP_EACH = 8;
const LOOKED_UP = 20_000;
/** Lists that are read on at a time, and of each how many rows the first time. */
const LISTS = 2000;
const NEAR = 8;
const MOST_ROUNDS = 100;
const ROWS = 16;

const ROOTS = 'SELECT id, coalesce(retained, 0) AS retained FROM roots ORDER BY id';
/** Of each list [dominator, first rank, behind the last] the nodes, most first; `below` is 0 for root nodes. */
const CHILDREN = `SELECT l.key AS list, d.node_id AS id, coalesce(o.retained, r.retained, 0) AS retained, coalesce(o.dominated_bytes, 0) AS below, o.id IS NULL AS isRoot
  FROM json_each(:lists) l CROSS JOIN dominated d ON d.dominator_id = l.value ->> 0 AND d.rank >= l.value ->> 1 AND d.rank < l.value ->> 2
    LEFT JOIN objects o ON o.id = d.node_id LEFT JOIN roots r ON r.id = d.node_id ORDER BY l.key, d.rank`;

interface Child {
  readonly list: number;
  readonly id: number;
  readonly retained: number;
  readonly below: number; // bytes
  readonly isRoot: number; // 1: has been found already
}
/** Children of a node that were not read yet. */
interface List {
  readonly dominator: number;
  rank: number; // of the next one
  rows: number; // to be read
  most: number; // none of them retains more
}

/** Ids, most retained first, of equal ones the first by id. Undefined where look-ups are not the way. */
export async function lookUpMostRetained(database: SqlDatabase, limit: number): Promise<number[] | undefined> {
  if (limit > MOST_WANTED) return undefined;
  const found = await database.rows<{id: number; retained: number}>(ROOTS);
  const lists: List[] = [{id: 0, retained: Number.POSITIVE_INFINITY}, ...found].map(({id, retained}) => ({
    dominator: id,
    rank: 1,
    rows: ROWS,
    most: retained,
  }));
  let left = LOOKED_UP + LOOKED_UP_EACH * limit;
  for (let open = lists, rounds = 0; ; rounds++) {
    const least = leastOf(found, limit);
    open = open.filter(({most}) => most >= least).sort((a, b) => b.most - a.most);
    if (open.length === 0) break;
    // What retains much less is perhaps not wanted when this has been read.
    const near = open.findIndex(({most}) => most < open[0]!.most / NEAR);
    const next = open.splice(0, Math.min(near < 0 ? LISTS : near, LISTS));
    const asked = JSON.stringify(next.map(({dominator, rank, rows}) => [dominator, rank, rank + rows]));
    const children = await database.rows<Child>(CHILDREN, {lists: asked});
    left -= next.length + children.length;
    if (left < 0 || rounds > MOST_ROUNDS) return undefined; // rounds: a long chain
    open.push(...readOn(next, children));
    for (const {id, retained, isRoot} of children) if (isRoot === 0) found.push({id, retained});
  }
  return found
    .sort((a, b) => b.retained - a.retained || a.id - b.id)
    .slice(0, limit)
    .map(({id}) => id);
}

/** What the last one that is wanted retains at least; 0 while there are too few. */
function leastOf(found: readonly {readonly retained: number}[], limit: number): number {
  if (found.length < limit) return 0;
  return Float64Array.from(found, ({retained}) => -retained).sort()[limit - 1]! * -1;
}

/** Lists of the children, and what is left of the lists that they are from. */
function readOn(lists: readonly List[], children: readonly Child[]): List[] {
  const open: List[] = [];
  const read = lists.map(() => 0);
  const last = new Map<number, number>(); // retained
  for (const {list, id, below, retained} of children) {
    read[list]!++;
    last.set(list, retained);
    if (below > 0) open.push({dominator: id, rank: 1, rows: ROWS, most: below});
  }
  for (const [at, list] of lists.entries())
    if (read[at] === list.rows) open.push({...list, rank: list.rank + list.rows, rows: 4 * list.rows, most: last.get(at)!});
  return open;
}
