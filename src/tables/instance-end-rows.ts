/**
 * The objects of types with very many → rows of `instance_ends`: the first ones by each number that lists of objects are sorted by, in either direction. To find
 * them later all objects would have to be read. Fewer objects than so many are sorted when somebody asks.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {BATCH_ROWS, type Batch} from '../base/column-batch.js';
import {firstObjectNode, lengthOf} from '../graph/objects.js';
import type {BatchTable} from './batch-table.js';
import {KnownTexts} from './text-columns.js';

export interface EndLimits {
  /** Types with more objects have rows. */
  readonly objects: number;
  /** For each order and direction. */
  readonly rows: number;
}
/** The rows of one such type take less than a byte for each of its objects. */
const LIMITS: EndLimits = {objects: 32_768, rows: 100};

/** In the order of the table's key. */
const ORDERS = ['address', 'length', 'reachable', 'retained', 'retained_objects', 'size'] as const;
export function instanceEndTable(columns: AnalysisColumns, limits = LIMITS): BatchTable {
  return {
    name: 'instance_ends',
    columns: ['type_id', 'sorted_by', 'down', 'rank', 'object_id'],
    batches: () => endBatches(columns, limits),
  };
}

function* endBatches(columns: AnalysisColumns, {objects: least, rows}: EndLimits): Generator<Batch> {
  const {objects, types} = columns.graph;
  const counts = new Uint32Array(types.count);
  for (let object = 0; object < objects.count; object++) counts[objects.type[object]!]++;
  const ends = Array.from(counts, (count) => (count > least ? new TypeEnds(rows) : undefined));
  if (ends.some((each) => each !== undefined)) readObjects(columns, ends);
  const integers = () => new Uint32Array(BATCH_ROWS);
  const sortedBy = new KnownTexts(ORDERS);
  const [type, down, rank, node] = [integers(), integers(), integers(), integers()];
  let row = 0;
  for (const [id, typeEnds] of ends.entries()) {
    for (const [order, isDown, list] of typeEnds?.lists() ?? []) {
      for (const [index, object] of list.entries()) {
        if (row === BATCH_ROWS) {
          yield {count: row, columns: [type, sortedBy, down, rank, node]};
          row = 0;
        }
        type[row] = id;
        sortedBy.set(row, order);
        down[row] = isDown;
        rank[row] = index + 1;
        node[row++] = object;
      }
    }
  }
  yield {count: row, columns: [type, sortedBy, down, rank, node]};
}

/** In the order of their addresses. What is not known is NaN. */
function readObjects({graph, reachable, retained, retainedObjects}: AnalysisColumns, ends: readonly (TypeEnds | undefined)[]): void {
  const {objects, spans} = graph;
  const firstNode = firstObjectNode(graph);
  for (let span = 0; span < spans.count; span++) {
    const size = spans.slotSize[span]!;
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; object++) {
      const typeEnds = ends[objects.type[object]!];
      if (typeEnds === undefined) continue;
      const node = object + firstNode;
      const isReachable = getBit(reachable, node);
      typeEnds.address.add(node);
      typeEnds.length.add(node, objects.type[object] === 0 ? Number.NaN : lengthOf(objects, object) || Number.NaN);
      typeEnds.reachable.add(node, isReachable ? 1 : 0);
      typeEnds.retained.add(node, retained[node]!);
      typeEnds.retained_objects.add(node, isReachable ? retainedObjects[node]! : Number.NaN);
      typeEnds.size.add(node, size);
    }
  }
}

class TypeEnds {
  readonly address: AddressEnds;
  readonly length: OrderEnds;
  readonly reachable: OrderEnds;
  readonly retained: OrderEnds;
  readonly retained_objects: OrderEnds;
  readonly size: OrderEnds;

  constructor(rows: number) {
    this.address = new AddressEnds(rows);
    this.length = new OrderEnds(rows);
    this.reachable = new OrderEnds(rows);
    this.retained = new OrderEnds(rows);
    this.retained_objects = new OrderEnds(rows);
    this.size = new OrderEnds(rows);
  }

  *lists(): Generator<[order: number, down: number, nodes: Uint32Array]> {
    for (const [order, name] of ORDERS.entries()) for (const [down, nodes] of this[name].finish().entries()) yield [order, down, nodes];
  }
}

/** In the order in which nodes come. */
class AddressEnds {
  readonly #first: Uint32Array;
  readonly #last: Uint32Array; // the newest in the place of the oldest
  #count = 0;

  constructor(rows: number) {
    this.#first = new Uint32Array(rows);
    this.#last = new Uint32Array(rows);
  }

  add(node: number): void {
    if (this.#count < this.#first.length) this.#first[this.#count] = node;
    this.#last[this.#count++ % this.#last.length] = node;
  }

  finish(): Uint32Array[] {
    const count = Math.min(this.#count, this.#first.length);
    return [this.#first.slice(0, count), this.#last.slice(0, count).sort().reverse()];
  }
}

class OrderEnds {
  readonly #up: FirstNodes;
  readonly #down: FirstNodes;
  #passed = Number.NaN; // what is neither among the first nor among the last any more: most objects are like the one before

  constructor(rows: number) {
    this.#up = new FirstNodes(rows);
    this.#down = new FirstNodes(rows);
  }

  /** NaN is last in both directions. */
  add(node: number, value: number): void {
    if (value === this.#passed) return;
    const isKnown = !Number.isNaN(value);
    const isAmongFirst = this.#up.add(node, isKnown ? value : Number.POSITIVE_INFINITY);
    const isAmongLast = this.#down.add(node, isKnown ? -value : Number.POSITIVE_INFINITY);
    if (!isAmongFirst && !isAmongLast) this.#passed = value;
  }

  finish(): Uint32Array[] {
    return [this.#up.finish(), this.#down.finish()];
  }
}

/** What is kept beyond the rows that are wanted, as a multiple of these: the more, the less often it is looked which ones that are. */
const SPARE = 8;

/** Those with the least values; of equal ones the first that came. */
class FirstNodes {
  readonly #rows: number;
  readonly #value: Float64Array;
  readonly #node: Uint32Array;
  #count = 0;
  #limit = Number.POSITIVE_INFINITY; // of what comes, only what is less is among the first
  #isFull = false;

  constructor(rows: number) {
    this.#rows = rows;
    this.#value = new Float64Array(SPARE * rows);
    this.#node = new Uint32Array(SPARE * rows);
  }

  /** Nodes must come in ascending order. Whether it may be among the first. */
  add(node: number, value: number): boolean {
    if (this.#isFull && value >= this.#limit) return false;
    this.#value[this.#count] = value;
    this.#node[this.#count++] = node;
    if (this.#count === this.#value.length) this.#cut();
    return true;
  }

  finish(): Uint32Array {
    if (this.#count > this.#rows) this.#cut();
    const order = Array.from(this.#node.subarray(0, this.#count), (_, at) => at);
    const value = this.#value;
    order.sort((a, b) => (value[a] === value[b] ? a - b : value[a]! - value[b]!));
    return Uint32Array.from(order, (at) => this.#node[at]!);
  }

  /** In their order of coming. A sort of numbers alone is fast enough for lists that only grow. */
  #cut(): void {
    const value = this.#value;
    const sorted = value.slice(0, this.#count).sort();
    const limit = sorted[this.#rows - 1]!;
    let equal = this.#rows - sorted.indexOf(limit);
    let kept = 0;
    for (let at = 0; at < this.#count; at++) {
      if (value[at]! > limit || (value[at] === limit && equal-- <= 0)) continue;
      value[kept] = value[at]!;
      this.#node[kept++] = this.#node[at]!;
    }
    this.#count = kept;
    this.#limit = limit;
    this.#isFull = true;
  }
}
