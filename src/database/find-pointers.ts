/**
 * A path as a user writes it or `goheap top` prints it (`main.reg.lru`, `main.srv.sessions[…].Data`, `c.subs[3] in main.serve`) → the pointers that
 * its last step stands for, found by going along it from its variables. An index means that element, `[…]` all of them; maps, interfaces and channels
 * are passed through as in all paths. A part that has several pointers stands for all of them.
 */
import {TYPE_KINDS, type TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {ANY, nameAnyWord, nameWord} from '../values/word-names.js';
import type {StoredPointer} from './marked-cuts.js';

/** `within`: '' for package-level variables, else the function whose locals are meant. Longest names first. */
const ROOTS = `SELECT r.id, length(r.name) AS length FROM roots r LEFT JOIN frames f ON f.id = r.frame_id LEFT JOIN goroutines g ON g.id = r.goroutine_id
  WHERE r.name > '' AND substr(:text, 1, length(r.name)) = r.name
    AND iif(:within = '', r.kind IN ('global', 'static'), r.kind = 'local' AND coalesce(f.function, g.function) = :within)
  ORDER BY length(r.name) DESC, r.id`;
/** Of places [node, from, to], the range in bytes of the slot. */
const OUTBOUND = `SELECT n.key AS place, e.source_id AS source, e.offset, e.target_id AS target, coalesce(o.type_id, r.type_id, 0) AS type,
    coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header, e.target_offset - x.header AS entered
  FROM json_each(:places) n CROSS JOIN edges e ON e.source_id = n.value ->> 0 AND e.offset >= n.value ->> 1 AND e.offset < n.value ->> 2
    LEFT JOIN objects o ON o.id = e.source_id LEFT JOIN roots r ON r.id = e.source_id JOIN objects x ON x.id = e.target_id
  WHERE e.followed = 1`;
const VALUES = `SELECT coalesce(o.type_id, r.type_id, 0) AS type, coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header
  FROM json_each(:ids) n LEFT JOIN objects o ON o.id = n.value LEFT JOIN roots r ON r.id = n.value ORDER BY n.key`;

interface Outbound extends StoredPointer {
  readonly place: number;
  readonly target: number;
  readonly type: number;
  readonly length: number;
  readonly header: number;
  readonly entered: number; // where in the target's data it leads
}
/** A node that a path has come to, and what is left of the path. */
interface Place {
  readonly node: number;
  readonly rest: string;
  readonly leadsToElements: boolean; // the pointer to it
  readonly entered: number;
}
export interface PathPointers {
  readonly pointers: readonly (StoredPointer & {readonly target: number})[];
  /** They lie in the part that the path ends at, which is none of them itself. */
  readonly areInside: boolean;
}

const ARRAY = TYPE_KINDS.indexOf('array');

/** Nodes a statement. */
const BATCH = 2000;

/** None when it leads nowhere. */
export async function findPointers(database: SqlDatabase, types: TypeTable, text: string): Promise<PathPointers> {
  const [, path, within = ''] = /^(.*?)(?: in (.+))?$/.exec(text)!;
  let shortest = 0;
  const found: PathPointers[] = [];
  for (const {id, length} of await database.rows<{id: number; length: number}>(ROOTS, {text: path!, within})) {
    if (found.length > 0 && length < shortest) break; // the longest name that leads somewhere
    shortest = length;
    const pointers = await follow(database, types, {node: id, rest: path!.slice(length), leadsToElements: false, entered: 0});
    if (pointers.pointers.length > 0) found.push(pointers);
  }
  const ends = found.filter(({areInside}) => !areInside);
  return {pointers: (ends.length > 0 ? ends : found).flatMap(({pointers}) => pointers), areInside: ends.length === 0};
}

async function follow(database: SqlDatabase, types: TypeTable, root: Place): Promise<PathPointers> {
  const ends: Outbound[] = [];
  const inside: Outbound[] = [];
  const seen = new Set<string>();
  for (let places = [root]; places.length > 0; ) {
    const next: Place[] = [];
    for (let from = 0; from < places.length; from += BATCH) {
      const some = places.slice(from, from + BATCH);
      const ranges = JSON.stringify(await rangesOf(database, types, some));
      for (const pointer of await database.rows<Outbound>(OUTBOUND, {places: ranges})) {
        const {rest} = some[pointer.place]!;
        if (rest === '') inside.push(pointer);
        for (const {text, leadsToElements} of rest === '' ? [] : namesOf(types, some[pointer.place]!, pointer)) {
          if (text === rest) ends.push(pointer);
          else if (goesOn(text, rest)) inside.push(pointer);
          else if (text === '' || goesOn(rest, text))
            next.push({node: pointer.target, rest: rest.slice(text.length), leadsToElements, entered: pointer.entered});
        }
      }
    }
    places = next.filter(({node, rest}) => seen.size < seen.add(`${node} ${rest}`).size);
  }
  return {pointers: ends.length > 0 ? ends : inside, areInside: ends.length === 0};
}

type Range = readonly [node: number, from: number, to: number];

/** Where in the slots of places the pointers are by which their paths can go on: in an element that is named by its number, else anywhere. */
async function rangesOf(database: SqlDatabase, types: TypeTable, places: readonly Place[]): Promise<Range[]> {
  const ranges = places.map(({node}): Range => [node, 0, Number.MAX_SAFE_INTEGER]);
  const numbered = [...places.keys()].filter((at) => /^\[\d+\]/.test(places[at]!.rest));
  const ids = JSON.stringify(numbered.map((at) => places[at]!.node));
  const values = await database.rows<Pick<Outbound, 'type' | 'length' | 'header'>>(VALUES, {ids});
  for (const [index, {type, length, header}] of values.entries()) {
    const {node, rest, leadsToElements} = places[numbered[index]!]!;
    const isRow = leadsToElements || length > 1;
    const element = isRow ? type : types.kind[type] === ARRAY ? types.element[type]! : 0;
    const size = types.size[element]!;
    if (element === 0 || size === 0 || !nameAnyWord(types, type, 0, isRow).text.startsWith(ANY)) continue;
    const from = header + size * Number.parseInt(rest.slice(1), 10);
    ranges[numbered[index]!] = [node, from, from + size];
  }
  return ranges;
}

/** What a path that ends with the pointer may end with: with its index, and with `[…]`. */
function namesOf(types: TypeTable, {leadsToElements, entered}: Place, {type, offset, length, header}: Outbound) {
  const isElement = leadsToElements || length > 1;
  const from = isElement ? 0 : entered;
  const any = nameAnyWord(types, type, offset - header, isElement, from);
  if (!any.text.includes('[')) return [any];
  return [any, nameWord(types, {type, offset: offset - header, isElement, from})];
}

/** Whether a path goes on behind a part of it. */
function goesOn(path: string, part: string): boolean {
  return path.startsWith(part) && /^[.[‹]/.test(path.slice(part.length));
}

/** Live objects of a type and variables of it: their pointers at some offsets of a value (JSON). */
const OF_TYPE = `SELECT e.source_id AS source, e.offset FROM instances i CROSS JOIN objects o ON o.id = i.object_id CROSS JOIN edges e ON e.source_id = o.id
  WHERE i.type_id = :type AND o.reachable = 1 AND e.followed = 1 AND (e.offset - o.header) % :size IN (SELECT value FROM json_each(:offsets))
  UNION ALL SELECT e.source_id, e.offset FROM roots r CROSS JOIN edges e ON e.source_id = r.id
  WHERE r.type_id = :type AND e.followed = 1 AND e.offset % :size IN (SELECT value FROM json_each(:offsets))`;

/** `main.Store.sessions`, also with `[…]` behind it: the pointers in that field of all values of the type; none when no type has such a field. */
export async function findFieldPointers(database: SqlDatabase, types: TypeTable, text: string): Promise<StoredPointer[]> {
  const [path] = /^[^‹]*?(?=(?:\[…\]|‹.*)*$)/.exec(text)!;
  const found: StoredPointer[] = [];
  for (const [type, name] of types.name.entries()) {
    const size = types.size[type]!;
    if (type === 0 || size === 0 || !goesOn(path, name)) continue;
    const words = Array.from({length: Math.ceil(size / 4)}, (_, word) => word * 4);
    const isField = (place: string) => place === path.slice(name.length) || goesOn(place, path.slice(name.length));
    const offsets = JSON.stringify(words.filter((offset) => isField(nameAnyWord(types, type, offset, false).text)));
    found.push(...(await database.rows<StoredPointer>(OF_TYPE, {type, size, offsets})));
  }
  return found;
}
