/**
 * Paths from a root to a node as the page shows them: what each step's pointer is called, and what setting it to nil releases.
 * Of very long paths (linked lists) the ends, as the query `held-by` gives them.
 */
import {getBit} from '../../src/base/bitset.js';
import {PATH_END} from '../../src/database/queries/held-by-queries.js';
import {type Query, runQuery} from '../../src/database/queries/run-query.js';
import {type FoundPath, searchPaths} from '../../src/database/search-paths.js';
import type {SqlDatabase} from '../../src/sql/index.js';
import type {PathStep, PathsAnswer, PathsRequest} from '../protocol.js';

/** A search that has not found more by then gives up: 2 million places are 40 MB. */
const LIMITS = {places: 2_000_000, seconds: 8};

const step = {
  id: 'path-step',
  title: 'A step of a path',
  sql: `SELECT coalesce(r.kind, 'object') AS kind, coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name, t.name AS type,
      coalesce(o.retained, r.retained) AS retained, nullif(r.parent_id, 0) AS parent_id
    FROM (SELECT :id AS id) n LEFT JOIN objects o ON o.id = n.id LEFT JOIN roots r ON r.id = n.id LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)`,
  params: {id: 'node'},
  columns: {kind: 'text', name: 'text', type: 'text', retained: 'bytes', parent_id: 'node'},
} as const satisfies Query;

const pointer = {
  id: 'path-pointer',
  title: 'A pointer of a path',
  sql: `SELECT (SELECT f.field FROM edge_fields f WHERE f.source_id = e.source_id AND f.offset = e.offset) AS field,
      CASE e.bridge WHEN 1 THEN o.retained END AS releases
    FROM edges e JOIN objects o ON o.id = e.target_id WHERE e.source_id = :source AND e.offset = :offset`,
  params: {source: 'node', offset: 'number'},
  columns: {field: 'text', releases: 'bytes'},
} as const satisfies Query;

export async function answerPaths(database: SqlDatabase, {node, avoid, count}: PathsRequest): Promise<PathsAnswer> {
  const {paths, cut, dominates} = await searchPaths(database, node, {count, avoid, limits: LIMITS});
  const described = await Promise.all(paths.map((path) => describe(database, node, path, dominates)));
  return {paths: described.map(({steps}) => steps), lengths: described.map(({length}) => length), cut};
}

async function describe(database: SqlDatabase, end: number, {sources, offsets}: FoundPath, dominates: Uint8Array) {
  const nodes = [...sources, end];
  const [root] = await runQuery(database, step, {id: nodes[0]!});
  const parents = root!.parent_id === null ? [] : [root!.parent_id]; // a local starts with its goroutine
  const all = [...parents, ...nodes];
  const steps: PathStep[] = [];
  for (const [at, node] of all.entries()) {
    if (at >= PATH_END && at < all.length - PATH_END) continue;
    const [found] = await runQuery(database, step, {id: node});
    const offset = offsets[at - parents.length] ?? null;
    const [over] = offset === null ? [] : await runQuery(database, pointer, {source: node, offset});
    const {kind, name, type, retained} = found!;
    const releases = over?.releases ?? null;
    steps.push({
      node,
      kind: kind!,
      name: name!,
      type,
      field: over?.field ?? null,
      offset,
      retained,
      releases,
      dominates: Number(getBit(dominates, node)),
    });
  }
  return {steps, length: all.length};
}
