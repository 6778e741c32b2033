/**
 * Live objects → what is not used of their slots, one loop in the order of addresses. Of an array that slices and strings lead to:
 *
 *   slot = header | in use | reserve | lost      in any order, and in pieces
 *
 * Reserve is capacity. Of what is lost, the end is rounding, where an allocation that ends with the last extent gets this slot; all else is pinned:
 * it would be free if the extents were copied to arrays of their own. Of an object that no header leads to, what its type does not need is rounding.
 */
import {getBit} from '../base/bitset.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex, type ObjectIndex} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {lengthOf} from '../graph/objects.js';
import {type ArrayViews, isText, TINY_SLOT} from '../values/array-views.js';
import {ExtentSums} from '../values/extent-sums.js';
import type {Duplicates} from './duplicates.js';
import type {FieldOrder, FieldOrders} from './field-order.js';
import {SlotSizes} from './slot-sizes.js';
import {SlotSums} from './waste-spans.js';
import type {WasteTally} from './waste-tally.js';

const UNKNOWN = TYPE_KINDS.indexOf('unknown');
/** A reserve from this size on of an array that is used for less than this share may be the rest of a large array after `a[:64]`. */
const LARGE_RESERVE: Bytes = 1024 * 1024;
const SMALL_SHARE = 0.01;

export interface LiveArrays {
  readonly reachable: Uint8Array; // bit per node
  readonly views: ArrayViews;
  readonly pooled: Uint8Array; // bit per node
  readonly orders: FieldOrders;
  readonly duplicates: Duplicates | undefined; // none are told apart
}

export function addObjects(tally: WasteTally, graph: HeapGraph, live: LiveArrays): void {
  const {reachable, views, pooled} = live;
  const {spans, objects, roots} = graph;
  const pass = new ObjectPass(tally, graph, live);
  for (let span = 0; span < spans.count; span++) {
    pass.enterSpan(span);
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      const node = object + 1 + roots.count;
      if (!getBit(reachable, node)) continue;
      if (getBit(pooled, node)) tally.add('pooled', node, objects.type[object]!, spans.slotSize[span]!);
      else if (views.rowOf[object] === NONE) pass.addTyped(object, node);
      else pass.addArray(object, node);
    }
  }
  pass.finish();
}

class ObjectPass {
  readonly #tally: WasteTally;
  readonly #graph: HeapGraph;
  readonly #views: ArrayViews;
  readonly #sums: ExtentSums;
  readonly #slots: SlotSizes;
  readonly #rounding = new SlotSums();
  readonly #orders: FieldOrders;
  readonly #duplicates: Duplicates | undefined;
  readonly #padding = new Map<TypeIndex, {bytes: Bytes; count: number; example: NodeIndex}>();
  #slot: Bytes = 0; // of the span
  #header: Bytes = 0;
  #isTiny = false;

  constructor(tally: WasteTally, graph: HeapGraph, {views, orders, duplicates}: LiveArrays) {
    this.#tally = tally;
    this.#graph = graph;
    this.#views = views;
    this.#sums = new ExtentSums(views);
    this.#slots = new SlotSizes(graph);
    this.#orders = orders;
    this.#duplicates = duplicates;
  }

  enterSpan(span: number): void {
    const {spans} = this.#graph;
    this.#slot = spans.slotSize[span]!;
    this.#header = spans.header[span]!;
    this.#isTiny = this.#slot === TINY_SLOT && spans.scan[span] === 0;
  }

  /** An object that is known by its type alone. */
  addTyped(object: ObjectIndex, node: NodeIndex): void {
    const {objects, types} = this.#graph;
    const type = objects.type[object]!;
    if (types.kind[type] === UNKNOWN) return;
    const length = lengthOf(objects, object);
    const order = this.#orders.get(type);
    const smaller = order && this.#smallerSlot(order, length);
    if (smaller !== undefined) this.#addPadding(type, this.#slot - smaller, node);
    const [slot, size] = smaller === undefined ? [this.#slot, types.size[type]!] : [smaller, order!.size];
    this.#addRounding(slot - size * length, node);
  }

  addArray(object: ObjectIndex, node: NodeIndex): void {
    const type = this.#graph.objects.type[object]!;
    const row = this.#views.rowOf[object]!;
    const sums = this.#sums;
    sums.measure(row, this.#slot);
    const {covered, limit} = sums;
    let {reserve} = sums;
    let lost = this.#slot - covered - reserve;
    const share = this.#shareOfCopies(row);
    if (share > 0) {
      const isMinimal = this.#isTiny || this.#slots.slotFor(sums.front + covered) === this.#slot;
      const bytes = isMinimal ? this.#slot : covered;
      const kind = isText(this.#views, row) ? 'duplicate-string' : 'duplicate-bytes';
      this.#tally.add(kind, node, type, bytes * share, {count: this.#duplicates!.copies[row]!});
      if (isMinimal) [reserve, lost] = [reserve * (1 - share), lost * (1 - share)];
    }
    if (reserve > 0) {
      const isReslice = reserve >= LARGE_RESERVE && covered < SMALL_SHARE * (covered + reserve);
      this.#tally.add('capacity', node, type, reserve, {isReslice});
    }
    if (lost > 0) {
      const isFull = this.#isTiny || this.#slots.slotFor(limit) === this.#slot;
      const rounding = this.#isTiny ? lost : isFull ? Math.min(lost, this.#slot - limit + this.#header) : 0;
      this.#addRounding(rounding, node);
      if (lost > rounding) this.#tally.add('pinned', node, type, lost - rounding);
    }
    if (share === 0) this.#addPaddingOfArray(object, node, covered);
  }

  /** Of an array's slot, that of values that equal others which stay: 0 to 1. */
  #shareOfCopies(row: number): number {
    const copies = this.#duplicates?.copies[row] ?? 0;
    return copies === 0 ? 0 : copies / this.#duplicates!.parts[row]!;
  }

  /** Of the values in use: what is reserved or lost is so already. */
  #addPaddingOfArray(object: ObjectIndex, node: NodeIndex, covered: Bytes): void {
    const {types, objects} = this.#graph;
    const type = objects.type[object]!;
    const length = lengthOf(objects, object);
    const order = this.#orders.get(type);
    if (order === undefined || this.#smallerSlot(order, length) === undefined) return;
    const inUse = Math.min(length, Math.floor(covered / types.size[type]!));
    this.#addPadding(type, inUse * (types.size[type]! - order.size), node);
  }

  finish(): void {
    this.#rounding.finish(this.#tally, 'size-class');
    for (const [type, row] of this.#padding) this.#tally.addRow({kind: 'padding', path: '', type, owner: NONE, reslices: 0, ...row});
  }

  #addRounding(bytes: Bytes, node: NodeIndex): void {
    if (bytes > 0) this.#rounding.add(this.#slot, bytes, 1, node);
  }

  /** That of so many values with the better order of their fields; undefined where it is no other. */
  #smallerSlot(order: FieldOrder, length: number): Bytes | undefined {
    const slot = this.#slots.slotFor(this.#header + order.size * length);
    return slot < this.#slot && !this.#isTiny ? slot : undefined;
  }
  #addPadding(type: TypeIndex, bytes: Bytes, node: NodeIndex): void {
    if (bytes <= 0) return;
    const row = remember(this.#padding, type, () => ({bytes: 0, count: 0, example: node}));
    row.bytes += bytes;
    row.count++;
  }
}
