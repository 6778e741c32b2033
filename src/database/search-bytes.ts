/**
 * What is looked for → the strings and arrays of bytes that hold it, in the order of addresses, for so long: a search of a large heap is several calls, each of
 * which says where the next one goes on. Garbage is not searched. A text is compared byte by byte, as UTF-8.
 */
import type {Contents} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';

export interface FoundBytes {
  readonly node_id: number;
  /** string, slice, both, other: what the headers that point there say. */
  readonly use: string;
  /** Of the program's data. */
  readonly address: number;
  readonly length: number;
  /** Of the first match, from the start of the data. */
  readonly offset: number;
  /** What is around the match, and is part of the array. */
  readonly before: string;
  /** Its beginning, where it is long. */
  readonly match: string;
  readonly after: string;
  /** The generalized path, or the nearest one that was kept; null for what has none. */
  readonly name: string | null;
  /** Whose it is; null where that is not known. */
  readonly owner: string | null;
}

export interface FindInBytes {
  /** Shorter arrays cannot hold it, and are not read. */
  readonly least: number;
  /** Where in an array it is first; undefined where it is not. */
  in(bytes: Buffer): {readonly start: number; readonly end: number} | undefined;
}

/** `text` is not empty. */
export function findUtf8(text: string): FindInBytes {
  const wanted = Buffer.from(text);
  return {
    least: wanted.length,
    in(bytes) {
      const start = bytes.indexOf(wanted);
      return start < 0 ? undefined : {start, end: start + wanted.length};
    },
  };
}

export interface ByteSearch {
  readonly hits: readonly FoundBytes[];
  /** Where to go on; absent at the end. */
  readonly next?: number;
  /** How much of the heap's objects has been looked through, 0 to 1. */
  readonly done: number;
  /** Arrays of this stretch whose bytes are not there. */
  readonly unread: number;
}

const objectIds = {
  id: 'object-ids',
  title: 'First and last object',
  sql: 'SELECT coalesce(min(id), 0) AS first, coalesce(max(id), -1) AS last FROM objects',
  params: {},
  columns: {first: 'node', last: 'node'},
} as const satisfies Query;

const stretch = {
  id: 'stretch-of-bytes',
  title: 'Arrays of bytes among objects that follow each other',
  sql: `SELECT id, bytes_kind, address + header AS address, coalesce(used, size - header) AS length, path_id, owner_id
    FROM objects WHERE id >= :first AND id <= :last AND bytes_kind IS NOT NULL AND reachable = 1 ORDER BY id`,
  params: {first: 'node', last: 'node'},
  columns: {id: 'node', bytes_kind: 'text', address: 'address', length: 'bytes', path_id: 'number', owner_id: 'number'},
} as const satisfies Query;

/** A row in any case. */
const placeNames = {
  id: 'place-names',
  title: 'The names of a path and of an owner',
  sql: 'SELECT (SELECT name FROM paths WHERE id = :path) AS name, (SELECT name FROM owners WHERE rank = :owner) AS owner',
  params: {path: 'number', owner: 'number'},
  columns: {name: 'text', owner: 'text'},
} as const satisfies Query;

/** Ids that one look-up goes through. */
const STRETCH = 20_000;
const BEFORE = 32;
const AFTER = 80;
const MATCH = 200;

/** Looks from the object `from` on until `most` are found or the time is over. */
export async function searchBytes(
  database: SqlDatabase,
  contents: Contents,
  {
    find,
    from = 0,
    most,
    seconds,
  }: {readonly find: FindInBytes; readonly from?: number | undefined; readonly most: number; readonly seconds: number},
): Promise<ByteSearch> {
  const deadline = performance.now() + seconds * 1000;
  const [ids] = await runQuery(database, objectIds, {});
  const [first, last] = [ids!.first!, ids!.last!];
  const hits: FoundBytes[] = [];
  let unread = 0;
  let at = Math.max(from, first);
  for (; at <= last && hits.length < most && performance.now() < deadline; at += STRETCH) {
    for (const row of await runQuery(database, stretch, {first: at, last: Math.min(last, at + STRETCH - 1)})) {
      if (row.length! < find.least) continue;
      const read = contents.bytes(row.address!, row.length!);
      if (read === undefined) unread++;
      const bytes = read && viewOf(read);
      const found = bytes && find.in(bytes);
      if (!found) continue;
      const [names] = await runQuery(database, placeNames, {path: row.path_id ?? 0, owner: row.owner_id ?? 0});
      hits.push({...describeHit(row, bytes, found), ...names!});
      if (hits.length === most) return {hits, ...goOn(row.id! + 1, first, last), unread};
    }
  }
  return {hits, ...goOn(at, first, last), unread};
}

function goOn(next: number, first: number, last: number): Pick<ByteSearch, 'next' | 'done'> {
  return next > last ? {done: 1} : {next, done: (next - first) / (last - first + 1)};
}

function describeHit(
  {id, bytes_kind: use, address, length}: RowOf<typeof stretch>,
  bytes: Buffer,
  {start, end}: {start: number; end: number},
) {
  return {
    node_id: id!,
    use: use!,
    address: address!,
    length: length!,
    offset: start,
    before: bytes.toString('utf8', Math.max(0, start - BEFORE), start),
    match: bytes.toString('utf8', start, Math.min(end, start + MATCH)),
    after: bytes.toString('utf8', end, end + AFTER),
  };
}

const viewOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
