/**
 * A node of a database → the next level of the dominator tree below it, in the form of the query `holders`: what it dominates directly, of one
 * name and type as one row. What Go has no words for – what a variable points to, the insides of a map – is the node itself to a reader: its slots
 * are the first row, and what it dominates is on the level. So the rows add up to what the node retains.
 *
 * Asked when somebody wants it, and by look-ups: the children, what holds these, and what lies below the rows that are shown.
 */
import {GoheapError} from '../base/errors.js';
import {remember} from '../base/remember.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {program} from './queries/dominator-queries.js';
import type {holders} from './queries/holder-queries.js';
import {node as nodeQuery} from './queries/node-queries.js';
import {type RowOf, runQuery} from './queries/run-query.js';
import {StoredGatherer} from './stored-gatherer.js';
import {StoredNames} from './stored-names.js';

type StoredHolder = RowOf<typeof holders>;

/** What holds the nodes that some nodes dominate directly; root nodes hold themselves. */
const HOLDERS = `SELECT DISTINCT coalesce(o.holder_id, d.node_id) AS id
  FROM json_each(:ids) i CROSS JOIN dominated d ON d.dominator_id = i.value LEFT JOIN objects o ON o.id = d.node_id`;
/** What some nodes dominate directly. `holder` is 0 for root nodes. */
const CHILDREN = `SELECT d.node_id AS id, coalesce(r.kind, 'object') AS kind, coalesce(o.type_id, r.type_id, 0) AS type,
    coalesce(o.retained, r.retained, 0) AS retained, coalesce(o.retained_objects, r.retained_objects, 0) AS objects,
    coalesce(o.size, 0) AS size, coalesce(o.holder_id, 0) AS holder, coalesce(o.holder_offset, 0) AS offset
  FROM json_each(:ids) i CROSS JOIN dominated d ON d.dominator_id = i.value LEFT JOIN objects o ON o.id = d.node_id LEFT JOIN roots r ON r.id = d.node_id
  ORDER BY i.key, d.rank`;

interface Child {
  readonly id: number;
  readonly kind: string;
  readonly type: number;
  readonly retained: number;
  readonly objects: number;
  readonly size: number; // of an object's slot
  readonly holder: number;
  readonly offset: number;
}
interface Group {
  readonly kind: string;
  readonly path: number;
  readonly type: number;
  readonly nodes: number[];
  example: number; // the one that retains most
  most: number; // what it retains
  retained: number;
  objects: number;
}

/** The first `limit` rows, and one for all others. Throws `usage` for garbage. */
export async function readHoldersUnder(database: SqlDatabase, id: number, limit: number): Promise<StoredHolder[]> {
  const [node] = await runQuery(database, nodeQuery, {id});
  const {name, kind, type_id, reachable, size} = node!; // whoever asks has found it
  if (reachable !== 1)
    throw new GoheapError('usage', `${name}: nothing reaches it, and it retains nothing`, {hint: 'goheap top lists what retains memory.'});
  const types = await askForTypes(database);
  const names = new StoredNames(database, types);
  const level = await readLevel(database, names, id);
  const itself = {kind: kind!, path: level.path, type: type_id ?? 0, nodes: [...level.itself], example: id, most: 0, objects: 0};
  const retained = level.slots + (kind === 'object' ? size! : 0);
  const groups: Group[] = [...(retained > 0 ? [{...itself, retained}] : []), ...level.groups];
  const rest = groups.splice(limit);
  const gathered = await new StoredGatherer(database, types, names).gatherAll(groups);
  const rows = groups.map((group, index) => ({...NOT_KNOWN, ...described(group, names, types), ...gathered[index]}));
  const more = {...NOT_KNOWN, kind: 'more', count: rest.length, retained: rest.reduce((sum, {retained}) => sum + retained, 0)};
  const [heap] = await runQuery(database, program, {});
  return [...rows, ...(rest.length > 0 ? [more] : [])].map((row, index) => ({
    ...row,
    rank: index + 1,
    share: row.retained / heap!.retained!,
  }));
}

interface Level {
  readonly path: number;
  readonly itself: ReadonlySet<number>; // the node, and what Go has no words for between it and the groups
  readonly slots: number; // of the latter
  readonly groups: Group[]; // as `computeHolders` makes them, the largest first
}

async function readLevel(database: SqlDatabase, names: StoredNames, id: number): Promise<Level> {
  const itself = new Set([id]);
  const groups = new Map<string, Group>();
  let slots = 0;
  let path = 0;
  for (let parents = [id]; parents.length > 0; ) {
    const ids = JSON.stringify(parents);
    await names.read([id, ...(await database.rows<{id: number}>(HOLDERS, {ids})).map((holder) => holder.id)]);
    path = names.of(id);
    parents = [];
    for await (const child of database.each<Child>(CHILDREN, {ids})) {
      if (itself.has(child.holder) && names.isSilent(child.holder, child.offset)) {
        itself.add(child.id);
        parents.push(child.id);
        slots += child.size;
      } else if (child.retained > 0) addTo(groups, names, child);
    }
  }
  return {path, itself, slots, groups: [...groups.values()].sort((a, b) => b.retained - a.retained || a.example - b.example)};
}

function addTo(groups: Map<string, Group>, names: StoredNames, {id, kind, type, retained, objects, holder, offset}: Child): void {
  const path = holder === 0 ? names.ofRoot(id, type) : names.behind(holder, offset, type);
  const key = `${path} ${type} ${kind === 'object'}`;
  const group = remember(groups, key, () => ({kind, path, type, nodes: [], example: id, most: retained, retained: 0, objects: 0}));
  group.nodes.push(id);
  group.retained += retained;
  group.objects += objects;
  if (retained <= group.most) return;
  group.example = id;
  group.most = retained;
}

/** All that holds these rows goes through the node above them: no roots are searched. */
const NOT_KNOWN: StoredHolder = {
  ...{rank: null, node_id: null, name: null, kind: null, type: null, count: null, retained: null, share: null},
  ...{gathers_id: null, gathers_name: null, gathers_count: null, gathers_type: null, gathers_retained: null},
  ...{root_name: null, variables: null, goroutines: null, exact: null},
};

function described({kind, path, type, nodes, example, retained}: Group, names: StoredNames, types: TypeTable) {
  return {node_id: example, name: names.textOf(path), kind, type: types.name[type] || 'unknown', count: nodes.length, retained};
}
