/**
 * A Go expression from a variable on (`main.reg.inner.deeper`, `main.srv.store.shards[3]`) → the ids of what it stands for. Pointers are
 * followed silently, as Go's selectors do; a part of a variable or an object without a pointer of its own stands for the node that it lies in.
 */
import type {Ask, Query} from './run-query.js';

/** Variables and static data of whose names a text goes on, longest first. */
export const rootsBefore = {
  id: 'roots-before',
  title: 'Variables whose names an expression begins with',
  sql: `SELECT id, name FROM roots WHERE kind IN ('global', 'static') AND name > '' AND substr(:name, 1, length(name)) = name
    ORDER BY length(name) DESC, id`,
  params: {name: 'text'},
  columns: {id: 'node', name: 'text'},
} as const satisfies Query;

/** Pointers of a node that selectors go through, or that lie in the part that they lead to; `selector` is '' when the whole value is the pointer. */
export const pointersToward = {
  id: 'pointers-toward',
  title: 'Pointers of a node that selectors lead through or to',
  sql: `SELECT DISTINCT selector, target_id FROM (
      SELECT e.target_id, CASE WHEN f.field = '' OR f.field LIKE '[%' THEN f.field ELSE '.' || f.field END AS selector
      FROM edges e JOIN edge_fields f ON f.source_id = e.source_id AND f.offset = e.offset WHERE e.source_id = :id)
    WHERE selector IN ('', :rest) OR substr(:rest, 1, length(selector) + 1) IN (selector || '.', selector || '[')
      OR substr(selector, 1, length(:rest) + 1) IN (:rest || '.', :rest || '[')`,
  params: {id: 'node', rest: 'text'},
  columns: {selector: 'text', target_id: 'node'},
} as const satisfies Query;

/** Pointers to pointers to pointers …: more than any expression goes through. */
const DEEPEST = 64;

/** Empty when it stands for nothing; several ids where variables of one name differ. */
export async function nodesSelected(text: string, ask: Ask): Promise<number[]> {
  let length = 0;
  const ids = new Set<number>();
  for (const {id, name} of await ask(rootsBefore, {name: text})) {
    if (ids.size > 0 && name!.length < length) break; // the longest name that leads somewhere
    length = name!.length;
    for (const found of await select(id!, text.slice(length), ask, DEEPEST)) ids.add(found);
  }
  return [...ids];
}

async function select(id: number, rest: string, ask: Ask, depth: number): Promise<number[]> {
  if (rest === '') return [id];
  if (depth === 0 || !/^[.[]/.test(rest)) return [];
  const pointers = await ask(pointersToward, {id, rest});
  const through = pointers.filter(({selector}) => rest.startsWith(selector!));
  const found = await Promise.all(through.map(({selector, target_id}) => select(target_id!, rest.slice(selector!.length), ask, depth - 1)));
  if (found.some((ids) => ids.length > 0)) return found.flat();
  if (pointers.length > through.length) return [id]; // its pointers lie further in
  // Behind a slice Go writes [0], also where the array has one element and its fields have no index.
  return rest.startsWith('[0]') ? select(id, rest.slice(3), ask, depth - 1) : [];
}
