/**
 * A node of the database and a path into its value → one level of the value: finds what the path names, and reads a page of its parts.
 * The entries of a map have no places to count from: they are walked in the order of memory, and the walk is kept for the next page.
 */
import {GoheapError} from '../../src/base/errors.js';
import {type Query, type RowOf, runQuery} from '../../src/database/queries/run-query.js';
import type {StoredValues} from '../../src/database/stored-values.js';
import type {SqlDatabase} from '../../src/sql/index.js';
import type {Value} from '../../src/values/value.js';
import type {ByteView, ValueRequest, ValueTree} from '../protocol.js';
import {describeUntyped, describeValue, describeWhole, type MapEntry, partAt, stepInto} from './value-tree.js';

const PAGE = 100;
/** Longer than this nobody waits for a page of a map. */
const MOST_SECONDS = 8;
/** How much of a value without a type is shown. */
const MOST_UNTYPED_BYTES = 256;

const place = {
  id: 'value-place',
  title: 'Where the value of a node is',
  sql: `SELECT coalesce(o.type_id, r.type_id) AS type_id, o.length, coalesce(o.address + o.header, r.address) AS address,
      coalesce(o.size - o.header, r.size) AS size, (SELECT min(id) FROM types WHERE name = 'uint8') AS byte_type_id
    FROM (SELECT :id AS id) n LEFT JOIN objects o ON o.id = n.id LEFT JOIN roots r ON r.id = n.id`,
  params: {id: 'node'},
  columns: {type_id: 'type', length: 'count', address: 'address', size: 'bytes', byte_type_id: 'type'},
} as const satisfies Query;

const MOST_VIEWS = 500;

const viewers = {
  id: 'byte-viewers',
  title: 'Pointers into a byte array',
  sql: `SELECT e.source_id AS source, e.offset, e.target_offset - t.header AS start, coalesce(s.header, 0) AS header
    FROM referrers r CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset JOIN objects t ON t.id = r.target_id
      LEFT JOIN objects s ON s.id = r.source_id
    WHERE r.target_id = :id ORDER BY e.target_offset, r.source_id, r.offset LIMIT ${MOST_VIEWS}`,
  params: {id: 'node'},
  columns: {source: 'node', offset: 'number', start: 'number', header: 'number'},
} as const satisfies Query;

/** The slice or string that begins at an offset of a value, in whatever structs and arrays. */
function wordAt(value: Value, offset: number): Value | undefined {
  let part: Value | undefined = value;
  let left = offset;
  while (part !== undefined && (part.kind === 'struct' || part.kind === 'array')) {
    const {fields = [], element} = part.type ?? {};
    const position: number =
      part.kind === 'struct' ? fields.findLastIndex((field) => field.offset <= left) : Math.floor(left / (element?.size || 1));
    left -= part.kind === 'struct' ? (fields[position]?.offset ?? 0) : position * (element?.size ?? 0);
    part = part.missing || position < 0 ? undefined : partAt(part, position);
  }
  return left === 0 && (part?.kind === 'slice' || part?.kind === 'string') && !part.missing ? part : undefined;
}

export class ValueReader {
  readonly #database: SqlDatabase;
  readonly #values: StoredValues;
  readonly #walk = new EntryWalk();

  constructor(database: SqlDatabase, values: StoredValues) {
    this.#database = database;
    this.#values = values;
  }

  /** Throws `usage` for a path that does not lead anywhere. */
  async read({node, path = [], skip = 0, limit = PAGE}: ValueRequest): Promise<ValueTree> {
    const [found] = await runQuery(this.#database, place, {id: node});
    let value = this.#valueOf(found!);
    if (value.missing === 'untyped' && path.length === 0) return {...this.#untyped(found!), ...this.#remark};
    for (const [at, key] of path.entries()) {
      const id = JSON.stringify([node, path.slice(0, at)]);
      value = stepInto(value, key, (map, first) => this.#walk.page(id, map, first, 1));
    }
    const id = JSON.stringify([node, path]);
    const tree = describeWhole(value, skip, limit, (map) => this.#walk.page(id, map, skip, limit));
    const views = path.length === 0 && skip === 0 && tree.lineCount ? await this.#viewsOf(node) : [];
    return {...tree, ...(views.length > 0 ? {views, room: found!.size!} : {}), ...this.#remark};
  }

  /** What slices and strings use of a node's bytes. */
  async #viewsOf(node: number): Promise<ByteView[]> {
    const views: ByteView[] = [];
    for (const {source, offset, start, header} of await runQuery(this.#database, viewers, {id: node})) {
      const [holder] = await runQuery(this.#database, place, {id: source!});
      const view = wordAt(this.#valueOf(holder!), offset! - header!);
      const length = view?.length();
      const capacity = view?.kind === 'slice' ? view.capacity() : undefined;
      if (length !== undefined)
        views.push({start: start!, length, ...(capacity === undefined ? {} : {capacity}), source: source!, offset: offset!});
    }
    return views;
  }

  #valueOf({type_id: type, address, length}: RowOf<typeof place>): Value {
    const count = length !== null && length > 1 ? length : undefined;
    return this.#values.value(this.#values.asMap({type: type ?? 0, count, address: address ?? undefined}));
  }

  /** Bytes can be shown where nothing says what they mean. */
  #untyped({address, size, byte_type_id: byte}: RowOf<typeof place>): ValueTree {
    if (address === null || !size || byte === null) return describeValue(this.#values.value({type: 0, address: address ?? undefined}));
    const bytes = this.#values.value({type: byte, count: Math.min(size, MOST_UNTYPED_BYTES), address});
    return describeUntyped(bytes, size);
  }

  get #remark(): Pick<ValueTree, 'remark'> {
    const {remark} = this.#values;
    return remark === undefined ? {} : {remark};
  }
}

/** A walk through the entries of one map, at the place where it was left. */
class EntryWalk {
  #id = '';
  #entries: Iterator<MapEntry> | undefined;
  #position = 0;
  #page: readonly MapEntry[] = [];

  page(id: string, map: Value, first: number, count: number): readonly MapEntry[] {
    const start = this.#position - this.#page.length; // of the page that was read last
    if (id === this.#id && first >= start && first + count <= this.#position) return this.#page.slice(first - start, first - start + count);
    if (id !== this.#id || first < this.#position || !this.#entries) {
      this.#id = id;
      this.#entries = map.entries()[Symbol.iterator]();
      this.#position = 0;
    }
    this.#page = [];
    this.#skipTo(first);
    const page: MapEntry[] = [];
    while (page.length < count) {
      const {done, value} = this.#entries.next();
      if (done) break;
      page.push(value);
    }
    this.#position += page.length;
    this.#page = page;
    return page;
  }

  #skipTo(first: number): void {
    const deadline = performance.now() + MOST_SECONDS * 1000;
    for (; this.#position < first; this.#position++) {
      if (this.#entries!.next().done) return;
      if (this.#position % 4096 === 0 && performance.now() > deadline) {
        this.#id = '';
        throw new GoheapError('limit', `entry ${first} of the map is too far from its beginning`, {
          hint: 'Ask for pages one after the other.',
        });
      }
    }
  }
}
