/**
 * The entries of maps → an instance for each, with the fields of its key and its value, and an array of these that the map leads to. They stand beside
 * the map's own memory, which stays as it is: whoever looks for an entry finds it in one step, and what its tables hold is said there. Entries that
 * cannot be read are left out.
 */
import {viewOf, wordAt} from '../../src/base/bytes.js';
import {type Address, type Bytes, NONE, type NodeIndex} from '../../src/base/units.js';
import type {Contents, HeapGraph} from '../../src/graph/heap-graph.js';
import {addressOf, nodeOfObject, objectAt, sizeOf} from '../../src/graph/objects.js';
import {walkMap} from '../../src/values/map-cells.js';
import {findMapStructures} from '../../src/values/map-structures.js';
import {findLayout} from '../../src/values/value-layouts.js';
import {objectFinder, ValueSource} from '../../src/values/value-source.js';
import type {ByteWindow} from './byte-window.js';
import {NO_TRACE} from './class-list.js';
import {copyScalars, startInstance} from './instance-record.js';
import type {ObjectIds} from './object-ids.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {ShapeColumn} from './shape-column.js';
import type {InstanceShape, MapStructures, RowsShape} from './shapes.js';
import type {StringFields} from './string-fields.js';

export interface RowOutput {
  readonly writer: RecordWriter;
  readonly ids: ObjectIds;
  readonly window: ByteWindow | undefined; // undefined when no scalar is kept
  readonly strings: StringFields | undefined; // where they are objects of their own
}

/** Undefined where the graph does not say what maps look like. */
export function findMaps({types, valueLayouts}: HeapGraph): MapStructures | undefined {
  const layout = findLayout(valueLayouts, 'mapOfBuckets') ?? findLayout(valueLayouts, 'mapOfGroups');
  return layout && {mapOf: findMapStructures(types), inline: layout.inline};
}

/** Numbers of one array in `#arrays`. */
const ARRAY_FIELDS = 5;

export class MapRows {
  readonly #graph: HeapGraph;
  readonly #column: ShapeColumn;
  readonly #source: ValueSource;
  readonly #output: RowOutput;
  readonly #arrays: number[] = []; // id, class, id of the first row, distance to the next one's, rows; and so on
  /** Entries that were written. */
  rows = 0;

  constructor(graph: HeapGraph, contents: Contents, column: ShapeColumn, output: RowOutput) {
    this.#graph = graph;
    this.#column = column;
    this.#source = new ValueSource(graph, contents, {absence: 'unmapped', findObject: objectFinder(graph)});
    this.#output = output;
  }

  get arrays(): number {
    return this.#arrays.length / ARRAY_FIELDS;
  }

  /** The rows of the map at `address`, whose record was just written with its fields at `data`. */
  write(rows: RowsShape, address: Address, data: number): void {
    const {writer, ids} = this.#output;
    const {key, element} = this.#graph.types;
    const map = {source: this.#source, address, key: key[rows.map]!, element: element[rows.map]!};
    let count = 0;
    for (const _ of walkMap(map)) count++;
    if (count === 0) return;
    const array = ids.add();
    const first = ids.add(count * idsOf(rows.row));
    const step = idsOf(rows.row) * ids.step;
    writer.idAt(data, array);
    this.#arrays.push(array, rows.classId, first, step, count);
    let row = 0;
    for (const cell of walkMap(map)) this.#writeRow(rows, cell, first + row++ * step);
    this.rows += count;
  }

  #writeRow({map, row, element, inline}: RowsShape, [key, value]: readonly [Address, Address], id: number): void {
    const {writer, ids, window, strings} = this.#output;
    const {types} = this.#graph;
    const block = new Uint8Array(row.slot);
    const shown = window ? new Uint8Array(row.slot) : undefined;
    this.#put(block, shown, 0, key, types.size[types.key[map]!]!, inline);
    this.#put(block, shown, element, value, types.size[types.element[map]!]!, inline);
    const data = startInstance(writer, row, id);
    if (shown) copyScalars(viewOf(shown), 0, writer.view, data, row.scalars);
    const view = viewOf(block);
    const targets = row.refPosition.map((position, word) => (position < 0 ? 0 : this.#nodeAt(wordAt(view, word * 8))));
    for (const [word, node] of targets.entries()) if (node > 0) writer.idAt(data + row.refPosition[word]!, ids.ofNode(node));
    strings?.write(row, id, view, 0, data, targets);
  }

  /** The bytes of a key or value, or its address where that is what the map has; `shown`: without what is to be hidden. */
  #put(block: Uint8Array, shown: Uint8Array | undefined, at: Bytes, address: Address, size: Bytes, inline: Bytes): void {
    if (size > inline) {
      new DataView(block.buffer).setBigUint64(at, BigInt(address), true); // large ones are few
      return;
    }
    const bytes = this.#source.read(address, size);
    if (!bytes) return;
    block.set(bytes, at);
    if (!shown) return;
    const object = objectAt(this.#graph, address);
    const start = object === undefined ? address : addressOf(this.#graph, object);
    const end = object === undefined ? address + size : start + sizeOf(this.#graph, object);
    const found = this.#output.window!.find(address, size, start, end);
    if (found >= 0) shown.set(this.#output.window!.bytes.subarray(found, found + size), at);
  }

  /** The node of the object at the address, 0 when the file has none there. */
  #nodeAt(address: Address): NodeIndex {
    const object = address === 0 ? undefined : objectAt(this.#graph, address);
    return object === undefined || this.#column.of[object] === NONE ? 0 : nodeOfObject(this.#graph, object);
  }

  /** Downwards, as all arrays of references. */
  writeArrays(): void {
    const {writer} = this.#output;
    for (let at = this.#arrays.length - ARRAY_FIELDS; at >= 0; at -= ARRAY_FIELDS) {
      const [id, classId, first, step, count] = this.#arrays.slice(at, at + ARRAY_FIELDS) as [number, number, number, number, number];
      writer.heapRecord(TAG.objectArray, 1 + 2 * writer.idSize + 8 + count * writer.idSize);
      writer.id(id);
      writer.u4(NO_TRACE);
      writer.u4(count);
      writer.id(classId);
      for (let row = 0; row < count; row++) {
        writer.room(writer.idSize);
        writer.id(first + row * step);
      }
    }
  }
}

/** Ids that a row takes: one of its own, and in full size two for each string in it, which lie behind the word's place. */
function idsOf(row: InstanceShape): number {
  return Math.max(1, Math.ceil(row.slot / 8));
}
