/**
 * The two numbers that callers of the library carry around, told apart by the compiler.
 * Inside goheap they are `NodeIndex` and `Address` of base/units.ts, which any number may become: no check, no cost. The package's name
 * of `ValueAddress` is `Address`.
 */

import type {NodeIndex} from '../base/units.js';

declare const unit: unique symbol;
/** A node of one heap: `objects.id` and `roots.id` in SQL. Holds within one conversion; `Heap.id` makes one of a number. */
export type NodeId = NodeIndex & {readonly [unit]: 'node'};
/** A virtual address in the dumped process. */
export type ValueAddress = number & {readonly [unit]: 'address'};
