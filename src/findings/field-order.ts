/**
 * Struct types → the order of their fields that needs the fewest bytes, for those that the program declares and that are larger than they need be.
 * Fields by alignment, the largest first, leave no hole between them: each one's size is a multiple of its own alignment.
 */
import {isRuntimePackage, packageName} from '../analyses/package-names.js';
import type {Bytes} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {alignmentOf} from '../values/type-shape.js';

const STRUCT = TYPE_KINDS.indexOf('struct');

export interface FieldOrder {
  readonly size: Bytes; // of a value with this order
  readonly fields: readonly string[];
}
export type FieldOrders = ReadonlyMap<TypeIndex, FieldOrder>;

export function listFieldOrders(graph: Pick<HeapGraph, 'types'>): FieldOrders {
  const {types} = graph;
  const orders = new Map<TypeIndex, FieldOrder>();
  for (let type = 1; type < types.count; type++) {
    const path = packageName(types.package[type]!);
    if (types.kind[type] !== STRUCT || path === '' || isRuntimePackage(path)) continue;
    const order = findFieldOrder(graph, type);
    if (order.size < types.size[type]!) orders.set(type, order);
  }
  return orders;
}

/** Fields of equal alignment stay as they are; those without size come first, because a last one would get a byte of its own. */
function findFieldOrder(graph: Pick<HeapGraph, 'types'>, type: TypeIndex): FieldOrder {
  const {fieldName, fieldType, firstField, size} = graph.types;
  const rows = Array.from({length: firstField[type + 1]! - firstField[type]!}, (_, position) => firstField[type]! + position);
  const alignment = rows.map((row) => alignmentOf(graph, fieldType[row]!));
  const rank = (at: number) => (size[fieldType[rows[at]!]!] === 0 ? 16 : alignment[at]!);
  const order = [...rows.keys()].sort((a, b) => rank(b) - rank(a) || a - b);
  const bytes = rows.reduce((sum, row) => sum + size[fieldType[row]!]!, 0);
  const largest = alignment.reduce((most, own) => Math.max(most, own), 1);
  return {size: Math.ceil(bytes / largest) * largest, fields: order.map((at) => fieldName[rows[at]!]!)};
}
