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

/**
 * Pointers of a node at the part of its value that a text leads to through structs and arrays, and what is left of the text there: a pointer is gone through, or stood for.
 * `inside`: the text ends at a part that has pointers in it, one of which this is; `elements`: what the pointer leads to may be elements, as behind a slice and in any field of Java. The part is found by the types: of millions of elements only that one is read.
 */
export const pointersToward = {
  id: 'pointers-toward',
  title: 'Pointers of a node at the part that an expression leads to',
  sql: `WITH RECURSIVE part(type_id, offset, length, rest) AS (
      SELECT coalesce(o.type_id, r.type_id), coalesce(o.header, 0), coalesce(o.length, 1), :rest
      FROM (SELECT :id AS id) n LEFT JOIN objects o ON o.id = n.id LEFT JOIN roots r ON r.id = n.id
      UNION ALL
      SELECT coalesce(f.field_type_id, iif(p.length > 1, p.type_id, t.element_id)),
        p.offset + coalesce(f.offset, CAST(substr(p.rest, 2) AS INTEGER) * iif(p.length > 1, t.size, e.size)), 1,
        substr(p.rest, iif(f.name IS NULL, instr(p.rest, ']'), length(f.name) + 1) + 1)
      FROM part p JOIN types t ON t.id = p.type_id
        LEFT JOIN fields f ON p.length = 1 AND t.kind = 'struct' AND f.type_id = t.id AND substr(p.rest, 1, length(f.name) + 1) = '.' || f.name
          AND substr(p.rest, length(f.name) + 2, 1) IN ('', '.', '[')
        LEFT JOIN types e ON e.id = t.element_id
      WHERE f.name IS NOT NULL OR (p.length > 1 OR t.kind = 'array') AND substr(p.rest, 1, instr(p.rest, ']')) = '[' || CAST(substr(p.rest, 2) AS INTEGER) || ']'
        AND CAST(substr(p.rest, 2) AS INTEGER) < iif(p.length > 1, p.length, t.length)),
    last AS (SELECT p.rest, p.offset, p.offset + t.size * p.length AS end, p.length > 1 OR t.kind IN ('struct', 'array') AS inside,
        t.kind = 'slice' OR (SELECT value FROM meta WHERE key = 'language') IS 'java' AS elements
      FROM part p JOIN types t ON t.id = p.type_id AND t.kind <> 'unknown' ORDER BY length(p.rest) LIMIT 1)
    SELECT DISTINCT l.rest, l.inside, l.elements, e.target_id FROM last l CROSS JOIN edges e ON e.source_id = :id AND e.offset >= l.offset AND e.offset < l.end
    WHERE l.rest = '' OR NOT l.inside LIMIT (SELECT iif(inside, 1, -1) FROM last)`,
  params: {id: 'node', rest: 'text'},
  columns: {rest: 'text', inside: 'flag', elements: 'flag', target_id: 'node'},
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
    for (const found of await select({id: id!, isElements: false}, text.slice(length), ask, DEEPEST)) ids.add(found);
  }
  return [...ids];
}

/** `isElements`: a slice leads there. */
async function select({id, isElements}: {id: number; isElements: boolean}, rest: string, ask: Ask, depth: number): Promise<number[]> {
  if (rest === '') return [id];
  if (depth === 0 || !/^[.[]/.test(rest)) return [];
  const pointers = await ask(pointersToward, {id, rest});
  if (pointers[0]?.inside === 1) return [id];
  const followed = pointers.map(({target_id, elements, rest: left}) =>
    select({id: target_id!, isElements: elements === 1}, left!, ask, depth - 1),
  );
  const found = await Promise.all(followed);
  if (found.some((ids) => ids.length > 0)) return found.flat();
  // Behind a slice Go writes [0], also where the array has one element and its fields have no index.
  return isElements && rest.startsWith('[0]') ? select({id, isElements: false}, rest.slice(3), ask, depth - 1) : [];
}
