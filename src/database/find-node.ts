/**
 * OBJECT as a user writes it → a node id: an address anywhere inside the object or variable (0xc000…), a node id, a variable's name
 * (main.cache), an expression from one on (main.cache.first) or `goroutine 17`, in Java `thread 17`. Everything that is not found, or is not one thing, is a usage error that says what to write instead.
 */

import {GoheapError} from '../base/errors.js';
import {nearestWords} from '../base/nearest-words.js';
import type {SqlDatabase} from '../sql/index.js';
import {nodesNamed, similarNames} from './queries/node-lookup.js';
import {runQuery} from './queries/run-query.js';

/** How many of several candidates an error names. */
const NAMED = 10;

export async function findNode(database: SqlDatabase, text: string): Promise<number> {
  const ids = await nodesNamed(text.trim(), (query, params) => runQuery(database, query, params));
  if (ids.length === 1) return ids[0]!;
  if (ids.length === 0) throw new GoheapError('usage', `${text}: no object or variable`, {hint: await hintFor(database, text.trim())});
  const some = ids.slice(0, NAMED).join(', ') + (ids.length > NAMED ? ', …' : '');
  throw new GoheapError('usage', `${text}: ${ids.length} variables have this name`, {hint: `Give one of their node ids: ${some}`});
}

const WHAT_TO_GIVE =
  'Give an address inside an object (0xc000…), a node id, a variable such as main.cache, or "goroutine 17"; only what holds heap pointers is a root variable.';

/** Variables that are written nearly so, or so without their package; what a type's name could be used for; else what an OBJECT is. */
async function hintFor(database: SqlDatabase, text: string): Promise<string> {
  if (!/\p{L}/u.test(text) || /^0x|^(?:goroutine|thread) /i.test(text)) return WHAT_TO_GIVE;
  const [, whole, index] = /^(.+)(\[[^\]]*\])/.exec(text) ?? [];
  if (whole !== undefined && (await nodesNamed(whole, (query, params) => runQuery(database, query, params))).length > 0)
    return `${whole} has no ${index}: only elements of slices and arrays have numbers. Give ${whole}, or what goheap object INPUT '${whole}' lists; of a map --cut '${whole}[…]' means all entries.`;
  const names = await runQuery(database, similarNames, {name: text});
  const variables = names.filter(({kind}) => kind === 'variable').map(({name}) => name!);
  const withPackage = variables.filter((name) => name.endsWith(`.${text}`));
  const near = withPackage.length > 0 ? withPackage.slice(0, NAMED) : nearestWords(text, variables);
  if (near.length > 0) return `Did you mean ${near.join(', ')}?`;
  const type = names.find(({kind}) => kind === 'type');
  if (!type) return WHAT_TO_GIVE;
  return `${type.name} is a type. Its objects: goheap objects INPUT --type '${type.name}'`;
}

/** `OBJECT` or `OBJECT+OFFSET` → all pointers of a node, or the one at that offset. */
export async function findEdge(database: SqlDatabase, text: string): Promise<{source: number; offset?: number}> {
  const match = /^(.*)\+(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!match) return {source: await findNode(database, text)};
  return {source: await findNode(database, match[1]!), offset: Number(match[2])};
}
