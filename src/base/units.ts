/**
 * The units that numbers have in goheap. They cost nothing in loops: sizes and addresses are plain aliases, and of indexes only the compiler
 * knows what they count. A plain number, as arithmetic and typed arrays give it, may become any index; one index never becomes another, but
 * by the functions of graph/objects.ts.
 */

/** Never a property: what tells indexes apart. */
declare const unit: unique symbol;

/** A virtual address in the dumped process. Exact as a number: user space ends below 2**48. */
export type Address = number;
/** A size or an offset, in bytes. */
export type Bytes = number;
/** Index of a node: 0 is the program, then the root nodes, then the objects in address order. */
export type NodeIndex = number & {readonly [unit]?: 'node'};
/** Index into the columns of `ObjectTable`; `nodeOfObject` of graph/objects.ts gives its node. */
export type ObjectIndex = number & {readonly [unit]?: 'object'};
/** Row of `TypeTable`; 0 is "unknown". */
export type TypeIndex = number & {readonly [unit]?: 'type'};
/** Index into `HeapGraph.strings`; 0 is the empty string, which stands for "not known" where that is possible. */
export type StringIndex = number;

/** "No row" in an index column. */
export const NONE = 0xffffffff;

/** `0x` and lower-case hexadecimal digits, as every front end prints addresses. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
