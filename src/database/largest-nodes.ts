/**
 * All nodes of a database → the few that have most of something, by going through the pages of all objects: to sort millions with SQL takes several times as long.
 */
import {checkpoint, type Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import type {KeyRange} from '../sql/page-scan.js';
import {scanColumns} from '../sql/scan-columns.js';
import {lookUpMostRetained} from './largest-retained.js';
import {COUNTS} from './marked-cuts.js';
import {readSizeClasses} from './stored-sizes.js';

/** Those with most of a first number, of equal ones with most of a second, else the first by id. */
class LargestNodes {
  readonly #limit: number;
  readonly #node: Uint32Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #count = 0;
  // What is no more than this is not among them; while there are fewer than are wanted everything is.
  #leastFirst = Number.NEGATIVE_INFINITY;
  #leastSecond = Number.NEGATIVE_INFINITY;

  /** `nodes`: how many there may be. */
  constructor(limit: number, nodes: number) {
    this.#limit = limit;
    const room = 2 * Math.min(limit, nodes) + SPARE;
    this.#node = new Uint32Array(room);
    this.#first = new Float64Array(room);
    this.#second = new Float64Array(room);
  }

  /** Nodes must come in ascending order. */
  add(node: number, first: number, second: number): void {
    if (first < this.#leastFirst || (first === this.#leastFirst && second <= this.#leastSecond)) return;
    this.#node[this.#count] = node;
    this.#first[this.#count] = first;
    this.#second[this.#count++] = second;
    if (this.#count === this.#node.length) this.#cut();
  }

  finish(): number[] {
    return this.#sorted().map((at) => this.#node[at]!);
  }

  #sorted(): number[] {
    const [first, second] = [this.#first, this.#second];
    const order = Array.from({length: this.#count}, (_, at) => at);
    return order.sort((a, b) => first[b]! - first[a]! || second[b]! - second[a]! || a - b).slice(0, this.#limit);
  }
  /** What stays keeps its order. */
  #cut(): void {
    const sorted = this.#sorted();
    const last = sorted.at(-1)!;
    [this.#leastFirst, this.#leastSecond] = [this.#first[last]!, this.#second[last]!];
    const kept = Uint32Array.from(sorted).sort();
    for (const [to, at] of kept.entries()) {
      this.#node[to] = this.#node[at]!;
      this.#first[to] = this.#first[at]!;
      this.#second[to] = this.#second[at]!;
    }
    this.#count = kept.length;
  }
}
const SPARE = 1024;

interface OwnedObjects {
  readonly owner: number;
  readonly type: number | undefined;
  readonly limit: number;
}

/** Objects that are gone through to find those of an owner among larger ones, and of the owner that are looked at in the order of what they retain. */
const FEW_OBJECTS = 1_000_000;
const LOOKED_AT = 20_000;
const BY_RETAINED = `SELECT id, size, type_id AS type FROM objects INDEXED BY objects_owner WHERE owner_id = :owner ORDER BY retained DESC, id LIMIT ${LOOKED_AT}`;

/** Ids of live objects of an owner, the largest first; of one type alone where it is given. Rejects with `signal.reason` when aborted. */
export async function findLargestOfOwner(
  database: SqlDatabase,
  asked: OwnedObjects,
  work: Work,
  fewObjects = FEW_OBJECTS,
): Promise<number[]> {
  const classes = await readSizeClasses(database);
  let few = 0;
  let end = 0; // of the classes that are gone through
  while (end < classes.length && few + classes[end]!.objects <= fewObjects) few += classes[end++]!.objects;
  if (end === classes.length) return scanOfOwner(database, asked, work);
  const ranges = classes.slice(0, end).flatMap((larger) => larger.ranges);
  const found = await scanOfOwner(
    database,
    asked,
    work,
    ranges.sort(([a], [b]) => a - b),
  );
  const rest =
    found.length === asked.limit ? [] : await lookUpOfSize(database, {...asked, limit: asked.limit - found.length}, classes[end]!.size);
  return rest === undefined ? scanOfOwner(database, asked, work) : [...found, ...rest];
}

/** As many as are wanted, those that retain most first; undefined where these are not soon found. */
async function lookUpOfSize(database: SqlDatabase, {owner, type, limit}: OwnedObjects, size: number): Promise<number[] | undefined> {
  const rows = await database.rows<{id: number; size: number; type: number}>(BY_RETAINED, {owner});
  const found = rows.filter((row) => row.size === size && (type === undefined || row.type === type));
  return found.length < limit ? undefined : found.slice(0, limit).map(({id}) => id);
}

async function scanOfOwner(
  database: SqlDatabase,
  {owner, type, limit}: OwnedObjects,
  work: Work,
  ranges?: readonly KeyRange[],
): Promise<number[]> {
  const [counts] = await database.rows<{nodes: number}>(COUNTS);
  const largest = new LargestNodes(limit, counts!.nodes);
  const wanted = ['id', 'size', 'owner_id', 'dominated_bytes', ...(type === undefined ? [] : ['type_id'])];
  for (const {count, columns} of scanColumns(database.path, 'objects', wanted, ranges)) {
    const [ids, sizes, owners, dominated, types] = columns;
    for (let row = 0; row < count; row++)
      if (owners![row] === owner && (types === undefined || types[row] === type))
        largest.add(ids![row]!, sizes![row]!, sizes![row]! + dominated![row]!);
    work.onProgress?.('sort objects', ids![count - 1]!, counts!.nodes);
    await checkpoint(work);
  }
  return largest.finish();
}

/** Ids of root nodes and live objects, those that retain most first: by look-ups, and where these are not the way by going through all. Rejects with `signal.reason` when aborted. */
export async function findMostRetained(database: SqlDatabase, limit: number, work: Work): Promise<number[]> {
  return (await lookUpMostRetained(database, limit)) ?? scanMostRetained(database, limit, work);
}

async function scanMostRetained(database: SqlDatabase, limit: number, work: Work): Promise<number[]> {
  const [counts] = await database.rows<{nodes: number}>(COUNTS);
  const largest = new LargestNodes(limit, counts!.nodes);
  // The ids of root nodes are below those of objects.
  const roots = await database.rows<{id: number; retained: number}>('SELECT id, coalesce(retained, 0) AS retained FROM roots ORDER BY id');
  for (const {id, retained} of roots) largest.add(id, retained, 0);
  for (const {count, columns} of scanColumns(database.path, 'objects', ['id', 'size', 'dominated_bytes', 'reachable'])) {
    const [ids, sizes, dominated, reachable] = columns;
    for (let row = 0; row < count; row++) if (reachable![row] === 1) largest.add(ids![row]!, sizes![row]! + dominated![row]!, 0);
    work.onProgress?.('sort objects', ids![count - 1]!, counts!.nodes);
    await checkpoint(work);
  }
  return largest.finish();
}
