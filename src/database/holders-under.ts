/**
 * A node of a database → the next level of the dominator tree below it, in the form of the query `holders`: what it dominates directly, of one
 * name and type as one row. What Go has no words for – what a variable points to, the insides of a map – is the node itself to a reader: its slots
 * are the first row, and what it dominates is on the level. So the rows add up to what the node retains.
 *
 * Asked when somebody wants it, and by look-ups: the children, what holds these, and what lies below the rows that are shown.
 */
import {GoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {type LevelGroup, readDominatedLevel} from './dominated-level.js';
import {program} from './queries/dominator-queries.js';
import type {holders} from './queries/holder-queries.js';
import {node as nodeQuery} from './queries/node-queries.js';
import {type RowOf, runQuery} from './queries/run-query.js';
import {StoredGatherer} from './stored-gatherer.js';
import {StoredNames} from './stored-names.js';

type StoredHolder = RowOf<typeof holders>;

/** The first `limit` rows, and one for all others. Throws `usage` for garbage. */
export async function readHoldersUnder(
  database: SqlDatabase,
  id: number,
  limit: number,
  {work = {}, mostChildren}: {readonly work?: Work; readonly mostChildren?: number} = {},
): Promise<StoredHolder[]> {
  const [node] = await runQuery(database, nodeQuery, {id});
  const {name, kind, type_id, reachable, size} = node!; // whoever asks has found it
  if (reachable !== 1)
    throw new GoheapError('usage', `${name}: nothing reaches it, and it retains nothing`, {hint: 'goheap top lists what retains memory.'});
  const types = await askForTypes(database);
  const names = new StoredNames(database, types);
  const level = await readDominatedLevel(database, names, id, work, mostChildren);
  const itself = {
    kind: kind!,
    name: level.name,
    type: type_id ?? 0,
    nodes: [...level.itself],
    count: level.itself.size,
    example: id,
    most: 0,
    objects: 0,
  };
  const retained = level.slots + (kind === 'object' ? size! : 0);
  const groups: LevelGroup[] = [...(retained > 0 ? [{...itself, retained}] : []), ...level.groups];
  const rest = groups.splice(limit);
  const gathered = await new StoredGatherer(database, types, names).gatherAll(groups);
  const rows = groups.map((group, index) => ({...NOT_KNOWN, ...described(group, types), ...gathered[index]}));
  const more = {...NOT_KNOWN, kind: 'more', count: rest.length, retained: rest.reduce((sum, {retained}) => sum + retained, 0)};
  const [heap] = await runQuery(database, program, {});
  return [...rows, ...(rest.length > 0 ? [more] : [])].map((row, index) => ({
    ...row,
    rank: index + 1,
    share: row.retained / heap!.retained!,
  }));
}

/** All that holds these rows goes through the node above them: no roots are searched. */
const NOT_KNOWN: StoredHolder = {
  ...{rank: null, node_id: null, name: null, kind: null, type: null, count: null, retained: null, share: null},
  ...{gathers_id: null, gathers_name: null, gathers_count: null, gathers_type: null, gathers_retained: null},
  ...{root_name: null, variables: null, goroutines: null, exact: null},
};

function described({kind, name, type, count, example, retained}: LevelGroup, types: TypeTable) {
  return {node_id: example, name, kind, type: types.name[type] || 'unknown', count, retained};
}
