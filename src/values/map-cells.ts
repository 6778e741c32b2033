/**
 * A map's memory → where its keys and elements are. Two kinds of maps: buckets in chains, of which some may still wait in the array that the
 * map has outgrown; and groups of cells, one alone or many in tables that a directory names. Structures come as `valueLayouts`, what is
 * in a bucket or a group follows from the sizes of keys and elements. Damaged maps give what can be read of them and always end.
 */
import type {Address, Bytes, TypeIndex} from '../graph/heap-graph.js';
import {alignmentOf} from './type-shape.js';
import type {StructureLayout} from './value-layouts.js';
import type {ValueSource} from './value-source.js';

/** Where the key and the element of one cell are. */
export type MapCell = readonly [key: Address, element: Address];

/** A map value: the address of its structure, and the types of what it holds. */
export interface MapPlace {
  readonly source: ValueSource;
  readonly address: Address;
  readonly key: TypeIndex;
  readonly element: TypeIndex;
}

type Buckets = StructureLayout<'mapOfBuckets'>;
type Groups = StructureLayout<'mapOfGroups'>;

/** Places inside a bucket or a group. */
interface CellPlaces {
  readonly keys: Bytes; // of the first key
  readonly keyStride: Bytes;
  readonly elements: Bytes;
  readonly elementStride: Bytes;
  readonly size: Bytes; // of the whole
  readonly keyIndirect: boolean;
  readonly elementIndirect: boolean;
}

/** No map has more buckets than memory has words. */
const MOST_LOG2 = 44;
const CONTROL: Bytes = 8; // one byte a cell, in front of keys and elements
/** The layouts' `load` is the most entries that so many buckets or groups have on average. */
const LOADED = 2;
const LARGEST_TABLE = 1024; // cells: maxTableCapacity
const FREE = 0x80; // set in the control byte of a cell of a group that holds nothing

/** Whether the graph knows what maps look like. */
export function knowsMaps(source: ValueSource): boolean {
  return (source.layout('mapOfBuckets') ?? source.layout('mapOfGroups')) !== undefined;
}

/** Entries as the map claims; undefined when that cannot be read. */
export function countEntries({source, address}: MapPlace): number | undefined {
  const layout = source.layout('mapOfBuckets') ?? source.layout('mapOfGroups');
  return layout && source.word(address + layout.live);
}

/** Cells in the map's own memory, used or not; undefined when that cannot be read. Overflow buckets and a half-moved old array count. */
export function countCells(map: MapPlace): number | undefined {
  const {source} = map;
  const buckets = source.layout('mapOfBuckets');
  const groups = source.layout('mapOfGroups');
  const layout = buckets ?? groups;
  if (!layout || countEntries(map) === undefined) return undefined;
  let count = 0;
  for (const _ of buckets ? walkBuckets(map, buckets) : walkGroups(map, groups!)) count += layout.cells;
  return count;
}

/** Cells that the runtime makes for a map of so many entries (makemap of runtime/map.go; NewMap of internal/runtime/maps/map.go). */
export function cellsFor(source: ValueSource, entries: number): number {
  const buckets = source.layout('mapOfBuckets');
  const {cells, load} = buckets ?? source.layout('mapOfGroups')!;
  if (entries <= cells) return cells;
  if (buckets) return cells * powerOfTwo((entries * LOADED) / load);
  const wanted = Math.floor((entries * cells * LOADED) / load);
  const tables = powerOfTwo(wanted / LARGEST_TABLE);
  return tables * Math.max(cells, powerOfTwo(Math.floor(wanted / tables)));
}

/** Of a bucket or a group, by its cells: its share of control bytes and padding included. */
export function cellBytes(map: MapPlace): Bytes {
  const buckets = map.source.layout('mapOfBuckets');
  const groups = map.source.layout('mapOfGroups')!;
  return buckets ? bucketPlaces(map, buckets).size / buckets.cells : groupPlaces(map, groups).size / groups.cells;
}

/** The smallest that is not below. */
function powerOfTwo(number: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, number)));
}

/** The cells that hold something, in the order of memory. */
export function* walkMap(map: MapPlace): Generator<MapCell> {
  const {source} = map;
  const buckets = source.layout('mapOfBuckets');
  const groups = source.layout('mapOfGroups');
  if (buckets)
    yield* usedCells(map, walkBuckets(map, buckets), bucketPlaces(map, buckets), buckets.cells, (control) => control >= buckets.firstUsed);
  else if (groups) yield* usedCells(map, walkGroups(map, groups), groupPlaces(map, groups), groups.cells, (control) => control < FREE);
}

function* usedCells({source}: MapPlace, parts: Iterable<Address>, places: CellPlaces, cells: number, isUsed: (control: number) => boolean) {
  for (const part of parts) {
    const bytes = source.read(part, CONTROL);
    if (bytes === undefined) continue;
    const control = Uint8Array.from(bytes); // the next read may reuse their memory
    for (let cell = 0; cell < cells; cell++) {
      if (!isUsed(control[cell]!)) continue;
      const key = part + places.keys + cell * places.keyStride;
      const element = part + places.elements + cell * places.elementStride;
      const place: MapCell = [follow(source, key, places.keyIndirect), follow(source, element, places.elementIndirect)];
      yield place;
    }
  }
}

/** Where a large key or element is; 0, which no dump has, when its pointer cannot be read. */
function follow(source: ValueSource, address: Address, indirect: boolean): Address {
  return indirect ? (source.word(address) ?? 0) : address;
}

/** Every bucket with its overflow buckets; of the old array only those whose content has not moved. */
function* walkBuckets(map: MapPlace, layout: Buckets): Generator<Address> {
  const {source, address} = map;
  const {size} = bucketPlaces(map, layout);
  const log2 = source.byte(address + layout.log2Buckets);
  const flags = source.byte(address + layout.flags);
  if (log2 === undefined || flags === undefined || log2 > MOST_LOG2) return;
  const count = 2 ** log2;
  yield* walkChains(source, source.word(address + layout.buckets) ?? 0, count, size, () => true);
  const oldCount = (flags & layout.sameSizeGrow) !== 0 ? count : count / 2;
  const hasMoved = (control: number) => control >= layout.firstMoved && control < layout.firstUsed;
  yield* walkChains(source, source.word(address + layout.oldBuckets) ?? 0, oldCount, size, (control) => !hasMoved(control));
}

/** `takes` sees the first control byte of each bucket of the array. */
function* walkChains(
  source: ValueSource,
  array: Address,
  count: number,
  size: Bytes,
  takes: (control: number) => boolean,
): Generator<Address> {
  if (array === 0) return;
  for (const bucket of source.walk(array, count, size)) {
    const control = source.byte(bucket);
    if (control === undefined || !takes(control)) continue;
    yield* source.follow(bucket, size - 8);
  }
}

/** Without a directory there is one group; tables follow each other in it as often as it has room for them. */
function* walkGroups(map: MapPlace, layout: Groups): Generator<Address> {
  const {source, address} = map;
  const {size} = groupPlaces(map, layout);
  const directory = source.word(address + layout.directory);
  const length = source.word(address + layout.directoryLength);
  if (!directory || length === undefined) return;
  if (length === 0) return yield directory;
  let last: Address = 0;
  for (const entry of source.walk(directory, length, 8)) {
    const table = source.word(entry);
    if (!table || table === last) continue;
    last = table;
    const groups = source.word(table + layout.groups);
    const mask = source.word(table + layout.groupMask);
    if (groups && mask !== undefined) yield* source.walk(groups, mask + 1, size);
  }
}

/** Control bytes, keys, elements, and the pointer to the next bucket. */
function bucketPlaces(map: MapPlace, {inline, cells}: Buckets): CellPlaces {
  const {keyStride, elementStride, ...indirect} = strides(map, inline);
  const elements = CONTROL + cells * keyStride;
  return {...indirect, keys: CONTROL, keyStride, elements, elementStride, size: elements + cells * elementStride + 8};
}

/** Control bytes, then pairs of a key and an element – or, split, all keys and all elements – with the padding of Go's structs. */
function groupPlaces(map: MapPlace, {inline, cells, split}: Groups): CellPlaces {
  const {graph} = map.source;
  const {keyStride, elementStride, ...indirect} = strides(map, inline);
  const keyAlignment = indirect.keyIndirect ? 8 : alignmentOf(graph, map.key);
  const elementAlignment = indirect.elementIndirect ? 8 : alignmentOf(graph, map.element);
  if (split !== 0) {
    const elements = alignUp(CONTROL + cells * keyStride, elementAlignment);
    const size = structSize(elements, cells * elementStride, 8);
    return {...indirect, keys: CONTROL, keyStride, elements, elementStride, size};
  }
  const element = alignUp(keyStride, elementAlignment);
  const pair = structSize(element, elementStride, Math.max(keyAlignment, elementAlignment));
  const size = structSize(CONTROL, cells * pair, 8);
  return {...indirect, keys: CONTROL, keyStride: pair, elements: CONTROL + element, elementStride: pair, size};
}

function strides({source, key, element}: MapPlace, inline: Bytes) {
  const {size} = source.graph.types;
  const keyIndirect = size[key]! > inline;
  const elementIndirect = size[element]! > inline;
  return {keyIndirect, elementIndirect, keyStride: keyIndirect ? 8 : size[key]!, elementStride: elementIndirect ? 8 : size[element]!};
}

/** Of a struct whose last field starts at `offset`: an empty one gets a byte, so that a pointer to it stays inside. */
function structSize(offset: Bytes, lastField: Bytes, alignment: Bytes): Bytes {
  return alignUp(lastField === 0 && offset > 0 ? offset + 1 : offset + lastField, alignment);
}

function alignUp(size: Bytes, alignment: Bytes): Bytes {
  return Math.ceil(size / alignment) * alignment;
}
