/**
 * What the types stage needs from the stages before it, as two structures that `open-heap` fills from `runtime` and `heap`.
 * Everything here is by node, edge row or object index of the tables of `heap-graph.ts`; addresses are those of the dumped process.
 */
import type {Address, ObjectIndex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {Dwarf} from '../dwarf/dwarf.js';
import type {EdgeTable, RootTable, SpanTable} from '../graph/heap-graph.js';
import type {MemoryImage} from '../image/memory-image.js';

/** Where a module keeps its runtime types: [types, etypes). A nameOff or typeOff counts from `types` of the module that contains the referring address. */
export interface TypeModule {
  readonly types: Address;
  readonly etypes: Address;
}

/** Where types are read from. */
export interface TypeSource {
  readonly image: MemoryImage;
  readonly dwarf: Dwarf | undefined; // of the first module
  readonly modules: readonly TypeModule[]; // the first is the executable
  readonly bias: number; // address in the process − address in the executable
  readonly warnings: WarningLog;
}

/** The heap before types: objects, roots and edges, with what the tracer saw of types on its way. */
export interface TracedHeap {
  readonly spans: SpanTable;
  readonly objectCount: number;
  readonly firstObject: Uint32Array; // per span, plus one
  readonly slot: Uint16Array; // per object
  readonly edges: EdgeTable;
  readonly roots: Pick<RootTable, 'count' | 'kind' | 'address'>;
  readonly headerObject: Uint32Array; // objects whose element type the allocator recorded (in front of them, or in their span), ascending
  readonly headerType: Float64Array; // Address of that runtime type
  readonly interfaceEdge: Uint32Array; // edges whose preceding word is a runtime type or an itab, ascending
  readonly interfaceType: Float64Array; // Address of that type, or of the itab's
  readonly rootTypeDie: Float64Array; // per root: offset of the DWARF type of the variable; NaN = not known
  /**
   * The collector's pointer bits of a scannable object of at most 512 bytes: bit i of (into[0], into[1]) stands for its word i.
   * Returns false when the object's memory is not in the dump. Asked about once an object, in no order: answer from memory (the bitmaps of all
   * spans take 1/64 of their bytes), not from the file. `span` is the object's row in `spans`.
   */
  pointerBits(object: ObjectIndex, span: number, into: Uint32Array): boolean;
}
