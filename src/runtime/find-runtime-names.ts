/**
 * The runtime's names in any Go program: from its DWARF, else its symbol table and a table of layouts, else a search of its
 * variables for what only the runtime's can hold. What was found is checked against the rest of the dump, layouts are
 * corrected where another release of the same version moved fields, and what stays unknown is listed.
 * Truth: the sources named in search/*.ts; the order of the search is that of the files there.
 */
import {GoheapError} from '../base/errors.js';
import type {Address} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {Dwarf} from '../dwarf/dwarf.js';
import type {MemoryImage, Range} from '../image/memory-image.js';
import {minorOf, OLDEST_DUMPED} from './go-runtime.js';
import type {LayoutTable} from './layouts/layout-table.js';
import {LAYOUT_TABLES} from './layouts/layout-tables.js';
import {namesFromDwarf, type RuntimeNames} from './runtime-names.js';
import {searchRuntime} from './search/runtime-search.js';

export interface NameSources {
  readonly image: MemoryImage;
  readonly dwarf: Dwarf | undefined;
  /** Link-time addresses by name; empty when the program is stripped. */
  readonly symbols: ReadonlyMap<string, {readonly address: Address}>;
  /** Where the program's initialized data lie in the process. */
  readonly data: readonly Range[];
  /** As the user says, whatever the program says. */
  readonly goVersion?: string | undefined;
  /** The dump has nothing of the runtime's memory outside of the heap. */
  readonly isHeapDump?: boolean | undefined;
  /** Of the program, for messages. */
  readonly path: string;
  /** By minor version of Go 1. */
  readonly tables?: ReadonlyMap<number, LayoutTable>;
}

/** Throws `unsupported` when the program is not one of Go, or its runtime is laid out in no known way. */
export function findRuntimeNames(sources: NameSources, warnings: WarningLog): RuntimeNames {
  const {image, dwarf, symbols, tables = LAYOUT_TABLES} = sources;
  const described = dwarf && namesFromDwarf(dwarf, image.bias);
  // C libraries of a Go program may have debug information where the program itself has none.
  if (described?.findAddress('runtime.mheap_') !== undefined && described.structLayout('runtime.mspan')) {
    return {...described, goVersion: sources.goVersion};
  }
  if (sources.isHeapDump) checkHasTable(sources);
  const known = new Map<string, Address>();
  for (const [name, {address}] of symbols) if (name.startsWith('runtime.')) known.set(name, address + image.bias);
  return searchRuntime({...sources, tables, known}, warnings);
}

/** Throws `unsupported` for a heap dump whose version of Go no table has: only debug information would tell. */
function checkHasTable({goVersion, path, tables = LAYOUT_TABLES}: NameSources): void {
  const minor = goVersion === undefined ? OLDEST_DUMPED : minorOf(goVersion, OLDEST_DUMPED);
  if (minor === undefined || minor >= Math.min(...tables.keys())) return;
  throw new GoheapError(
    'unsupported',
    `${path}: the heap dump is of ${goVersion ?? 'Go 1.16 or older'}, and the program has no debug information, which alone tells how that runtime is laid out`,
    {hint: 'Give an unstripped build of the same program, or its debug file, with --debug-file.'},
  );
}
