/**
 * Headers of slices and strings in live objects and variables → per array that they point into, which bytes of its slot are in use and for which
 * there is only room. An array is any object that such a header leads to.
 *
 * Most arrays have one view, or several that begin alike or overlap: these are one extent, [start, end) in use and [start, limit) room. What
 * leaves a hole is a further extent. Pointers of other kinds use what their type says (`*T` one T), and where it says nothing, all of the slot:
 * what may be in use is never called waste.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {freeColumn} from '../base/free-column.js';
import {indexOfSorted} from '../base/lower-bound.js';
import {type Bytes, NONE, type NodeIndex, type ObjectIndex} from '../base/units.js';
import {type Contents, type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {ObjectHeaders} from '../graph/objects.js';
import {HeaderReader} from './header-reader.js';
import {type MapFills, readMapFills} from './map-fills.js';
import {PointerParts} from './pointer-parts.js';

/** Words of a row. Beside each other and no columns, because rows are numbered as arrays are met: whoever asks in another order finds all at one place. */
export const ROW = {
  start: 0, // Bytes from the start of the slot, header included, as the next two; NONE where there are only further extents
  end: 1,
  limit: 2,
  used: 3, // elements up to the end of the longest slice of the array's own type, at most 2**32 - 1
  capacity: 4, // likewise, of the room; 0 where there is no such slice
  further: 5, // the last one of its further extents; NONE
  flags: 6, // bits of VIEW
} as const;
/** Of which one is spare, so that a row never lies in two lines of a processor's cache. */
export const ROW_WORDS = 8;

/** Bits of the flags. */
export const VIEW = {
  string: 1, // a string leads there
  slice: 2, // a slice does
  value: 4, // one of its views is all of [start, end)
  whole: 8, // all of the slot may be in use
} as const;

/** A row for each array. */
export interface ArrayViews {
  readonly rowOf: Uint32Array; // per object: its row; NONE for what is no array
  readonly count: number;
  readonly rows: Uint32Array; // ROW_WORDS a row, as ROW has them
  readonly furtherBefore: Uint32Array; // per further extent: the one of the same array before it; NONE
  readonly furtherStart: Float64Array; // Bytes
  readonly furtherEnd: Float64Array; // Bytes
  readonly furtherLimit: Float64Array; // Bytes
  readonly furtherIsView: Uint8Array; // 1: that of a slice or string; 0: of a pointer
  readonly maps: MapFills;
}

const STRING = TYPE_KINDS.indexOf('string');
const SLICE = TYPE_KINDS.indexOf('slice');
const MAP = TYPE_KINDS.indexOf('map');
const POINTER = TYPE_KINDS.indexOf('ptr');
const MOST = 0xffffffff;
/** Slots of this size without pointers hold several small values, which may touch: each is an extent of its own. */
export const TINY_SLOT: Bytes = 16;
/** A view that many have is kept once, if it is among so many of its array. */
const LOOK_BACK = 16;

/** `reachable`: bit per node. O(pointers); 4 bytes an object and 32 an array. */
export function computeArrayViews(graph: HeapGraph, contents: Contents, reachable: Uint8Array): ArrayViews {
  const pass = new ViewPass(graph, contents, reachable);
  if (graph.types.kind.some((kind) => kind === STRING || kind === SLICE || kind === MAP)) {
    pass.addViews(); // not of Java, which has none
    pass.addPointers();
  }
  return pass.finish();
}

/** As `usedRoomOf`, of arrays with elements of these types alone (1 per type), for which little is read: 0 for all others. O(objects); 4 bytes an object. */
export function computeUsedRoom(
  graph: HeapGraph,
  contents: Contents,
  reachable: Uint8Array,
  elements: Uint8Array,
): (array: ObjectIndex) => number {
  if (!graph.types.kind.includes(SLICE)) return () => 0;
  const pass = new ViewPass(graph, contents, reachable, elements);
  pass.addViews();
  const views = pass.finish();
  return (array) => usedRoomOf(views, array);
}

/** Of an object, 0 when it is no array of a slice. */
export function usedRoomOf({rowOf, rows}: ArrayViews, array: ObjectIndex): number {
  const row = rowOf[array]!;
  return row === NONE ? 0 : rows[row * ROW_WORDS + ROW.used]!;
}

/** Whether a string leads to the array. */
export function isText({rows}: ArrayViews, row: number): boolean {
  return (rows[row * ROW_WORDS + ROW.flags]! & VIEW.string) !== 0;
}

class ViewPass {
  readonly #graph: HeapGraph;
  readonly #contents: Contents;
  readonly #reachable: Uint8Array;
  readonly #parts: PointerParts;
  readonly #isWhole: boolean; // all that points to arrays is asked for
  readonly #headers: HeaderReader;
  readonly #objectHeaders: ObjectHeaders;
  readonly #isTiny: Uint8Array; // bit per object, as the next three
  readonly #isMap: Uint8Array;
  readonly #isArray: Uint8Array;
  readonly #isPointedTo: Uint8Array; // by what is neither a header nor a map
  readonly #rowOf: Uint32Array;
  #rows = new Uint32Array(1024 * ROW_WORDS);
  #count = 0;
  readonly #further = {
    before: new Column(Uint32Array),
    start: new Column(Float64Array),
    end: new Column(Float64Array),
    limit: new Column(Float64Array),
    isView: new Column(Uint8Array),
  };
  readonly #mapObject = new Column(Uint32Array);
  readonly #mapType = new Column(Uint32Array);
  #nextInterior = 0; // row of `interiorEdge`: views come in the order of edges
  #nextIgnored = 0; // row of `notFollowed`

  constructor(graph: HeapGraph, contents: Contents, reachable: Uint8Array, elements?: Uint8Array) {
    const {count} = graph.objects;
    this.#graph = graph;
    this.#contents = contents;
    this.#reachable = reachable;
    this.#parts = new PointerParts(graph.types, elements);
    this.#isWhole = elements === undefined;
    this.#headers = new HeaderReader(contents);
    this.#objectHeaders = new ObjectHeaders(graph);
    this.#isTiny = listTinySlots(graph);
    this.#isMap = createBitset(count);
    this.#isArray = createBitset(count);
    this.#isPointedTo = createBitset(count);
    this.#rowOf = new Uint32Array(count).fill(NONE);
  }

  /** The views of all reachable nodes, in order. */
  addViews(): void {
    const {roots, spans, objects, edges} = this.#graph;
    for (let root = 0; root < roots.count; root++) {
      this.#headers.enter(roots.address[root]!, roots.size[root]!);
      this.#visit(root + 1, this.#partsOfRoot(root), 0, 0);
    }
    for (let span = 0; span < spans.count; span++) {
      if (spans.scan[span] !== 1) continue;
      const size = spans.slotSize[span]!;
      this.#headers.enter(spans.start[span]!, spans.length[span]!);
      const end = objects.firstObject[span + 1]!;
      for (let object = objects.firstObject[span]!; object < end; object++) {
        const node = object + 1 + roots.count;
        if (edges.firstEdge[node] === edges.firstEdge[node + 1] || !getBit(this.#reachable, node)) continue;
        const parts = this.#parts.of(objects.type[object]!);
        if (parts !== undefined || this.#isWhole) this.#visit(node, parts, spans.header[span]!, objects.slot[object]! * size);
      }
    }
  }

  /** What other pointers use of the arrays. */
  addPointers(): void {
    const {edges, roots} = this.#graph;
    const wanted = this.#isPointedTo.map((byte, at) => byte & this.#isArray[at]!);
    const first = 1 + roots.count;
    for (let node = 0, edge = 0; edge < edges.count; edge++) {
      const object = edges.target[edge]! - first;
      if (((wanted[object >>> 3]! >>> (object & 7)) & 1) === 0) continue;
      while (edges.firstEdge[node + 1]! <= edge) node++;
      this.#addPointer(node, edge, object);
    }
  }

  finish(): ArrayViews {
    const {before, start, end, limit, isView} = this.#further;
    return {
      rowOf: this.#rowOf,
      count: this.#count,
      rows: this.#rows.subarray(0, this.#count * ROW_WORDS),
      furtherBefore: before.finish(),
      furtherStart: start.finish(),
      furtherEnd: end.finish(),
      furtherLimit: limit.finish(),
      furtherIsView: isView.finish(),
      maps: readMapFills(this.#graph, this.#contents, this.#mapObject.finish(), this.#mapType.finish()),
    };
  }

  /** Undefined where its bytes are not those of its type: lengths and capacities are not there. */
  #partsOfRoot(root: number): Uint32Array | undefined {
    const {roots, types} = this.#graph;
    const type = roots.type[root]!;
    const isWhole = roots.size[root]! >= types.size[type]! && !Number.isNaN(roots.address[root]!);
    return isWhole ? this.#parts.of(type) : undefined;
  }

  /** `offset`: of its slot in the span. */
  #visit(node: NodeIndex, parts: Uint32Array | undefined, header: Bytes, offset: Bytes): void {
    const {roots, types, edges} = this.#graph;
    const {firstEdge, slot, target, notFollowed} = edges;
    const lastEdge = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < lastEdge; edge++) {
      while (notFollowed[this.#nextIgnored]! < edge) this.#nextIgnored++;
      if (notFollowed[this.#nextIgnored] === edge) continue;
      const part = parts === undefined ? 0 : partAt(parts, slot[edge]! - (header >>> 3));
      const kind = types.kind[part]!;
      const object = target[edge]! - 1 - roots.count;
      if (kind === STRING || kind === SLICE) this.#addHeader(edge, object, part, offset + slot[edge]! * 8);
      else if (kind === MAP) this.#noteMap(object, part);
      else setBit(this.#isPointedTo, object);
    }
  }

  /** The header of type `part` at the offset in the span or variable, whose pointer leads to the object. */
  #addHeader(edge: number, object: ObjectIndex, part: TypeIndex, offset: Bytes): void {
    const {types, objects} = this.#graph;
    const isString = types.kind[part] === STRING;
    const at = this.#rowFor(object) * ROW_WORDS;
    const element = types.element[part]!;
    const size = isString ? 1 : types.size[element]!;
    const isRead = this.#headers.at(offset, isString ? 16 : 24);
    const {length} = this.#headers;
    const capacity = isString ? length : this.#headers.capacity;
    const start = this.#offsetOf(edge, object);
    this.#rows[at + ROW.flags]! |= isString ? VIEW.string : VIEW.slice;
    if (!isRead || length > capacity || !Number.isSafeInteger(start + capacity * size)) {
      this.#rows[at + ROW.flags]! |= VIEW.whole; // torn, or not in the dump
      return;
    }
    this.#extend(at, object, start, start + length * size, start + capacity * size, true);
    if (isString || objects.type[object] !== element || size === 0) return;
    const first = (start - this.#headerOf(object)) / size;
    if (!Number.isInteger(first) || first + capacity > MOST) return;
    this.#rows[at + ROW.used] = Math.max(this.#rows[at + ROW.used]!, first + length);
    this.#rows[at + ROW.capacity] = Math.max(this.#rows[at + ROW.capacity]!, first + capacity);
  }

  /** A node's pointer to an array, unless it is a view. */
  #addPointer(node: NodeIndex, edge: number, object: ObjectIndex): void {
    const {types, edges, roots, objects} = this.#graph;
    if (!getBit(this.#reachable, node) || indexOfSorted(edges.notFollowed, edge) >= 0) return;
    const holder = node - 1 - roots.count;
    const parts = holder < 0 ? this.#partsOfRoot(node - 1) : this.#parts.of(objects.type[holder]!);
    const header = holder < 0 ? 0 : this.#headerOf(holder);
    const part = parts === undefined ? 0 : partAt(parts, edges.slot[edge]! - (header >>> 3));
    const kind = types.kind[part]!;
    if (kind === STRING || kind === SLICE) return;
    const at = this.#rowOf[object]! * ROW_WORDS;
    const bytes = kind === POINTER ? types.size[types.element[part]!]! : 0;
    const interior = indexOfSorted(edges.interiorEdge, edge);
    const start = interior < 0 ? this.#headerOf(object) : edges.interiorOffset[interior]!;
    if (bytes === 0 || start + bytes > MOST) this.#rows[at + ROW.flags]! |= VIEW.whole;
    else this.#extend(at, object, start, start + bytes, start + bytes, false);
  }

  /** New, and without an extent, where the object has none. */
  #rowFor(object: ObjectIndex): number {
    const known = this.#rowOf[object]!;
    if (known !== NONE) return known;
    const row = this.#count++;
    const at = row * ROW_WORDS;
    if (at === this.#rows.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#rows);
      freeColumn(this.#rows);
      this.#rows = larger;
    }
    this.#rows[at + ROW.start] = NONE;
    this.#rows[at + ROW.further] = NONE;
    this.#rowOf[object] = row;
    setBit(this.#isArray, object);
    return row;
  }

  /** `at`: of the row. `isView`: a header's; else a pointer's. */
  #extend(at: number, object: ObjectIndex, from: Bytes, to: Bytes, most: Bytes, isView: boolean): void {
    const rows = this.#rows;
    const [first, last, room] = [rows[at + ROW.start]!, rows[at + ROW.end]!, rows[at + ROW.limit]!];
    if (from === first && to === last && most === room) {
      if (isView) rows[at + ROW.flags]! |= VIEW.value;
      return;
    }
    const isFirst = first === NONE;
    const gap = Math.max(from - last, first - to); // 0 where the two only touch
    if (most > MOST || !(isFirst || gap < 0 || (gap === 0 && !getBit(this.#isTiny, object)))) {
      this.#addFurther(at, from, to, most, isView);
      return;
    }
    const start = isFirst ? from : Math.min(first, from);
    const end = Math.max(last, to);
    rows[at + ROW.start] = start;
    rows[at + ROW.end] = end;
    rows[at + ROW.limit] = Math.max(room, most);
    if (isView && from === start && to === end) rows[at + ROW.flags]! |= VIEW.value;
    else if (first !== start || last !== end) rows[at + ROW.flags]! &= ~VIEW.value;
  }

  /** Not again where it is among the array's last ones. */
  #addFurther(at: number, from: Bytes, to: Bytes, most: Bytes, isViewed: boolean): void {
    const {before, start, end, limit, isView} = this.#further;
    let place = this.#rows[at + ROW.further]!;
    for (let looked = 0; place !== NONE && looked < LOOK_BACK; looked++) {
      if (start.data[place] === from && end.data[place] === to && limit.data[place] === most) {
        if (isViewed) isView.data[place] = 1;
        return;
      }
      place = before.data[place]!;
    }
    before.push(this.#rows[at + ROW.further]!);
    this.#rows[at + ROW.further] = start.length;
    start.push(from);
    end.push(to);
    limit.push(most);
    isView.push(isViewed ? 1 : 0);
  }

  #noteMap(object: ObjectIndex, type: TypeIndex): void {
    const {key, element} = this.#graph.types;
    if (key[type] === 0 || element[type] === 0 || getBit(this.#isMap, object)) return;
    setBit(this.#isMap, object);
    this.#mapObject.push(object);
    this.#mapType.push(type);
  }
  /** Where in its target's slot the pointer leads; asked for in the order of the edges. */
  #offsetOf(edge: number, object: ObjectIndex): Bytes {
    const {interiorEdge, interiorOffset} = this.#graph.edges;
    while (interiorEdge[this.#nextInterior]! < edge) this.#nextInterior++;
    return interiorEdge[this.#nextInterior] === edge ? interiorOffset[this.#nextInterior]! : this.#headerOf(object);
  }
  #headerOf(object: ObjectIndex): Bytes {
    return this.#objectHeaders.of(object);
  }
}

/** Of the value that has the word: arrays have several. */
function partAt(parts: Uint32Array, word: number): TypeIndex {
  return parts[word < parts.length ? word : word % parts.length]!; // a division costs more than all else here
}

/** Bit per object. */
function listTinySlots({spans, objects}: HeapGraph): Uint8Array {
  const set = createBitset(objects.count);
  for (let span = 0; span < spans.count; span++) {
    if (spans.slotSize[span] !== TINY_SLOT || spans.scan[span] !== 0) continue;
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) setBit(set, object);
  }
  return set;
}
