/**
 * The two numbers that callers of the library carry around, told apart by the compiler.
 * Inside goheap they are plain numbers (`NodeIndex`, `ValueAddress` of base/units.ts): no check, no cost.
 */

declare const unit: unique symbol;
/** A node of one heap: `objects.id` and `roots.id` in SQL. Holds within one conversion; `Heap.id` makes one of a number. */
export type NodeId = number & {readonly [unit]: 'node'};
/** A virtual address in the dumped process. */
export type ValueAddress = number & {readonly [unit]: 'address'};
