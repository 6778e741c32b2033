/**
 * Headers of slices and maps in live objects and variables → per backing array and per map, how much of its room is in use: of an array up to
 * where the longest of its slices reaches, of a map its entries against all cells. One pass over the objects whose types have such headers.
 */

import {getBit} from '../base/bitset.js';
import {viewOf, wordAt} from '../base/bytes.js';
import {indexOfSorted} from '../base/lower-bound.js';
import type {ObjectIndex} from '../base/units.js';
import {type Address, type Contents, type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, nodeOfObject, objectAt} from '../graph/objects.js';
import {countCells, countEntries} from './map-cells.js';
import {TypeParts} from './type-parts.js';
import {objectFinder, ValueSource} from './value-source.js';

/** A row for each object that is either, in their order. In elements, at most 2**32 - 1. */
export interface Capacities {
  readonly object: Uint32Array; // ObjectIndex
  readonly used: Uint32Array;
  readonly capacity: Uint32Array;
  readonly isMap: Uint8Array;
}

/** While they are found: per object. */
interface Room extends Omit<Capacities, 'object'> {
  readonly capacity: Uint32Array; // 0 for what is neither
}

const MAP = TYPE_KINDS.indexOf('map');
const MOST = 0xffffffff;

/** `reachable`: bit per node. */
export function computeCapacities(graph: HeapGraph, contents: Contents, reachable: Uint8Array): Capacities {
  const pass = new CapacityPass(graph, contents);
  const {spans, objects, roots, types} = graph;
  for (let span = 0; span < spans.count; span++) {
    if (spans.scan[span] !== 1) continue;
    const data = spans.start[span]! + spans.header[span]!;
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      if (getBit(reachable, nodeOfObject(graph, object)))
        pass.visit(data + objects.slot[object]! * spans.slotSize[span]!, objects.type[object]!, lengthOf(objects, object));
    }
  }
  for (let root = 0; root < roots.count; root++) {
    const isWhole = roots.size[root]! >= types.size[roots.type[root]!]!; // else its length and capacity are not there
    if (isWhole && !Number.isNaN(roots.address[root]!)) pass.visit(roots.address[root]!, roots.type[root]!, 1);
  }
  pass.readMaps();
  return listRooms(pass.result);
}

/** Most objects are neither: what is kept is much less than 9 bytes an object. */
function listRooms({used, capacity, isMap}: Room): Capacities {
  let count = 0;
  for (let object = 0; object < capacity.length; object++) if (capacity[object] !== 0 || isMap[object] !== 0) count++;
  const object = new Uint32Array(count);
  for (let at = 0, row = 0; row < count; at++) if (capacity[at] !== 0 || isMap[at] !== 0) object[row++] = at;
  return {
    object,
    used: Uint32Array.from(object, (at) => used[at]!),
    capacity: Uint32Array.from(object, (at) => capacity[at]!),
    isMap: Uint8Array.from(object, (at) => isMap[at]!),
  };
}

/** Of an object, 0 when it is neither. */
export function usedRoomOf({object, used}: Capacities, wanted: ObjectIndex): number {
  const row = indexOfSorted(object, wanted);
  return row < 0 ? 0 : used[row]!;
}

class CapacityPass {
  readonly result: Room;
  readonly #graph: HeapGraph;
  readonly #contents: Contents;
  readonly #source: ValueSource;
  readonly #parts: TypeParts;
  readonly #mapObject: number[] = [];
  readonly #mapAddress: number[] = [];
  readonly #mapType: number[] = [];

  constructor(graph: HeapGraph, contents: Contents) {
    this.#graph = graph;
    this.#contents = contents;
    this.#source = new ValueSource(graph, contents, {absence: 'unmapped', findObject: objectFinder(graph)});
    this.#parts = new TypeParts(graph.types, ['slice', 'map']);
    const {count} = graph.objects;
    this.result = {used: new Uint32Array(count), capacity: new Uint32Array(count), isMap: new Uint8Array(count)};
  }

  /** `count` values of the type, one behind the other. */
  visit(address: Address, type: TypeIndex, count: number): void {
    const parts = this.#parts.of(type);
    if (parts.length === 0) return;
    const {kind} = this.#graph.types;
    const size = this.#graph.types.size[type]!;
    for (let index = 0; index < count; index++) {
      const bytes = this.#contents.bytes(address + index * size, size);
      if (bytes === undefined) continue;
      const view = viewOf(bytes);
      for (const part of parts) {
        const target = wordAt(view, part.offset);
        if (target === 0) continue;
        if (kind[part.type] === MAP) this.#noteMap(target, part.type);
        else this.#addSlice(target, part.type, wordAt(view, part.offset + 8), wordAt(view, part.offset + 16));
      }
    }
  }

  #addSlice(target: Address, type: TypeIndex, length: number, capacity: number): void {
    const {types, objects} = this.#graph;
    const element = types.element[type]!;
    if (length > capacity || capacity === 0 || types.size[element] === 0) return; // torn, or without memory
    const object = objectAt(this.#graph, target);
    if (object === undefined || objects.type[object] !== element) return;
    const first = (target - addressOf(this.#graph, object) - headerOf(this.#graph, object)) / types.size[element]!;
    if (!Number.isInteger(first) || first + capacity > MOST) return;
    this.result.used[object] = Math.max(this.result.used[object]!, first + length);
    this.result.capacity[object] = Math.max(this.result.capacity[object]!, first + capacity);
  }

  #noteMap(target: Address, type: TypeIndex): void {
    const {key, element} = this.#graph.types;
    const object = objectAt(this.#graph, target);
    if (object === undefined || this.result.isMap[object] === 1 || key[type] === 0 || element[type] === 0) return;
    this.result.isMap[object] = 1;
    this.#mapObject.push(object);
    this.#mapAddress.push(target);
    this.#mapType.push(type);
  }

  /** Reads the maps that were noted: by now nobody looks at the bytes of what holds them. */
  readMaps(): void {
    const {key, element} = this.#graph.types;
    for (const [row, object] of this.#mapObject.entries()) {
      const type = this.#mapType[row]!;
      const map = {source: this.#source, address: this.#mapAddress[row]!, key: key[type]!, element: element[type]!};
      const cells = countCells(map);
      this.result.used[object] = Math.min(countEntries(map) ?? 0, MOST);
      this.result.capacity[object] = Math.min(cells ?? 0, MOST);
      if (cells === undefined) this.result.isMap[object] = 0;
    }
  }
}
