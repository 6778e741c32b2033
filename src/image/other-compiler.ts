/**
 * An executable → the compiler of Go that made it, where that is another than the go command's own: such programs have another runtime.
 * Truth: what gccgo's linker leaves of libgo, the names that TinyGo's runtime gives its own functions.
 */
import type {ElfFile} from '../elf/elf-file.js';
import type {Executable} from './executable.js';

/** In tables of names: of symbols, and of the libraries that are loaded. */
const TRACES = [
  {compiler: 'TinyGo', text: 'tinygo_'},
  {compiler: 'gccgo', text: 'libgo.so'},
  {compiler: 'gccgo', text: '__go_init_main'},
] as const;
const NAMES = ['.dynstr', '.strtab'];
const GCCGO_EXPORTS = '.go_export';

export interface NamedSections extends Pick<Executable, 'section'> {
  readonly elf: Pick<ElfFile, 'sections'>;
}

/** Undefined for programs of the go command's own compiler, which have a table of functions, and for all in which nothing of Go is seen. */
export function findOtherCompiler({elf, section}: NamedSections): 'TinyGo' | 'gccgo' | undefined {
  if (elf.sections.some(({name}) => name.endsWith('.gopclntab'))) return undefined;
  if (elf.sections.some(({name}) => name === GCCGO_EXPORTS)) return 'gccgo';
  for (const name of NAMES) {
    const names = Buffer.from(section(name) ?? []);
    const trace = TRACES.find(({text}) => names.includes(text));
    if (trace) return trace.compiler;
  }
  return undefined;
}
