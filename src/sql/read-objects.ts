/**
 * `objects` → the graph's object table and the analyses by node. Rows come in id order; a slot follows from address and span.
 */
import {createBitset, fillBits, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import {EVIDENCE, type HeapGraph, LONG_LENGTH, type ObjectTable, type SpanTable} from '../graph/heap-graph.js';
import type {Connection} from './open-database.js';
import type {ReadRoots} from './read-roots.js';
import {type Cells, contradiction, numberOr, rowChunks} from './table-reader.js';

const COLUMNS = ['address', 'span_id', 'type_id', 'length', 'evidence', 'reachable', 'depth', 'holder_id', 'holder_offset', 'dominator_id'];
const SIZES = ['retained', 'retained_objects'];

const EVIDENCE_POSITION: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  [null, 0],
  ...EVIDENCE.map((name, position) => [name, position] as const),
]);

/** Everything of `AnalysisColumns` that is indexed by node. */
export interface NodeAnalyses {
  readonly reachable: Uint8Array;
  readonly reachableObjects: number;
  readonly reachableBytes: number;
  readonly depth: Uint32Array;
  readonly holder: Uint32Array;
  readonly holderSlot: Uint32Array;
  readonly dominator: Uint32Array;
  readonly retained: Float64Array;
  readonly retainedObjects: Uint32Array;
}

/** Reads the table whatever its size says; throws `bad-format` for rows that cannot be. */
export async function readObjects(
  connection: Connection,
  spans: SpanTable,
  roots: ReadRoots,
  wordBytes: 4 | 8,
  work: Work,
): Promise<{objects: ObjectTable; analyses: NodeAnalyses}> {
  const columns = new ObjectColumns(spans, roots, wordBytes);
  for (const chunk of rowChunks(connection, 'objects', ['id'], [...COLUMNS, ...SIZES])) {
    for (const row of chunk) columns.add(row);
    work.onProgress?.('read objects', columns.count, columns.count);
    await checkpoint(work);
  }
  return columns.finish();
}

class ObjectColumns {
  readonly #wordBytes: 4 | 8;
  readonly #spans: SpanTable;
  readonly #firstNode: number;
  readonly #firstObject: Uint32Array; // counts per span until finish()
  readonly #longLength = new Map<number, number>();
  readonly #slot = new Column(Uint16Array);
  readonly #type = new Column(Uint32Array);
  readonly #length = new Column(Uint16Array);
  readonly #evidence = new Column(Uint8Array);
  readonly #depth = new Column(Uint32Array);
  readonly #holder = new Column(Uint32Array);
  readonly #holderSlot = new Column(Uint32Array);
  readonly #dominator = new Column(Uint32Array);
  readonly #retained = new Column(Float64Array);
  readonly #retainedObjects = new Column(Uint32Array);
  #reachableObjects = 0;
  #reachableBytes = 0;
  #span = 0;

  constructor(spans: SpanTable, {table, retained, retainedObjects}: ReadRoots, wordBytes: 4 | 8) {
    this.#wordBytes = wordBytes;
    this.#spans = spans;
    this.#firstNode = 1 + table.count;
    this.#firstObject = new Uint32Array(spans.count + 1);
    this.#addNode(0, NONE, NONE, NONE, Number.NaN, 0); // the program: finish() knows its sums
    for (let root = 0; root < table.count; root++) {
      this.#addNode(0, table.parent[root]!, NONE, table.parent[root]!, retained[root]!, retainedObjects[root]!);
    }
  }

  get count(): number {
    return this.#slot.length;
  }

  add(row: Cells): void {
    const object = this.count;
    const id = row[0]; // the cells are in the order of COLUMNS; taking the row apart by its iterator costs more than all the rest
    if (id !== this.#firstNode + object) throw contradiction('objects', id, `expected id ${this.#firstNode + object}`);
    const span = row[2] === null ? object : numberOr(row[2], -1); // each is one of its own
    if (!(span >= this.#span && span < this.#spans.count)) throw contradiction('objects', id, `span ${span} is out of order`);
    this.#span = span;
    const slot = (numberOr(row[1], Number.NaN) - this.#spans.start[span]!) / this.#spans.slotSize[span]!;
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.#spans.slots[span]!) {
      throw contradiction('objects', id, 'its address is no slot of its span');
    }
    const length = numberOr(row[4], 0);
    const evidence = EVIDENCE_POSITION.get(row[5]);
    if (evidence === undefined) throw contradiction('objects', id, `'${String(row[5])}' is no evidence`);
    this.#firstObject[span + 1]++;
    this.#slot.push(slot);
    this.#type.push(numberOr(row[3], 0));
    this.#length.push(Math.min(length, LONG_LENGTH));
    if (length >= LONG_LENGTH) this.#longLength.set(object, length);
    this.#evidence.push(evidence);
    if (row[6] === 1) {
      this.#reachableObjects++;
      this.#reachableBytes += this.#spans.slotSize[span]!;
    }
    const holderSlot = row[9] === null ? NONE : numberOr(row[9], 0) / this.#wordBytes;
    const dominator = numberOr(row[10], NONE);
    this.#addNode(
      numberOr(row[7], NONE),
      numberOr(row[8], NONE),
      holderSlot,
      dominator,
      numberOr(row[11], Number.NaN),
      numberOr(row[12], 0),
    );
  }

  #addNode(depth: number, holder: number, holderSlot: number, dominator: number, retained: number, retainedObjects: number): void {
    this.#depth.push(depth);
    this.#holder.push(holder);
    this.#holderSlot.push(holderSlot);
    this.#dominator.push(dominator);
    this.#retained.push(retained);
    this.#retainedObjects.push(retainedObjects);
  }

  finish(): {objects: ObjectTable; analyses: NodeAnalyses} {
    const count = this.count;
    for (let span = 0; span < this.#spans.count; span++) this.#firstObject[span + 1] += this.#firstObject[span]!;
    const depth = this.#depth.finish();
    const reachable = createBitset(depth.length);
    fillBits(reachable, this.#firstNode);
    for (let node = this.#firstNode; node < depth.length; node++) if (depth[node] !== NONE) setBit(reachable, node);
    const retained = this.#retained.finish();
    const retainedObjects = this.#retainedObjects.finish();
    retained[0] = this.#reachableBytes;
    retainedObjects[0] = this.#reachableObjects;
    return {
      objects: {
        count,
        firstObject: this.#firstObject,
        slot: this.#slot.finish(),
        type: this.#type.finish(),
        length: this.#length.finish(),
        longLength: this.#longLength,
        evidence: this.#evidence.finish(),
      },
      analyses: {
        reachable,
        reachableObjects: this.#reachableObjects,
        reachableBytes: this.#reachableBytes,
        depth,
        holder: this.#holder.finish(),
        holderSlot: this.#holderSlot.finish(),
        dominator: this.#dominator.finish(),
        retained,
        retainedObjects,
      },
    };
  }
}

/** What later loops follow upwards ends: holders are nearer to their root, and an object retains more objects than each that it dominates. */
export function checkAnalyses({roots}: Pick<HeapGraph, 'roots'>, {depth, holder, dominator, retainedObjects}: NodeAnalyses): void {
  for (let node = roots.count + 1; node < depth.length; node++) {
    if (depth[node] === NONE) continue;
    const [above, over] = [holder[node]!, dominator[node]!];
    if (!(depth[above]! < depth[node]!)) throw contradiction('objects', node, `its holder ${above} is not nearer to a root`);
    const isLarger = over <= roots.count || retainedObjects[over]! > retainedObjects[node]!;
    if (!isLarger) throw contradiction('objects', node, `its dominator ${over} does not retain it`);
  }
}
