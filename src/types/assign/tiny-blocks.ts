/**
 * The allocator packs several small values without pointers into one block of 16 bytes (runtime/malloc.go, mcache.tiny). All typed
 * pointers into a block that is pointed into behind its first value → its parts: values of one type when all are of that type and lie like
 * an array (two int64, or bytes up to the last string's end), else a struct of what lies where (`tiny block { at0 int64; at8 [5]uint8 }`).
 * A part that no typed pointer leads to stays unseen; a part inside another one is a view of it; where two overlap otherwise, nothing is said.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {indexOfSorted, lowerBound} from '../../base/lower-bound.js';
import type {Address, Bytes, NodeIndex, ObjectIndex, TypeIndex} from '../../base/units.js';
import {firstObjectNode} from '../../graph/objects.js';
import {KIND} from '../../runtime/types/kinds.js';
import {CLAIM} from '../catalog/claim.js';
import {EMPTY_DESCRIPTION} from '../catalog/type-description.js';
import type {CountInput} from './count-elements.js';
import {BY} from './object-state.js';

const BLOCK: Bytes = 16;

interface Part {
  readonly offset: Bytes;
  readonly type: TypeIndex;
  readonly size: Bytes; // of all its values
  readonly evidence: number;
}

/** Types the shared blocks, or takes from them a type that is only that of their first part. */
export function nameTinyBlocks(input: CountInput): void {
  const shared = findSharedBlocks(input);
  if (!shared) return;
  const parts = new PartCollector(input, shared).collect();
  const builder = new BlockTypes(input);
  for (let object = 0; object < input.heap.objectCount; object++) {
    if (getBit(shared, object)) builder.assign(object, parts.get(object) ?? []);
  }
}

/** Bit per object; undefined when there are none. */
function findSharedBlocks({heap, shapes, found, slots}: CountInput): Uint8Array | undefined {
  const {interiorEdge, interiorOffset, target} = heap.edges;
  const first = firstObjectNode(heap);
  let shared: Uint8Array | undefined;
  for (let i = 0; i < interiorEdge.length; i++) {
    const object = target[interiorEdge[i]!]! - first;
    const type = found.type[object]!;
    if (type !== 0 && interiorOffset[i]! < shapes.size[type]! * found.length[object]!) continue;
    if (!slots.isTiny(object)) continue;
    shared ??= createBitset(heap.objectCount);
    setBit(shared, object);
  }
  return shared;
}

/** Finds what typed pointers say of the blocks. */
class PartCollector {
  readonly #input: CountInput;
  readonly #shared: Uint8Array;
  readonly #firstObjectNode: NodeIndex;
  readonly #parts = new Map<ObjectIndex, Part[]>();

  constructor(input: CountInput, shared: Uint8Array) {
    this.#input = input;
    this.#shared = shared;
    this.#firstObjectNode = firstObjectNode(input.heap);
  }

  collect(): ReadonlyMap<ObjectIndex, readonly Part[]> {
    const {count, firstEdge, target} = this.#input.heap.edges;
    const first = this.#firstObjectNode;
    const shared = this.#shared;
    for (let edge = 0; edge < count; edge++) {
      if (!getBit(shared, target[edge]! - first)) continue;
      this.#addEdge(lowerBound(firstEdge, edge + 1) - 1, edge); // the last node whose edges begin at or before this one
    }
    return this.#parts;
  }

  #addEdge(node: NodeIndex, edge: number): void {
    const {heap, shapes, found, slots, rootType} = this.#input;
    const owner = node - this.#firstObjectNode;
    const type = owner < 0 ? rootType[node - 1]! : found.type[owner]!;
    if (type === 0) return;
    const header = owner < 0 ? 0 : heap.spans.header[slots.spanOf(owner)]! / 8;
    const at = heap.edges.slot[edge]! - header;
    const words = shapes.words[type]!;
    if (words === 0 || (at >= words && (owner < 0 || found.length[owner] === 1))) return;
    const entry = shapes.find(type, at % words);
    const claim = shapes.claim.data[entry]!;
    const value = claim === CLAIM.interface ? this.#dynamicType(edge) : claim > CLAIM.opaque ? shapes.target.data[entry]! : 0;
    if (value === 0) return;
    shapes.prepare(value);
    const count = claim === CLAIM.len ? this.#numberAt(node, edge, 8) : claim === CLAIM.cap ? this.#numberAt(node, edge, 16) : 1;
    const part = {offset: this.#offsetOf(edge), type: value, size: shapes.size[value]! * count, evidence: this.#evidence(owner)};
    if (shapes.pointerWords[value]! > 0 || !(part.size > 0) || part.offset + part.size > BLOCK) return;
    const object = heap.edges.target[edge]! - this.#firstObjectNode;
    const known = this.#parts.get(object);
    if (known) known.push(part);
    else this.#parts.set(object, [part]);
  }

  #evidence(owner: ObjectIndex): number {
    if (owner < 0) return BY.global;
    return this.#input.found.evidence[owner] === BY.guess ? BY.guess : BY.field;
  }

  #dynamicType(edge: number): TypeIndex {
    const {heap, shapes} = this.#input;
    const at = indexOfSorted(heap.interfaceEdge, edge);
    const type = at >= 0 ? shapes.store.rowOfLikelyType(heap.interfaceType[at]!) : 0;
    if (!shapes.store.isDirect(type)) return type;
    shapes.prepare(type);
    const entry = shapes.find(type, 0); // the data word is the value itself: a pointer
    return shapes.claim.data[entry] === CLAIM.single ? shapes.target.data[entry]! : 0;
  }

  #offsetOf(edge: number): Bytes {
    const {interiorEdge, interiorOffset} = this.#input.heap.edges;
    const at = indexOfSorted(interiorEdge, edge);
    return at >= 0 ? interiorOffset[at]! : 0;
  }

  /** The word `distance` bytes behind the edge's own; NaN when the dump lacks it. */
  #numberAt(node: NodeIndex, edge: number, distance: Bytes): number {
    const {heap, image} = this.#input;
    const address = this.#addressOf(node) + heap.edges.slot[edge]! * 8 + distance;
    return image.isMapped(address, 8) ? image.word(address) : Number.NaN;
  }
  #addressOf(node: NodeIndex): Address {
    const {heap, slots} = this.#input;
    const object = node - this.#firstObjectNode;
    if (object < 0) return heap.roots.address[node - 1]!;
    const span = slots.spanOf(object);
    return heap.spans.start[span]! + heap.slot[object]! * heap.spans.slotSize[span]!;
  }
}

class BlockTypes {
  readonly #input: CountInput;
  readonly #known = new Map<string, TypeIndex>();

  constructor(input: CountInput) {
    this.#input = input;
  }

  assign(object: ObjectIndex, all: readonly Part[]): void {
    const {found, shapes} = this.#input;
    const parts = mergeParts(all, shapes.store.byteRow());
    const type = parts[0]?.type ?? 0;
    const size = shapes.size[type]!;
    const end = endOf(parts.at(-1));
    const uniform = parts.every((part, i) => part.type === type && (size === 1 || part.offset === endOf(parts[i - 1])));
    found.type[object] = uniform ? type : this.#structOf(parts, end);
    found.length[object] = uniform ? end / Math.max(1, size) : 1;
    found.evidence[object] = parts.length === 0 ? 0 : Math.min(...parts.map((part) => part.evidence));
  }

  #structOf(parts: readonly Part[], end: Bytes): TypeIndex {
    const fields = parts.map((part) => ({name: `at${part.offset}`, offset: part.offset, type: this.#typeOf(part), embedded: false}));
    const {store} = this.#input.shapes;
    return this.#define(fields.map(({offset, type}) => `${offset}:${type}`).join(), () => {
      const text = fields.map(({name, type}) => `${name} ${store.nameOf(type)}`).join('; ');
      return {...EMPTY_DESCRIPTION, kind: KIND.struct, name: `tiny block { ${text} }`, size: end, fields};
    });
  }

  #typeOf({type, size}: Part): TypeIndex {
    const length = size / this.#input.shapes.size[type]!;
    if (length === 1) return type;
    return this.#define(`${type}×${length}`, () => ({...EMPTY_DESCRIPTION, kind: KIND.array, size, element: type, length}));
  }

  #define(key: string, describe: () => typeof EMPTY_DESCRIPTION): TypeIndex {
    const {shapes} = this.#input;
    let row = this.#known.get(key);
    if (row === undefined) {
      row = shapes.store.define(describe());
      shapes.prepare(row);
      this.#known.set(key, row);
    }
    return row;
  }
}

function endOf(part: Part | undefined): Bytes {
  return part ? part.offset + part.size : 0;
}

/** By offset, without those inside others; bytes that overlap are one part. None when two overlap that cannot both be. */
function mergeParts(parts: readonly Part[], byte: TypeIndex): Part[] {
  const merged: Part[] = [];
  for (const part of [...parts].sort((a, b) => a.offset - b.offset || b.size - a.size)) {
    const last = merged.at(-1);
    const end = endOf(last);
    if (!last || part.offset >= end) merged.push(part);
    else if (part.offset + part.size > end) {
      if (part.type !== byte || last.type !== byte) return [];
      merged[merged.length - 1] = {...last, size: part.offset + part.size - last.offset};
    }
  }
  return merged;
}
