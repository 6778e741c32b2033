/**
 * The heap before types, as `open-core-heap` fills it from `heap`: what the program's types are claimed of, and what contradicts or proves a claim.
 * Everything here is by node, edge row or object index of the tables of `heap-graph.ts`; addresses are those of the dumped process.
 */
import type {Address, ObjectIndex} from '../../base/units.js';
import type {EdgeTable, RootTable, SpanTable} from '../../graph/heap-graph.js';
import type {SlotTypes} from '../../runtime/functions/function-types.js';

/** Objects, roots and edges, with what the tracer saw of types on its way. */
export interface TracedHeap {
  readonly spans: SpanTable;
  readonly objectCount: number;
  readonly firstObject: Uint32Array; // per span, plus one
  readonly slot: Uint16Array; // per object
  readonly edges: EdgeTable;
  readonly roots: Pick<RootTable, 'count' | 'kind' | 'type' | 'address' | 'size'>;
  readonly headerObject: Uint32Array; // objects whose element type the allocator recorded (in front of them, or in their span), ascending
  readonly headerType: Float64Array; // Address of that runtime type
  readonly interfaceEdge: Uint32Array; // edges whose preceding word is a runtime type or an itab, ascending
  readonly interfaceType: Float64Array; // Address of that type, or of the itab's
  readonly rootTypeDie: Float64Array; // per root: offset of the DWARF type of the variable; NaN = not known
  readonly rootTypeName: ReadonlyMap<number, string>; // of roots without a DWARF type, by row: the name of their type
  readonly rootTypeAddress: ReadonlyMap<number, Address>; // the same: the address of their runtime type
  /** Objects that the runtime holds by a pointer of this runtime type, or to a value of what this DWARF entry describes. */
  readonly typedPointers: readonly ({readonly object: ObjectIndex} & ({readonly type: Address} | {readonly targetDie: number}))[];
  /** Objects that words of frames without a variable lead to, and the types that the function may have there. */
  readonly frameWords: {readonly object: Uint32Array; readonly types: Uint32Array; readonly slotTypes: readonly SlotTypes[]};
  /** Whether objects of the span have pointer bits of their own: scannable ones of at most 512 bytes, and before Go 1.22 larger ones. */
  hasPointerBits(span: number): boolean;
  /**
   * The collector's pointer bits of an object: bit i of (into[0], into[1]) stands for its word `from` + i, from = 0 where nothing else is said;
   * a multiple of 64. Returns false when there are none. Asked in no order: answer from memory (the bitmaps of all spans take 1/64 of their
   * bytes), not from the file. `span` is the object's row in `spans`.
   */
  pointerBits(object: ObjectIndex, span: number, into: Uint32Array, from?: number): boolean;
}
