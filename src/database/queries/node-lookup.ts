/**
 * What a user types → node ids: an address anywhere inside an object or a variable, a name, a goroutine's number, a node id.
 * Objects have no index by address: their ids ascend with it, so a binary search over ids takes a look-up a bit.
 */
import type {Ask, Query} from './run-query.js';
import {nodesSelected} from './selector-lookup.js';

/** At most one object, else the innermost variable around the address. */
export const findByAddress = {
  id: 'find-by-address',
  title: 'The node around an address',
  sql: `WITH RECURSIVE search(low, high) AS (
      SELECT (SELECT min(id) FROM objects), (SELECT max(id) FROM objects) + 1
      UNION ALL
      SELECT CASE WHEN o.address <= :address THEN o.id ELSE s.low END, CASE WHEN o.address <= :address THEN s.high ELSE o.id END
      FROM search s JOIN objects o ON o.id = (s.low + s.high) / 2 WHERE s.high - s.low > 1),
    found AS (
      SELECT o.id, :address - o.address AS offset FROM search s JOIN objects o ON o.id = s.low
      WHERE s.high - s.low = 1 AND :address >= o.address AND :address < o.address + o.size),
    near AS (SELECT id, address, size FROM roots WHERE address <= :address ORDER BY address DESC LIMIT 64)
    SELECT id, offset FROM found
    UNION ALL
    SELECT * FROM (SELECT id, :address - address AS offset FROM near WHERE :address < address + size ORDER BY size, id LIMIT 1)
    WHERE NOT EXISTS (SELECT 1 FROM found)`,
  params: {address: 'address'},
  columns: {id: 'node', offset: 'number'},
} as const satisfies Query;

/** Root nodes of that name; locals of one name in several goroutines are several. */
export const findByName = {
  id: 'find-by-name',
  title: 'Root nodes of a name',
  sql: 'SELECT id, kind, retained FROM roots WHERE name = :name ORDER BY retained DESC, id',
  params: {name: 'text'},
  columns: {id: 'node', kind: 'text', retained: 'bytes'},
} as const satisfies Query;

/** The biggest node of each row of `holders` that has the name: as `goheap top` prints it with --wide. */
export const findByHolder = {
  id: 'find-by-holder',
  title: 'The biggest node of a row of what holds the memory',
  sql: 'SELECT node_id AS id FROM holders WHERE name = :name ORDER BY rank',
  params: {name: 'text'},
  columns: {id: 'node'},
} as const satisfies Query;

/**
 * What a name that is none may have meant: variables, and the types of that name with or without their package. Not all variables of a large
 * program: as many as are read at once.
 */
export const similarNames = {
  id: 'similar-names',
  title: 'Variables, and the types of a name',
  sql: `SELECT * FROM (SELECT 'type' AS kind, name FROM types WHERE name = :name OR substr(name, -length(:name) - 1) = '.' || :name ORDER BY length(name) LIMIT 1)
    UNION ALL
    SELECT 'variable', name FROM (SELECT name FROM roots WHERE kind IN ('global', 'static', 'local') AND name > '' GROUP BY name LIMIT 100000)`,
  params: {name: 'text'},
  columns: {kind: 'text', name: 'text'},
} as const satisfies Query;

export const findGoroutine = {
  id: 'find-goroutine',
  title: 'The node of a goroutine, which Java calls a thread',
  sql: `SELECT root_id AS id FROM goroutines
    WHERE id = :goid AND (:word = 'goroutine' OR EXISTS (SELECT 1 FROM meta WHERE key = 'language' AND value = 'java'))`,
  params: {goid: 'number', word: 'text'},
  columns: {id: 'node'},
} as const satisfies Query;

/** No row when there is no such node; the program (0) is none. */
export const findById = {
  id: 'find-by-id',
  title: 'A node by its id',
  sql: 'SELECT id FROM objects WHERE id = :id UNION ALL SELECT id FROM roots WHERE id = :id',
  params: {id: 'node'},
  columns: {id: 'node'},
} as const satisfies Query;

/** The text that stands for a node (0xc000…, a node id, goroutine 17, main.cache, main.cache.first, main.cache.items[…]) → the ids of the nodes that it can mean. */
export async function nodesNamed(text: string, ask: Ask): Promise<number[]> {
  const idsOf = (rows: readonly {readonly id: number | null}[]) => rows.map(({id}) => id!); // these queries give no NULL ids
  if (/^0x[0-9a-f]{1,13}$/i.test(text)) return idsOf(await ask(findByAddress, {address: Number(text)}));
  if (/^\d{1,15}$/.test(text)) return idsOf(await ask(findById, {id: Number(text)}));
  const [, word, goid] = /^(goroutine|thread) (\d{1,15})$/.exec(text) ?? [];
  if (word !== undefined) return idsOf(await ask(findGoroutine, {goid: Number(goid), word}));
  const named = idsOf(await ask(findByName, {name: text}));
  if (named.length > 0 || !/[.[]/.test(text)) return named;
  const selected = await nodesSelected(text, ask);
  return selected.length > 0 ? selected : idsOf(await ask(findByHolder, {name: text}));
}
