/**
 * Paths from roots to a node with conditions, by look-ups in the database: a breadth-first search against the pointers that reads only the
 * rows it comes by, so that a database of many gigabytes answers at once. Each node is visited once, as `computePaths` (src/analyses/paths.ts)
 * does in memory: one path for each root node that reaches the node, the shortest first. Every path goes through all dominators of the
 * node: that ends most searches early that would otherwise visit the whole heap in vain.
 */

import {node} from '../../viewer/queries/node.js';
import {type Query, type RowOf, runQuery} from '../../viewer/queries/query.js';
import {checkpoint, type Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {findEdge} from './find-node.js';
import {type PathSteps, pathSteps, type Step} from './path-steps.js';

/** Who points to a node and can be reached itself, in the order of the database. */
const holders = {
  id: 'holders',
  title: 'Reachable nodes that point to a node',
  sql: `SELECT r.source_id, r.offset, o.id IS NULL AS is_root
    FROM referrers r JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset LEFT JOIN objects o ON o.id = r.source_id
    WHERE r.target_id = :id AND e.followed = 1 AND coalesce(o.reachable, 1) = 1 ORDER BY r.source_id, r.offset`,
  params: {id: 'node'},
  columns: {source_id: 'node', offset: 'number', is_root: 'flag'},
} as const satisfies Query;

/** The dominators of a node, itself first. */
const dominators = {
  id: 'dominators',
  title: 'What every path to a node goes through',
  sql: `WITH RECURSIVE up(id) AS (
      SELECT :id UNION ALL
      SELECT coalesce(o.dominator_id, r.parent_id) FROM up u LEFT JOIN objects o ON o.id = u.id LEFT JOIN roots r ON r.id = u.id
      WHERE coalesce(o.dominator_id, r.parent_id) > 0)
    SELECT u.id, r.kind FROM up u LEFT JOIN roots r ON r.id = u.id`,
  params: {id: 'node'},
  columns: {id: 'node', kind: 'text'},
} as const satisfies Query;

const edgeField = {
  id: 'edge-field',
  title: 'The field that a pointer is in',
  sql: 'SELECT field FROM edge_fields WHERE source_id = :source AND offset = :offset',
  params: {source: 'node', offset: 'number'},
  columns: {field: 'text'},
} as const satisfies Query;

/** A pointer that was followed backwards, and the one it was reached from: a list that starts at the root. */
interface Link {
  readonly source: number;
  readonly offset: number;
  readonly next: Link | undefined;
}

export interface Wanted {
  readonly all: number;
  /** Pointers that no path may use, as `findEdge` reads them. */
  readonly avoid?: readonly string[] | undefined;
}

/** Up to `all` paths. Rejects with `signal.reason` when aborted. */
export async function searchPaths(database: SqlDatabase, id: number, wanted: Wanted, work: Work): Promise<PathSteps[]> {
  const avoided = await Promise.all((wanted.avoid ?? []).map((text) => findEdge(database, text)));
  const isAvoided = (from: number, at: number) => avoided.some(({source, offset}) => source === from && (offset ?? at) === at);
  const through = await runQuery(database, dominators, {id});
  if (through.some((each) => each.id !== id && avoided.some(({source, offset}) => source === each.id && offset === undefined))) return [];
  // One root node dominates it: no other one reaches it. A goroutine stands for all of its locals, which are several.
  const isOnlyRoot = through.some(({kind}) => kind !== null && kind !== 'goroutine');
  const count = isOnlyRoot ? 1 : wanted.all;
  const found: PathSteps[] = [];
  for await (const link of searchBackwards(database, id, isAvoided, work)) {
    found.push(await describePath(database, link, id));
    if (found.length === count) break;
  }
  return found;
}

async function* searchBackwards(
  database: SqlDatabase,
  id: number,
  isAvoided: (from: number, at: number) => boolean,
  work: Work,
): AsyncGenerator<Link | undefined> {
  const [start] = await runQuery(database, node, {id});
  if (start?.kind !== 'object') {
    yield undefined; // a root node holds itself
    return;
  }
  const visited = new Set([id]);
  const queue: {id: number; link: Link | undefined}[] = [{id, link: undefined}];
  for (let position = 0; position < queue.length; position++) {
    if (position % 1024 === 0) await checkpoint(work);
    const {id: target, link: next} = queue[position]!;
    for (const {source_id, offset, is_root} of await runQuery(database, holders, {id: target})) {
      const source = source_id!;
      if (visited.has(source) || isAvoided(source, offset!)) continue;
      visited.add(source);
      const link = {source, offset: offset!, next};
      if (is_root === 1) yield link;
      else queue.push({id: source, link});
    }
    work.onProgress?.('searching paths', position + 1, queue.length);
  }
}

async function describePath(database: SqlDatabase, first: Link | undefined, target: number): Promise<PathSteps> {
  const [root] = await runQuery(database, node, {id: first?.source ?? target});
  const steps: Omit<Step, 'step'>[] = [];
  if (root?.parent_id) steps.push(await describeStep(database, root.parent_id, undefined)); // a local starts with its goroutine
  steps.push(await describeStep(database, first?.source ?? target, undefined));
  for (let link = first; link !== undefined; link = link.next) {
    steps.push(await describeStep(database, link.next?.source ?? target, link));
  }
  return pathSteps(steps.map((row, step) => ({...row, step})));
}

async function describeStep(database: SqlDatabase, id: number, over: Link | undefined): Promise<Omit<Step, 'step'>> {
  const [row] = (await runQuery(database, node, {id})) as [RowOf<typeof node>]; // ids of edges exist
  const [edge] = over ? await runQuery(database, edgeField, {source: over.source, offset: over.offset}) : [];
  const {kind, name, type, address, size, retained} = row;
  return {node_id: id, kind, name, offset: over?.offset ?? null, field: edge?.field || null, type, address, size, retained};
}
