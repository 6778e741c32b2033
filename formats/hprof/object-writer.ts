/**
 * The second pass over the objects: each in the form of its shape, references from the graph's pointers, scalars from the dump's bytes
 * turned big-endian. Arrays of references come last and downwards: a reader that sees one begin where the one before it may still
 * reach takes all references for compressed ones (docs/hprof.md).
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {getBit} from '../../src/base/bitset.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {type Address, NONE} from '../../src/base/units.js';
import type {ByteWindow} from './byte-window.js';
import {NO_TRACE} from './class-list.js';
import type {Constants} from './constants.js';
import {copyScalars, startInstance} from './instance-record.js';
import type {MapRows} from './map-rows.js';
import type {ObjectIds} from './object-ids.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {ScalarWriter} from './scalar-writer.js';
import {partOf, referenceIndex, type ShapeColumn} from './shape-column.js';
import type {InstanceShape, PartsShape, ReferencesShape} from './shapes.js';
import type {Substrings} from './substrings.js';

export interface Output {
  readonly writer: RecordWriter;
  readonly ids: ObjectIds;
  readonly scalars: ScalarWriter;
  /** Undefined when no scalar is kept. */
  readonly window: ByteWindow | undefined;
  readonly redacted: boolean;
  /** Undefined where strings outside the heap are left out. */
  readonly constants: Constants | undefined;
  readonly substrings: Substrings | undefined;
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
  #start: Address = 0; // of what may be read at once: the span, or the object
  #end: Address = 0;

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
        this.#writeObject(object, spans.start[span]! + objects.slot[object]! * spans.slotSize[span]!);
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

  #writeObject(object: number, address: Address): void {
    const index = this.#column.of[object]!;
    if (index === NONE) return;
    const shape = this.#column.shapes[index]!;
    if (shape.form === 'references') return;
    if (this.#output.redacted) {
      this.#start = address;
      this.#end = address + shape.slot;
    }
    const node = object + 1 + this.#columns.graph.roots.count;
    const edges = this.#columns.graph.edges;
    const first = edges.firstEdge[node]!;
    const end = edges.firstEdge[node + 1]!;
    if (shape.form === 'instance') {
      const data = this.#startInstance(shape, this.#output.ids.ofNode(node), address);
      for (let edge = first; edge < end; edge++) this.#putReference(object, edge, data + shape.refPosition[edges.slot[edge]!]!);
      this.#writeSubstrings(shape, address, data);
      if (shape.rows) this.#output.rows?.write(shape.rows, address + shape.header, data);
    } else if (shape.form === 'primitives') {
      const {scalars, ids} = this.#output;
      const isUntyped = this.#columns.graph.objects.type[object] === 0;
      scalars.write(shape, {id: ids.ofNode(node), address: address + shape.header, start: this.#start, end: this.#end, isUntyped});
    } else this.#writeParts(shape, object, address, first, end);
  }

  #writeParts(shape: PartsShape, object: number, address: Address, first: number, end: number): void {
    const {edges} = this.#columns.graph;
    let edge = first;
    for (let index = 0; index < shape.length; index++) {
      const place = address + partPlace(shape, index);
      const part = shape.parts[index % shape.parts.length]!;
      const data = this.#startInstance(part, place + 1, place);
      for (; edge < end; edge++) {
        const [owner, word] = partOf(shape, edges.slot[edge]!);
        if (owner !== index) break;
        this.#putReference(object, edge, data + part.refPosition[word]!);
      }
      this.#writeSubstrings(part, place, data);
    }
  }

  #writeSubstrings(shape: InstanceShape, place: Address, data: number): void {
    const {substrings, window} = this.#output;
    if (!substrings || !window || shape.strings.length === 0) return;
    const at = window.find(place, shape.slot, this.#start, this.#end);
    if (at >= 0) substrings.write(shape, place, window.bytes, at, data);
  }

  /** The record but for its references, which are nil; gives where its fields start in the writer's data. */
  #startInstance(shape: InstanceShape, id: number, address: Address): number {
    const {writer, window, constants} = this.#output;
    const data = startInstance(writer, shape, id);
    if (shape.scalars.length === 0 || !window) return data;
    const at = window.find(address, shape.slot, this.#start, this.#end);
    if (at < 0) return data;
    copyScalars(window.bytes, at, writer.data, data, shape.scalars);
    constants?.put(writer, shape, window.bytes, at, data);
    return data;
  }

  #putReference(object: number, edge: number, position: number): void {
    if (this.#isListedOnly(object, edge)) return;
    const {writer, ids} = this.#output;
    ids.put(writer.view, position, this.#columns.graph.edges.target[edge]!);
  }

  /** What the object's goroutine owns: as references they would be there twice. */
  #isListedOnly(object: number, edge: number): boolean {
    return getBit(this.#column.hasUnfollowed, object) && this.#skipped.has(edge);
  }

  #writeArray(object: number): void {
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

  #writeReferences(shape: ReferencesShape, object: number): void {
    const {writer, ids} = this.#output;
    const {edges, roots} = this.#columns.graph;
    const node = object + 1 + roots.count;
    this.#startArray(shape, ids.ofNode(node));
    let written = 0;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      if (this.#isListedOnly(object, edge)) continue;
      const index = referenceIndex(shape, edges.slot[edge]!);
      writer.zeros((index - written) * writer.idSize);
      writer.room(writer.idSize);
      ids.put(writer.view, writer.position, edges.target[edge]!);
      writer.position += writer.idSize;
      written = index + 1;
    }
    writer.zeros((shape.length - written) * writer.idSize);
  }

  #writePartList(shape: PartsShape, object: number): void {
    const {writer, ids} = this.#output;
    const id = ids.ofNode(object + 1 + this.#columns.graph.roots.count);
    this.#startArray(shape, id);
    for (let index = 0; index < shape.length; index++) {
      writer.room(writer.idSize);
      writer.id(id + partPlace(shape, index) + 1);
    }
  }
}

/** Where a part starts in its object's slot. */
function partPlace(shape: PartsShape, index: number): number {
  const element = Math.floor(index / shape.parts.length);
  return shape.header + element * shape.stride + shape.partOffset[index % shape.parts.length]!;
}
