/**
 * The second pass over the objects: each in the form of its shape, references from the graph's pointers, scalars from the dump's bytes
 * turned big-endian. Arrays of references come last and downwards: a reader that sees one begin where the one before it may still
 * reach takes all references for compressed ones (docs/hprof.md).
 */
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {getBit} from '../../src/base/bitset.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {type Address, type Bytes, NONE, type NodeIndex, type ObjectIndex} from '../../src/base/units.js';
import type {SpanTable} from '../../src/graph/heap-graph.js';
import {firstObjectNode, nodeOfObject} from '../../src/graph/objects.js';
import type {ByteWindow} from './byte-window.js';
import {NO_TRACE} from './class-list.js';
import {copyScalars, startInstance} from './instance-record.js';
import type {MapRows} from './map-rows.js';
import type {ObjectIds} from './object-ids.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {ScalarObject, ScalarWriter} from './scalar-writer.js';
import type {ShapeColumn} from './shape-column.js';
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
  readonly #isArray: Uint8Array; // per shape: 1 for those that come last
  // What is being written is in fields: addresses that are handed on from call to call would be allocated, one by one.
  #node: NodeIndex = 0;
  #address: Address = 0; // of the node's slot
  #offset: Bytes = 0; // of that in what the window has entered
  readonly #scalars: ScalarObject = {id: 0, offset: 0, isUntyped: false};
  #interior = -1; // the next interior edge
  #interiorRow = 0; // of the list of these, behind that
  #targets = new Uint32Array(64); // per word of an instance with strings: the node that it leads to

  constructor(columns: AnalysisColumns, column: ShapeColumn, output: Output) {
    this.#columns = columns;
    this.#column = column;
    this.#output = output;
    this.#skipped = new Set(columns.graph.edges.notFollowed);
    this.#isArray = Uint8Array.from(column.shapes, ({form}) => (form === 'references' || form === 'parts' ? 1 : 0));
  }

  async write(work: Work): Promise<void> {
    const {spans, objects} = this.#columns.graph;
    let done = 0;
    let runEnd = 0; // of the spans that lie side by side
    for (let span = 0; span < spans.count; span++) {
      const end = objects.firstObject[span + 1]!;
      if (spans.start[span]! >= runEnd) runEnd = endOfRun(spans, span);
      this.#output.window?.enter(spans.start[span]!, runEnd);
      this.#writeSpan(span);
      done += (end - objects.firstObject[span]!) * spans.slotSize[span]!;
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

  #writeSpan(span: number): void {
    const {spans, objects} = this.#columns.graph;
    const {of, shapes} = this.#column;
    const [start, size] = [spans.start[span]!, spans.slotSize[span]!];
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; object++) {
      const index = of[object]!;
      if (index === NONE) continue;
      const shape = shapes[index]!;
      if (shape.form === 'references') continue;
      this.#offset = objects.slot[object]! * size;
      this.#address = start + this.#offset;
      if (this.#output.redacted) {
        this.#offset = 0;
        this.#output.window?.enter(this.#address, this.#address + size);
      }
      this.#writeObject(shape, object);
    }
  }

  #writeObject(shape: InstanceShape | PartsShape | PrimitivesShape, object: ObjectIndex): void {
    const {graph} = this.#columns;
    const {firstEdge} = graph.edges;
    this.#node = nodeOfObject(graph, object);
    if (shape.form === 'instance') {
      const data = this.#writeInstance(shape, 0, 0, firstEdge[this.#node]!, firstEdge[this.#node + 1]!);
      if (shape.rows) this.#output.rows?.write(shape.rows, this.#address + shape.header, data);
    } else if (shape.form === 'parts') this.#writeParts(shape, firstEdge[this.#node]!, firstEdge[this.#node + 1]!);
    else this.#writeScalars(shape, object);
  }

  #writeScalars(shape: PrimitivesShape, object: ObjectIndex): void {
    const {ids, scalars} = this.#output;
    const written = this.#scalars;
    written.id = ids.at(this.#address, this.#node);
    written.offset = this.#offset + shape.header;
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
    const {writer, ids, window, strings} = this.#output;
    const data = startInstance(writer, shape, ids.at(this.#address, this.#node) + idOffset);
    const at = window && shape.scalars.length > 0 ? window.at(this.#offset + offset, shape.slot) : -1;
    if (at >= 0) copyScalars(window!.view, at, writer.view, data, shape.scalars);
    if (ids.size === 4) this.#writeNodes(shape, offset / 8, data, first, end);
    else {
      const targets = at >= 0 && strings && shape.strings.length > 0 ? this.#clearTargets(shape.refPosition.length) : undefined;
      this.#writeAddresses(shape, offset / 8, data, first, end, at, targets);
      if (targets) strings!.write(shape, this.#address + offset, window!.view, at, data, targets);
    }
    return data;
  }

  /** The references of an instance that begins at a word of the object, with compact ids. */
  #writeNodes({refPosition}: InstanceShape, firstWord: number, data: number, first: number, end: number): void {
    const {edges} = this.#columns.graph;
    const {view} = this.#output.writer;
    const someListedOnly = this.#hasUnfollowed();
    for (let edge = first; edge < end; edge++) {
      if (someListedOnly && this.#skipped.has(edge)) continue;
      view.setUint32(data + refPosition[edges.slot[edge]! - firstWord]!, edges.target[edge]!);
    }
  }

  /** The same with wide ids. `at`: of the instance's bytes in the window, -1 without them; `targets` get the nodes that its words lead to. */
  #writeAddresses(
    {refPosition}: InstanceShape,
    firstWord: number,
    data: number,
    first: number,
    end: number,
    at: number,
    targets: Uint32Array | undefined,
  ): void {
    const {writer, ids, window, redacted} = this.#output;
    const {edges} = this.#columns.graph;
    const someListedOnly = this.#hasUnfollowed();
    for (let edge = first; edge < end; edge++) {
      if (someListedOnly && this.#skipped.has(edge)) continue;
      const word = edges.slot[edge]! - firstWord;
      const target = edges.target[edge]!;
      const position = data + refPosition[word]!;
      if (at < 0 || redacted || this.#isInterior(edge)) writer.idAt(position, ids.ofNode(target));
      else ids.putPointer(writer, position, target, window!.view, at + word * 8);
      if (targets) targets[word] = target;
    }
  }

  #hasUnfollowed(): boolean {
    return getBit(this.#column.hasUnfollowed, this.#node - firstObjectNode(this.#columns.graph));
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
    if (index === NONE || this.#isArray[index] === 0) return;
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
    const {wordIndex, perElement} = shape;
    const words = wordIndex.length;
    let first = shape.header / 8; // word of the element that the pointer is in
    let before = 0; // references of the elements before it
    let written = 0;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      if (someListedOnly && this.#skipped.has(edge)) continue;
      const word = edges.slot[edge]!;
      if (word >= first + words) {
        const passed = words === 1 ? word - first : Math.floor((word - first) / words);
        first += passed * words;
        before += passed * perElement;
      }
      const index = before + wordIndex[word - first]!;
      if (index > written) writer.zeros((index - written) * writer.idSize);
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

/** Where the spans end that follow this one without a gap. */
function endOfRun({start, length, count}: SpanTable, span: number): Address {
  let last = span;
  while (last + 1 < count && start[last + 1] === start[last]! + length[last]!) last++;
  return start[last]! + length[last]!;
}

/** Where a part starts in its object's slot. */
function partOffset(shape: PartsShape, index: number): Bytes {
  const element = Math.floor(index / shape.parts.length);
  return shape.header + element * shape.stride + shape.partOffset[index % shape.parts.length]!;
}
