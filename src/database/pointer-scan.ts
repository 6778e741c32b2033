/**
 * Many nodes → their pointers, and what the words of a node are called after. Those of a few are looked up, those of many found by going through the pages of all: both lists ascend.
 */
import {checkpoint, type Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import type {KeyRange} from '../sql/page-scan.js';
import {scanColumns} from '../sql/scan-columns.js';

/** What the words of a node are called after. */
export interface NodeShape {
  readonly type: number;
  readonly header: number; // Bytes
  readonly isLong: boolean; // of several elements
}
export interface NodeShapes {
  readonly shapes: readonly NodeShape[];
  readonly shapeOf: Uint16Array; // by position
}
/** Of the node at a position. */
export type TakePointer = (position: number, offset: number, target: number, targetOffset: number) => void;

/** Nodes that are looked up, and pointers of theirs; of more nodes all are gone through. */
const LOOKED_UP = {nodes: 10_000, pointers: 100_000};
/** Nodes a statement. */
const BATCH = 2000;
const SHAPES = `SELECT n.key AS position, coalesce(o.type_id, r.type_id, 0) AS type, coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header
  FROM json_each(:ids) n LEFT JOIN objects o ON o.id = n.value LEFT JOIN roots r ON r.id = n.value`;
const POINTERS = `SELECT n.key AS position, e.offset, e.target_id AS target, e.target_offset AS targetOffset
  FROM json_each(:ids) n CROSS JOIN edges e ON e.source_id = n.value WHERE e.followed = 1 LIMIT :limit`;

interface PointerRow {
  readonly position: number;
  readonly offset: number;
  readonly target: number;
  readonly targetOffset: number;
}

/** `nodes` ascend; of more than a few all are objects. Rejects with `signal.reason` when aborted. */
export async function readShapes(database: SqlDatabase, nodes: Uint32Array, work: Work, lookedUp = LOOKED_UP): Promise<NodeShapes> {
  const list = new ShapeList(nodes.length);
  if (nodes.length <= lookedUp.nodes) {
    for (const {position, type, length, header} of await database.rows<{position: number; type: number; length: number; header: number}>(
      SHAPES,
      {ids: JSON.stringify([...nodes])},
    ))
      list.set(position, type, header, length);
    return list;
  }
  let position = 0;
  for (const {count, columns} of scanColumns(database.path, 'objects', ['id', 'type_id', 'header', 'length'])) {
    const [ids, types, headers, lengths] = columns;
    for (let row = 0; row < count; row++) {
      const id = ids![row]!;
      while (nodes[position]! < id) position++;
      if (nodes[position] === id) list.set(position++, types![row]!, headers![row]!, lengths![row]!);
    }
    work.onProgress?.('read objects', position, nodes.length);
    await checkpoint(work);
  }
  return list;
}

/** Those that are followed, in the order of their nodes and offsets. Rejects with `signal.reason` when aborted. */
export async function eachPointer(
  database: SqlDatabase,
  nodes: Uint32Array,
  take: TakePointer,
  work: Work,
  lookedUp = LOOKED_UP,
): Promise<void> {
  const rows = nodes.length <= lookedUp.nodes ? await lookUpPointers(database, nodes, lookedUp.pointers) : undefined;
  if (rows === undefined) return scanPointers(database, nodes, take, work, lookedUp.nodes);
  for (const {position, offset, target, targetOffset} of rows) take(position, offset, target, targetOffset);
}

/** Undefined where there are more. */
async function lookUpPointers(database: SqlDatabase, nodes: Uint32Array, most: number): Promise<PointerRow[] | undefined> {
  const found: PointerRow[] = [];
  for (let from = 0; from < nodes.length; from += BATCH) {
    const ids = JSON.stringify([...nodes.subarray(from, from + BATCH)]);
    for (const row of await database.rows<PointerRow>(POINTERS, {ids, limit: most + 1}))
      found.push({...row, position: from + row.position});
    if (found.length > most) return undefined;
  }
  return found;
}

async function scanPointers(database: SqlDatabase, nodes: Uint32Array, take: TakePointer, work: Work, mostRanges: number): Promise<void> {
  const ranges = nodes.length <= mostRanges ? Array.from(nodes, (node): KeyRange => [node, node]) : undefined;
  const wanted = ['source_id', 'offset', 'target_id', 'target_offset', 'followed'];
  let position = 0;
  for (const {count, columns} of scanColumns(database.path, 'edges', wanted, ranges)) {
    const [sources, offsets, targets, entered, followed] = columns;
    for (let row = 0; row < count; row++) {
      const source = sources![row]!;
      while (nodes[position]! < source) position++;
      if (nodes[position] === source && followed![row] === 1) take(position, offsets![row]!, targets![row]!, entered![row]!);
    }
    work.onProgress?.('find pointers', position, nodes.length);
    await checkpoint(work);
  }
}

/** Of millions of nodes there are some hundred shapes. */
class ShapeList implements NodeShapes {
  readonly shapes: NodeShape[] = [];
  readonly shapeOf: Uint16Array;
  readonly #byKey = new Map<number, number>();

  constructor(nodes: number) {
    this.shapeOf = new Uint16Array(nodes);
  }

  /** `length`: NaN where it is not known. */
  set(position: number, type: number, header: number, length: number): void {
    const isLong = length > 1;
    const key = (type * 2 ** 16 + header) * 2 + (isLong ? 1 : 0);
    let shape = this.#byKey.get(key);
    if (shape === undefined) {
      shape = this.shapes.push({type, header, isLong}) - 1;
      this.#byKey.set(key, shape);
    }
    this.shapeOf[position] = shape;
  }
}
