/**
 * The second pass over the objects: each in the form of its shape, references from the graph's pointers, scalars from the dump's bytes
 * turned big-endian. Arrays of references come last and downwards: a reader that sees one begin where the one before it may still
 * reach takes all references for compressed ones (docs/hprof.md).
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {getBit} from '../../src/base/bitset.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {type Address, type Bytes, NONE, type NodeIndex, type ObjectIndex} from '../../src/base/units.js';
import {firstObjectNode, nodeOfObject} from '../../src/graph/objects.js';
import type {ByteWindow} from './byte-window.js';
import {NO_TRACE} from './class-list.js';
import {copyScalars, startInstance} from './instance-record.js';
import type {MapRows} from './map-rows.js';
import type {ObjectIds} from './object-ids.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {ScalarObject, ScalarWriter} from './scalar-writer.js';
import {referenceIndex, type ShapeColumn} from './shape-column.js';
import type {InstanceShape, PartsShape, PrimitivesShape, ReferencesShape} from './shapes.js';
import type {StringFields} from './string-fields.js';

export interface Output {
  readonly writer: RecordWriter;
  readonly ids: ObjectIds;
  readonly scalars: ScalarWriter;
  /** Undefined when no scalar is kept. */
  readonly window: ByteWindow | undefined;
  readonly redacted: boolean;
  /** Undefined where strings are no objects of their own. */
  readonly strings: StringFields | undefined;
  /** Undefined where maps are what they are in memory. */
  readonly rows: MapRows | undefined;
}

/** Bytes of heap between looks at the signal. */
const CHECKPOINT = 32 * 1024 * 1024;

export class ObjectWriter {
  readonly #columns: AnalysisColumns;
  readonly #column: ShapeColumn;
  readonly #output: Output;
  readonly #skipped: ReadonlySet<number>;
  // What is being written is in fields: addresses that are handed on from call to call would be allocated, one by one.
  #node: NodeIndex = 0;
  #address: Address = 0; // of the node's slot
  readonly #scalars: ScalarObject = {id: 0, address: 0, start: 0, end: 0, isUntyped: false};
  #start: Address = 0; // of what may be read at once: the span, or the object
  #end: Address = 0;
  #interior = -1; // the next interior edge
  #interiorRow = 0; // of the list of these, behind that
  #targets = new Uint32Array(64); // per word of an instance with strings: the node that it leads to

  constructor(columns: AnalysisColumns, column: ShapeColumn, output: Output) {
    this.#columns = columns;
    this.#column = column;
    this.#output = output;
    this.#skipped = new Set(columns.graph.edges.notFollowed);
  }

  async write(work: Work): Promise<void> {
    const {spans, objects} = this.#columns.graph;
    let done = 0;
    for (let span = 0; span < spans.count; span++) {
      const first = objects.firstObject[span]!;
      const end = objects.firstObject[span + 1]!;
      this.#start = spans.start[span]!;
      this.#end = this.#start + spans.slots[span]! * spans.slotSize[span]!;
      for (let object = first; object < end; object++) {
        this.#address = spans.start[span]! + objects.slot[object]! * spans.slotSize[span]!;
        this.#writeObject(object);
      }
      done += (end - first) * spans.slotSize[span]!;
      if (done < CHECKPOINT) continue;
      done = 0;
      work.onProgress?.('objects', end, objects.count);
      await checkpoint(work);
    }
    for (let object = objects.count - 1; object >= 0; object--) {
      this.#writeArray(object);
      if (object % (1 << 20) !== 0) continue;
      work.onProgress?.('arrays', objects.count - object, objects.count);
      await checkpoint(work);
    }
    this.#output.rows?.writeArrays();
  }

  #writeObject(object: ObjectIndex): void {
    const index = this.#column.of[object]!;
    if (index === NONE) return;
    const shape = this.#column.shapes[index]!;
    if (shape.form === 'references') return;
    if (this.#output.redacted) {
      this.#start = this.#address;
      this.#end = this.#address + shape.slot;
    }
    const {graph} = this.#columns;
    const {edges} = graph;
    this.#node = nodeOfObject(graph, object);
    const first = edges.firstEdge[this.#node]!;
    const end = edges.firstEdge[this.#node + 1]!;
    if (shape.form === 'instance') {
      const data = this.#writeInstance(shape, 0, 0, first, end);
      if (shape.rows) this.#output.rows?.write(shape.rows, this.#address + shape.header, data);
    } else if (shape.form === 'parts') this.#writeParts(shape, first, end);
    else this.#writeScalars(shape, object);
  }

  #writeScalars(shape: PrimitivesShape, object: ObjectIndex): void {
    const {ids, scalars} = this.#output;
    const written = this.#scalars;
    written.id = ids.at(this.#address, this.#node);
    written.address = this.#address + shape.header;
    written.start = this.#start;
    written.end = this.#end;
    written.isUntyped = this.#columns.graph.objects.type[object] === 0;
    scalars.write(shape, written);
  }

  #writeParts(shape: PartsShape, first: number, end: number): void {
    const {slot} = this.#columns.graph.edges;
    let edge = first;
    for (let index = 0; index < shape.length; index++) {
      const part = shape.parts[index % shape.parts.length]!;
      const offset = partOffset(shape, index);
      const own = edge;
      while (edge < end && slot[edge]! < offset / 8 + part.refPosition.length) edge++;
      this.#writeInstance(part, offset, offset + 1, own, edge);
    }
  }

  /**
   * The record of the object, or of its part at `offset` with the pointers from `first` up to `end`, whose id is larger than the object's by
   * `idOffset`. Gives where its fields start in the writer's data.
   */
  #writeInstance(shape: InstanceShape, offset: Bytes, idOffset: number, first: number, end: number): number {
    const {writer, ids, window, redacted, strings} = this.#output;
    const {graph} = this.#columns;
    const {edges} = graph;
    const data = startInstance(writer, shape, ids.at(this.#address, this.#node) + idOffset);
    const at = window && shape.scalars.length > 0 ? window.find(this.#address + offset, shape.slot, this.#start, this.#end) : -1;
    if (at >= 0) copyScalars(window!.view, at, writer.view, data, shape.scalars);
    const targets = at >= 0 && strings && shape.strings.length > 0 ? this.#clearTargets(shape.refPosition.length) : undefined;
    const someListedOnly = getBit(this.#column.hasUnfollowed, this.#node - firstObjectNode(graph));
    for (let edge = first; edge < end; edge++) {
      if (someListedOnly && this.#skipped.has(edge)) continue;
      const word = edges.slot[edge]! - offset / 8;
      const target = edges.target[edge]!;
      const position = data + shape.refPosition[word]!;
      if (at < 0 || redacted || this.#isInterior(edge)) writer.idAt(position, ids.ofNode(target));
      else ids.putPointer(writer, position, target, window!.view, at + word * 8);
      if (targets) targets[word] = target;
    }
    if (targets) strings!.write(shape, this.#address + offset, window!.view, at, data, targets);
    return data;
  }

  /** Edges are asked for in their order. */
  #isInterior(edge: number): boolean {
    while (this.#interior < edge) this.#interior = this.#columns.graph.edges.interiorEdge[this.#interiorRow++] ?? NONE;
    return edge === this.#interior;
  }

  #clearTargets(words: number): Uint32Array {
    if (this.#targets.length < words) this.#targets = new Uint32Array(words);
    for (let word = 0; word < words; word++) this.#targets[word] = 0;
    return this.#targets;
  }

  #writeArray(object: ObjectIndex): void {
    const index = this.#column.of[object]!;
    if (index === NONE) return;
    const shape = this.#column.shapes[index]!;
    if (shape.form === 'references') this.#writeReferences(shape, object);
    else if (shape.form === 'parts') this.#writePartList(shape, object);
  }

  #startArray(shape: ReferencesShape | PartsShape, id: number): void {
    const {writer} = this.#output;
    writer.heapRecord(TAG.objectArray, 1 + 2 * writer.idSize + 8 + shape.length * writer.idSize);
    writer.id(id);
    writer.u4(NO_TRACE);
    writer.u4(shape.length);
    writer.id(shape.classId);
  }

  #writeReferences(shape: ReferencesShape, object: ObjectIndex): void {
    const {writer, ids} = this.#output;
    const {graph} = this.#columns;
    const {edges} = graph;
    const node = nodeOfObject(graph, object);
    this.#startArray(shape, ids.ofNode(node));
    const someListedOnly = getBit(this.#column.hasUnfollowed, object);
    let written = 0;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      if (someListedOnly && this.#skipped.has(edge)) continue;
      const index = referenceIndex(shape, edges.slot[edge]!);
      writer.zeros((index - written) * writer.idSize);
      writer.room(writer.idSize);
      writer.id(ids.ofNode(edges.target[edge]!));
      written = index + 1;
    }
    writer.zeros((shape.length - written) * writer.idSize);
  }

  #writePartList(shape: PartsShape, object: ObjectIndex): void {
    const {writer, ids} = this.#output;
    const id = ids.ofNode(nodeOfObject(this.#columns.graph, object));
    this.#startArray(shape, id);
    for (let index = 0; index < shape.length; index++) {
      writer.room(writer.idSize);
      writer.id(id + partOffset(shape, index) + 1);
    }
  }
}

/** Where a part starts in its object's slot. */
function partOffset(shape: PartsShape, index: number): Bytes {
  const element = Math.floor(index / shape.parts.length);
  return shape.header + element * shape.stride + shape.partOffset[index % shape.parts.length]!;
}
