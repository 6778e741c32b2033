/**
 * Collects root nodes and their pointer words, root by root: a root's words are added before the next root is. Words without
 * a heap target are dropped, and of two claims to one word the first counts, so that no two root nodes own it.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import {remember} from '../../base/remember.js';
import type {StringTable} from '../../base/string-table.js';
import {type Address, type Bytes, NONE, type NodeIndex, type ObjectIndex, type TypeIndex} from '../../base/units.js';
import {ROOT_KINDS, type RootKind, type RootTable} from '../../graph/heap-graph.js';
import {spanOf} from '../../graph/objects.js';
import type {SlotTypes} from '../../runtime/functions/function-types.js';
import {findTarget, type ObjectIndexTable, type Target} from '../find-objects.js';
import {type TracedEdges, targetOffset} from '../traced-edges.js';

export interface NewRoot {
  readonly kind: RootKind;
  readonly name: string;
  readonly parent?: NodeIndex;
  readonly address?: Address;
  readonly size?: Bytes;
  readonly goroutine?: number;
  readonly frame?: number;
  readonly object?: ObjectIndex;
  readonly file?: string;
  readonly line?: number;
  readonly variable?: Address; // that static data are called by
  readonly type?: TypeIndex; // where it is known already
  readonly typeDie?: number | undefined; // offset of its type's DWARF entry
  readonly typeName?: string | undefined; // where only the runtime's own types can tell: Go's spelling, `[]*runtime.g`
  readonly typeAddress?: Address | undefined; // where the runtime tells: of its type
}

/** The runtime type of a pointer, or the DWARF entry of what it points to. */
export type PointerType = {readonly type: Address} | {readonly targetDie: number};
/** An object that something outside of the heap holds by a pointer of a known type. */
export type TypedPointer = {readonly object: ObjectIndex} & PointerType;

/** Objects that words of frames lead to, and what these may hold, where no variable tells: as columns, because a leak can be a million goroutines. */
export interface FrameWords {
  readonly object: Uint32Array; // ObjectIndex
  readonly types: Uint32Array; // index into the next
  readonly slotTypes: readonly SlotTypes[];
}

/** Roots as far as the heap stage knows them: types come later, and `object` holds object indexes until all nodes are numbered. */
export interface CollectedRoots {
  readonly table: RootTable;
  readonly typeDie: Float64Array; // per root; NaN = unknown
  readonly typeName: ReadonlyMap<number, string>; // of roots, by row
  readonly typeAddress: ReadonlyMap<number, Address>; // the same: their runtime types
  readonly typedPointers: readonly TypedPointer[];
  readonly frameWords: FrameWords;
  readonly edgeRoot: Uint32Array; // row of the root, ascending
  readonly edgeSlot: Uint32Array; // ascending per root
  readonly edgeObject: Uint32Array;
  readonly edgeOffset: Float64Array; // Bytes into the target's slot
  readonly edgeType: Float64Array; // the runtime type that the word before tells when it begins an interface value; else 0
}

export class RootBuilder {
  readonly index: ObjectIndexTable;
  readonly strings: StringTable;
  #regionStart: Address = 0;
  #regionEnd: Address = 0;
  #owned = createBitset(0); // bit per word of the region: a root owns it
  readonly #target: Target = {object: 0, offset: 0};
  readonly #columns = {
    parent: new Column(Uint32Array),
    kind: new Column(Uint8Array),
    type: new Column(Uint32Array),
    name: new Column(Uint32Array),
    address: new Column(Float64Array),
    size: new Column(Float64Array),
    goroutine: new Column(Uint32Array),
    frame: new Column(Uint32Array),
    object: new Column(Uint32Array),
    file: new Column(Uint32Array),
    line: new Column(Uint32Array),
    variable: new Column(Float64Array),
    typeDie: new Column(Float64Array),
  };
  readonly #typeName = new Map<number, string>();
  readonly #typeAddress = new Map<number, Address>();
  readonly #typedPointers: TypedPointer[] = [];
  readonly #frameObject = new Column(Uint32Array);
  readonly #frameTypes = new Column(Uint32Array);
  readonly #slotTypes = new Map<SlotTypes, number>();
  readonly #edgeRoot = new Column(Uint32Array);
  readonly #edgeSlot = new Column(Uint32Array);
  readonly #edgeObject = new Column(Uint32Array);
  readonly #edgeOffset = new Column(Float64Array);
  readonly #edgeType = new Column(Float64Array);

  constructor(index: ObjectIndexTable, strings: StringTable) {
    this.index = index;
    this.strings = strings;
  }

  /** Number of roots so far. */
  get count(): number {
    return this.#columns.kind.length;
  }

  /** Adds a root node and returns its row; its node is row + 1. */
  add(root: NewRoot): number {
    const columns = this.#columns;
    columns.parent.push(root.parent ?? 0);
    columns.kind.push(ROOT_KINDS.indexOf(root.kind));
    columns.type.push(root.type ?? 0);
    columns.name.push(this.strings.intern(root.name));
    columns.address.push(root.address ?? Number.NaN);
    columns.size.push(root.size ?? Number.NaN);
    columns.goroutine.push(root.goroutine ?? NONE);
    columns.frame.push(root.frame ?? NONE);
    columns.object.push(root.object ?? NONE);
    columns.file.push(this.strings.intern(root.file ?? ''));
    columns.line.push(root.line ?? 0);
    columns.variable.push(root.variable ?? Number.NaN);
    columns.typeDie.push(root.typeDie ?? Number.NaN);
    if (root.typeName !== undefined) this.#typeName.set(this.count - 1, root.typeName);
    if (root.typeAddress !== undefined) this.#typeAddress.set(this.count - 1, root.typeAddress);
    return this.count - 1;
  }

  /** From here on the words of [start, end) may be claimed more than once: those of a stack. All others are claimed once. */
  enterRegion(start: Address, end: Address): void {
    this.#regionStart = start;
    this.#regionEnd = end;
    this.#owned = createBitset((end - start) / 8);
  }

  /** Whether the word at `address` with this value is worth a root edge: it leads to an object, and nobody owns it yet. */
  isLive(address: Address, value: number): boolean {
    if (!findTarget(this.index, value, this.#target)) return false;
    return !this.#inRegion(address) || !getBit(this.#owned, (address - this.#regionStart) / 8);
  }
  #inRegion(address: Address): boolean {
    return address >= this.#regionStart && address < this.#regionEnd;
  }

  /**
   * The word at `address`, `offset` bytes into the root's storage, holds `value`. `dynamicType`: the runtime type that the word before
   * tells, when the two make an interface value. Returns whether it became an edge.
   */
  addWord(root: number, offset: Bytes, value: number, address: Address, dynamicType: Address = 0): boolean {
    if (!this.isLive(address, value)) return false;
    if (this.#inRegion(address)) setBit(this.#owned, (address - this.#regionStart) / 8);
    this.addEdge(root, offset / 8, this.#target.object, this.#target.offset, dynamicType);
    return true;
  }

  /** `value` is a pointer of this type, wherever it was found: it tells the type of what it points to. */
  addTypedPointer(value: number, type: PointerType): void {
    if (!findTarget(this.index, value, this.#target)) return;
    const {object, offset} = this.#target;
    if (offset === this.index.spans.header[spanOf(this.index, object)]) this.#typedPointers.push({object, ...type});
  }

  /** `value` lies in a word of a frame of which only these types are known. */
  addFrameWord(value: number, types: SlotTypes): void {
    if (!findTarget(this.index, value, this.#target)) return;
    const {object, offset} = this.#target;
    if (offset !== this.index.spans.header[spanOf(this.index, object)]) return;
    this.#frameObject.push(object);
    this.#frameTypes.push(remember(this.#slotTypes, types, () => this.#slotTypes.size));
  }

  /** An edge whose word belongs to no address of its own: a register, or a copy of an object's word. */
  addEdge(root: number, slot: number, object: ObjectIndex, offset: Bytes, dynamicType: Address = 0): void {
    this.#edgeRoot.push(root);
    this.#edgeSlot.push(slot);
    this.#edgeObject.push(object);
    this.#edgeOffset.push(offset);
    this.#edgeType.push(dynamicType);
  }

  /** As `addWord`, for a value that lies in a register. */
  addRegister(root: number, slot: number, value: number): boolean {
    if (!findTarget(this.index, value, this.#target)) return false;
    this.addEdge(root, slot, this.#target.object, this.#target.offset);
    return true;
  }

  /** Copies of all pointer words of an object, at their offsets. */
  addWordsOf(root: number, object: ObjectIndex, edges: TracedEdges): void {
    for (let edge = edges.first[object]!; edge < edges.first[object + 1]!; edge++) {
      this.addEdge(root, edges.slot[edge]!, edges.target[edge]!, targetOffset(edges, this.index, edge));
    }
  }

  /** The objects that root edges lead to so far. */
  targets(): Uint32Array {
    return this.#edgeObject.data.subarray(0, this.#edgeObject.length);
  }

  finish(): CollectedRoots {
    const order = this.#edgeOrder();
    const [root, slot] = [this.#edgeRoot.data, this.#edgeSlot.data];
    const columns = this.#columns;
    return {
      table: {
        count: this.count,
        parent: columns.parent.finish(),
        kind: columns.kind.finish(),
        type: columns.type.finish(),
        name: columns.name.finish(),
        address: columns.address.finish(),
        size: columns.size.finish(),
        goroutine: columns.goroutine.finish(),
        frame: columns.frame.finish(),
        object: columns.object.finish(),
        file: columns.file.finish(),
        line: columns.line.finish(),
        variable: columns.variable.finish(),
      },
      typeDie: columns.typeDie.finish(),
      typeName: this.#typeName,
      typeAddress: this.#typeAddress,
      typedPointers: this.#typedPointers,
      frameWords: {object: this.#frameObject.finish(), types: this.#frameTypes.finish(), slotTypes: [...this.#slotTypes.keys()]},
      edgeRoot: order.map((edge) => root[edge]!),
      edgeSlot: order.map((edge) => slot[edge]!),
      edgeObject: order.map((edge) => this.#edgeObject.data[edge]!),
      edgeOffset: Float64Array.from(order, (edge) => this.#edgeOffset.data[edge]!),
      edgeType: Float64Array.from(order, (edge) => this.#edgeType.data[edge]!),
    };
  }

  /** Edges by root, then by slot. They came root by root, so only each root's own few are sorted. */
  #edgeOrder(): Uint32Array {
    const [root, slot] = [this.#edgeRoot.data, this.#edgeSlot.data];
    const order = Uint32Array.from({length: this.#edgeRoot.length}, (_, edge) => edge);
    for (let from = 0, to = 0; from < order.length; from = to) {
      for (to = from; to < order.length && root[to] === root[from]; ) to++;
      order.subarray(from, to).sort((a, b) => slot[a]! - slot[b]!);
    }
    return order;
  }
}
