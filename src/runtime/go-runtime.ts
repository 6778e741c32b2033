/**
 * The Go runtime inside a memory image: its version, struct layouts, variables and modules. Every reader of this folder
 * takes it as its first argument. Truth: the runtime's sources of Go 1.17 – 1.27, for heap dumps 1.7 – 1.27; where names come from is in find-runtime-names.ts.
 */
import {GoheapError} from '../base/errors.js';
import type {Address} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {Dwarf} from '../dwarf/dwarf.js';
import type {MemoryImage} from '../image/memory-image.js';
import {FunctionTable} from './functions/function-table.js';
import {Layouts} from './layout.js';
import {LAYOUT_TABLES} from './layouts/layout-tables.js';
import {type Module, readModules} from './modules.js';
import type {RuntimeNames} from './runtime-names.js';

export interface GoRuntime {
  readonly image: MemoryImage;
  readonly dwarf: Dwarf | undefined;
  readonly names: RuntimeNames; // where addresses and layouts come from, and what is lost
  readonly goVersion: string; // as runtime.Version() prints it: go1.26.8
  readonly minor: number; // 26
  readonly layouts: Layouts;
  readonly modules: readonly Module[];
  readonly functions: FunctionTable; // of all modules
  readonly warnings: WarningLog;
  /** Address of a package-level variable, `runtime.mheap_`. Throws `unsupported` when the program has none. */
  address(variable: string): Address;
  findAddress(variable: string): Address | undefined;
  /** Value of an integer constant, by the first of the names that the program knows. */
  constant(...names: readonly string[]): number | undefined;
}

/** Minor versions of Go 1 that goheap was tested with. */
const NEWEST_TESTED = Math.max(...LAYOUT_TABLES.keys());
const OLDEST = Math.min(...LAYOUT_TABLES.keys());
/** Whose heap dumps are in the format that is read. */
export const OLDEST_DUMPED = 7;

/** `path`: the file that `names` come from, for messages; `oldest`: minor version that is read. Throws `unsupported` when the program is not one of Go, or of a Go that is too old. */
export function readGoRuntime(
  image: MemoryImage,
  names: RuntimeNames,
  dwarf: Dwarf | undefined,
  warnings: WarningLog,
  path: string,
  oldest = OLDEST,
): GoRuntime {
  const address = (variable: string): Address => {
    const found = names.findAddress(variable);
    if (found === undefined) throw notGo(path, `it has no variable ${variable}`);
    return found;
  };
  const goVersion = names.goVersion ?? readGoString(image, address('runtime.buildVersion'));
  const minor = minorOf(goVersion, oldest);
  warnUntested(goVersion, minor, names.source, warnings);
  const layouts = new Layouts(names, goVersion);
  const modules = readModules(image, layouts.get('runtime.moduledata'), address('runtime.firstmoduledata'));
  return {
    image,
    dwarf,
    names,
    goVersion,
    minor: minor ?? NEWEST_TESTED,
    layouts,
    warnings,
    modules,
    functions: new FunctionTable(image, modules, minor ?? NEWEST_TESTED),
    address,
    findAddress: (variable) => names.findAddress(variable),
    constant: (...spellings) => spellings.map((name) => names.findConstant(name)).find((value) => value !== undefined),
  };
}

/** A Go string header's text; undefined bytes throw `unmapped`. Longer strings than `limit` are cut. */
export function readGoString(image: MemoryImage, address: Address, limit = 4096): string {
  const length = image.word(address + 8);
  return new TextDecoder().decode(image.bytes(image.word(address), Math.min(length, limit)));
}

/** 26 of go1.26.8; undefined for a development version. Throws `unsupported` for a Go that is too old. */
export function minorOf(goVersion: string, oldest = OLDEST): number | undefined {
  const found = /go1\.(\d+)/.exec(goVersion);
  if (!found) return undefined;
  const minor = Number(found[1]);
  if (minor >= oldest) return minor;
  throw new GoheapError('unsupported', `the program was built with ${goVersion}; goheap reads go1.${oldest} and newer`, {
    hint: `Build the program with go1.${oldest} or newer${oldest === OLDEST ? '; of older ones heap dumps are read (docs/heap-dumps.md)' : ''}.`,
  });
}

/** A version as people write it, `1.23` or `go1.23.4`, as the runtime does. Throws `usage`. */
export function parseGoVersion(text: string): string {
  const found = /^(?:go)?(1\.\d{1,3}(?:\.\d{1,3})?(?: X:\S+)?)$/.exec(text);
  if (!found) throw new GoheapError('usage', `${text} is no version of Go`, {hint: 'It reads like 1.23 or go1.23.4.'});
  return `go${found[1]}`;
}

function warnUntested(goVersion: string, minor: number | undefined, source: RuntimeNames['source'], warnings: WarningLog): void {
  if (minor === undefined) {
    warnings.add('go-version', `The program's Go version reads "${goVersion}": a development version, treated as the newest known.`);
  } else if (minor > NEWEST_TESTED) {
    const how = source === 'dwarf' ? 'its own DWARF' : `what is known of go1.${NEWEST_TESTED}`;
    warnings.add(
      'go-version',
      `${goVersion} is newer than go1.${NEWEST_TESTED}, the newest version goheap was tested with: read by ${how}.`,
    );
  }
}

export function notGo(path: string, problem: string): GoheapError {
  return new GoheapError('unsupported', `${path}: this is not a Go program: ${problem}`, {
    hint: 'goheap reads cores of programs that the go command built. For programs of other languages, try gdb.',
  });
}
