/**
 * The shared libraries in a dumped process that the go command built: plugins of a Go program, or a c-shared library in a program
 * of another language. Their text and read-only data are in their files, as the executable's are in its own.
 * A library that is not found, or is another build, is left out: what needs its bytes says that they are missing.
 */
import {basename, dirname, join} from 'node:path';
import {isGoheapError} from '../base/errors.js';
import {type CoreFile, withProgram} from './core-file.js';
import {type Executable, openExecutable} from './executable.js';
import {isMatch} from './match-executable.js';
import {findNamed, placeBelow} from './named-file.js';

export interface GoLibrary {
  /** The core as if the library were its program. */
  readonly core: CoreFile;
  readonly executable: Executable;
}

/** Looks where the kernel recorded each mapped file (below the sysroot, if one is given) and beside the core. The caller closes what is found. */
export function openGoLibraries(core: CoreFile, sysroot: string | undefined): GoLibrary[] {
  const libraries: GoLibrary[] = [];
  const others = new Set<string>(); // files that are none: a process maps most of them several times
  for (const file of core.mappedFiles) {
    if (file.offset !== 0 || file.path === core.executableFile?.path || !file.path.startsWith('/')) continue;
    const path = file.path.replace(/ \(deleted\)$/, '');
    const places = [placeBelow(sysroot, path), join(dirname(core.path), basename(path))];
    for (const {path: place, stat} of places.map((place) => findNamed(place))) {
      const identity = `${stat?.dev} ${stat?.ino}`;
      if (!stat || others.has(identity)) continue;
      const asProgram = withProgram(core, file);
      const executable = openMatching(asProgram, place);
      if (executable) {
        libraries.push({core: asProgram, executable});
        break;
      }
      others.add(identity);
    }
  }
  return libraries;
}

function openMatching(core: CoreFile, place: string): Executable | undefined {
  try {
    const executable = openExecutable(place);
    if (executable.buildIds.go !== undefined && isMatch(core, executable)) return executable;
    executable.close();
  } catch (error) {
    if (!isGoheapError(error)) throw error; // not an ELF file of this machine: fonts, archives, …
  }
  return undefined;
}
