/**
 * What the Go runtime's own names stand for in one program: addresses of its variables, values of its constants, layouts of its
 * structs. The program's DWARF tells all of them; other sources (find-runtime-names.ts) stand behind the same interface.
 */
import type {Address} from '../base/units.js';
import type {Dwarf} from '../dwarf/dwarf.js';
import type {LayoutSource} from './layout.js';

export interface RuntimeNames extends LayoutSource {
  /** Where addresses come from: debug information, the symbol table, or a search of the program's memory. */
  readonly source: 'dwarf' | 'symbols' | 'search';
  /** As runtime.Version() gives it; undefined where only the variable runtime.buildVersion tells. */
  readonly goVersion?: string | undefined;
  /** Variables that goheap would use and that this source cannot tell, though this version of Go has them. */
  readonly lost: readonly string[];
  /** Address in the process of a package-level variable of the runtime, `runtime.mheap_`. */
  findAddress(variable: string): Address | undefined;
  /** Value of an integer constant, `runtime._KindSpecialProfile`. */
  findConstant(name: string): number | undefined;
}

/** `bias` is added to the link-time addresses of DWARF. */
export function namesFromDwarf(dwarf: Dwarf, bias: number): RuntimeNames {
  const variables = new Map<string, Address>();
  for (const {name, address} of dwarf.variables) {
    if (name.startsWith('runtime.') && !variables.has(name)) variables.set(name, address + bias);
  }
  return {
    source: 'dwarf',
    lost: [],
    structLayout: (name) => dwarf.structLayout(name),
    findAddress: (variable) => variables.get(variable),
    findConstant: (name) => dwarf.constants.get(name),
  };
}
