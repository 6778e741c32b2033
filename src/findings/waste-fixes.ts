/**
 * A row of waste → what to do about it, in a line.
 */
import {type HeapGraph, TYPE_KINDS} from '../graph/heap-graph.js';
import {objectOfNode} from '../graph/objects.js';
import {type ArrayViews, isText} from '../values/array-views.js';
import type {FieldOrders} from './field-order.js';
import type {WasteRow} from './waste-tally.js';

const UINT8 = TYPE_KINDS.indexOf('uint8');

export class WasteFixes {
  readonly #graph: HeapGraph;
  readonly #views: ArrayViews;
  readonly #orders: FieldOrders;

  constructor(graph: HeapGraph, views: ArrayViews, orders: FieldOrders) {
    this.#graph = graph;
    this.#views = views;
    this.#orders = orders;
  }

  fixFor(row: WasteRow): string {
    const {kind, type, reslices} = row;
    const name = this.#graph.types.name[type]!;
    switch (kind) {
      case 'capacity':
        if (reslices > 0)
          return `make them as long as needed; if they are parts of larger arrays (${reslices} may be), keep a copy: ${this.#cloneOf(row)}`;
        return 'make the slice as long as needed, or slices.Clip(slices.Clone(s)) once it is full';
      case 'pinned':
        return `keep a copy of the part that is used: ${this.#cloneOf(row)}`;
      case 'pooled':
        return 'put nothing large back: a buffer above some capacity is for the collector; what is idle goes after two collections';
      case 'sparse-map':
        return `a map never shrinks: after it was large, m2 := make(${name}, len(m)); maps.Copy(m2, m)`;
      case 'empty-map':
        return 'leave it nil until the first entry: a nil map can be read';
      case 'duplicate-string':
        return 'keep one copy of each: unique.Make, or a map[string]string where they come in';
      case 'duplicate-bytes':
        return 'keep one copy of each, if nobody writes to them';
      case 'padding': {
        const order = this.#orders.get(type);
        return order === undefined ? '' : `order its fields ${order.fields.join(', ')}: ${order.size} bytes each`;
      }
      case 'size-class':
        return 'the allocator rounds up: values that are a little smaller fit the next smaller slot';
      case 'free-slots':
        return 'what is allocated next goes there; many stay when few objects of a burst live on: allocate these apart, or pool them';
      case 'span-tails':
        return 'nothing: the price of slots of this size';
    }
  }

  /** Go's word for a copy of what leads to the example. */
  #cloneOf({example, type}: WasteRow): string {
    const object = objectOfNode(this.#graph, example);
    if (object === undefined || isText(this.#views, this.#views.rowOf[object]!)) return 'strings.Clone';
    return this.#graph.types.kind[type] === UINT8 ? 'bytes.Clone' : 'slices.Clone';
  }
}
