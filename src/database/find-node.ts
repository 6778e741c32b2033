/**
 * OBJECT as a user writes it → a node id: an address anywhere inside the object or variable (0xc000…), a node id, a variable's name
 * (main.cache) or `goroutine 17`. Everything that is not found, or is not one thing, is a usage error that says what to write instead.
 */

import {GoheapError} from '../base/errors.js';
import type {SqlDatabase} from '../sql/index.js';
import {nodesNamed} from './queries/node-lookup.js';
import {runQuery} from './queries/run-query.js';

/** How many of several candidates an error names. */
const NAMED = 10;

export async function findNode(database: SqlDatabase, text: string): Promise<number> {
  const ids = await nodesNamed(text.trim(), (query, params) => runQuery(database, query, params));
  if (ids.length === 1) return ids[0]!;
  if (ids.length === 0) {
    throw new GoheapError('usage', `${text}: no object or variable`, {
      hint: 'Give an address inside an object (0xc000…), a node id, a variable such as main.cache, or "goroutine 17"; only what holds heap pointers is a root variable.',
    });
  }
  const some = ids.slice(0, NAMED).join(', ') + (ids.length > NAMED ? ', …' : '');
  throw new GoheapError('usage', `${text}: ${ids.length} variables have this name`, {hint: `Give one of their node ids: ${some}`});
}

/** `OBJECT` or `OBJECT+OFFSET` → all pointers of a node, or the one at that offset. */
export async function findEdge(database: SqlDatabase, text: string): Promise<{source: number; offset?: number}> {
  const match = /^(.*)\+(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!match) return {source: await findNode(database, text)};
  return {source: await findNode(database, match[1]!), offset: Number(match[2])};
}
