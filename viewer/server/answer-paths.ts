/**
 * Paths from a root to a node as the page shows them: of very long ones (linked lists) the ends, as the query `held-by` gives them.
 */
import {type DescribeOptions, describePath} from '../../src/database/path-steps.js';
import {PATH_END} from '../../src/database/queries/held-by-queries.js';
import {searchPaths} from '../../src/database/search-paths.js';
import type {SqlDatabase} from '../../src/sql/index.js';
import type {PathsAnswer, PathsRequest} from '../protocol.js';

/** A search that has not found more by then gives up: 2 million places are 40 MB. */
const LIMITS = {places: 2_000_000, seconds: 8};

export async function answerPaths(
  database: SqlDatabase,
  {types, values}: Pick<DescribeOptions, 'types' | 'values'>,
  {node, avoid, count}: PathsRequest,
): Promise<PathsAnswer> {
  const {paths, cut, dominates} = await searchPaths(database, node, {count, avoid, limits: LIMITS});
  const options = {types, dominates, values, ends: PATH_END};
  return {paths: await Promise.all(paths.map((path) => describePath(database, path, node, options))), cut};
}
