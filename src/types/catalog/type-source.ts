/**
 * Where the program's types are read from, as `open-heap` fills it from `image`, `dwarf` and `runtime`.
 */
import type {Address} from '../../base/units.js';
import type {WarningLog} from '../../base/warnings.js';
import type {Dwarf} from '../../dwarf/dwarf.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {ClosureFunction} from '../../runtime/functions/closure-functions.js';
import type {FunctionTypes} from '../../runtime/functions/function-types.js';
import type {TypeFormat} from '../../runtime/types/type-format.js';

/** Where a module keeps its code and its runtime types: [types, etypes). A nameOff or typeOff counts from `types` of the module that contains the referring address. */
export interface TypeModule {
  readonly text: Address;
  readonly etext: Address;
  readonly types: Address;
  readonly etypes: Address;
  readonly typelinks: {readonly address: Address; readonly length: number}; // i32 offsets from `types`
  readonly descriptorEnd: Address; // Go 1.27 and newer: the types follow each other from `types` to here; else 0
}

/** Where types are read from. */
export interface TypeSource {
  readonly image: MemoryImage;
  readonly dwarf: Dwarf | undefined; // of the first module
  readonly modules: readonly TypeModule[]; // the first is the executable
  readonly bias: number; // address in the process − address in the executable
  readonly format: TypeFormat; // of the runtime's types
  /** The function whose code starts at the address. */
  closureFunction(code: Address): ClosureFunction | undefined;
  /** The types that this function deals with, and those that it was written in. */
  functionTypes?(code: Address): FunctionTypes | undefined;
  readonly warnings: WarningLog;
}
