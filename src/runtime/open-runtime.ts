/**
 * The files of a dump → the Go runtime in its memory: debug information, symbols, names, versions and modules, or why it cannot be read.
 */
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {WarningLog} from '../base/warnings.js';
import {openDwarf} from '../dwarf/dwarf.js';
import type {MemoryImage} from '../image/memory-image.js';
import type {DumpFiles} from '../image/open-dump.js';
import {findOtherCompiler} from '../image/other-compiler.js';
import {findProgramData} from '../image/program-data.js';
import {findRuntimeNames} from './find-runtime-names.js';
import type {ProgramSymbol} from './globals.js';
import {type GoRuntime, OLDEST_DUMPED, readGoRuntime} from './go-runtime.js';

const NO_SYMBOLS: ReadonlyMap<string, ProgramSymbol> = new Map();

/** Throws `unsupported` for programs of other compilers and of a Go that is too old, and what the readers of names throw. */
export function openRuntime(
  files: DumpFiles,
  image: MemoryImage,
  warnings: WarningLog,
  goVersion: string | undefined,
): {go: GoRuntime; symbols: ReadonlyMap<string, ProgramSymbol>} {
  const {core, executable, debug, withoutExecutable} = files;
  const path = (debug ?? core).path;
  const compiler = executable && findOtherCompiler(executable);
  if (compiler) {
    throw new GoheapError(
      'unsupported',
      `${executable.path}: ${compiler} built this program; goheap reads those of the go command's own compiler`,
      {
        hint: `${compiler} has a runtime of its own. Build the program with go build.`,
      },
    );
  }
  try {
    const dwarf = openDwarf((name) => debug?.section(name), warnings);
    const symbols = warnings.attempt('debug-section', 'The symbol table cannot be read', NO_SYMBOLS, () =>
      debug ? debug.symbols() : NO_SYMBOLS,
    );
    const data = findProgramData(executable?.elf ?? core.program, image.bias, image.mappings);
    const names = findRuntimeNames({image, dwarf, symbols, data, path, goVersion, isHeapDump: core.isHeapDump}, warnings);
    const go = readGoRuntime(image, names, dwarf, warnings, path, core.isHeapDump ? OLDEST_DUMPED : undefined);
    if (withoutExecutable) {
      warnings.add(
        'executable-missing',
        `${withoutExecutable.message}. What the core holds of the program is used: names may be missing. ${withoutExecutable.hint}`,
      );
    }
    return {go, symbols};
  } catch (error) {
    // The core alone may do; where it does not, the file that is missing is what to ask for.
    throw isGoheapError(error) && withoutExecutable ? withoutExecutable : error;
  }
}
