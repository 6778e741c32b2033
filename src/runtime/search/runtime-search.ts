/**
 * The search for the runtime's variables, step by step: each step looks with the layouts that are certain by then, and
 * corrects the layout of the struct that it finds. Symbols, if there are any, replace looking; the checks stay.
 */
import {GoheapError, isGoheapError} from '../../base/errors.js';
import type {Address} from '../../base/units.js';
import {WarningLog} from '../../base/warnings.js';
import type {MemoryImage, Range} from '../../image/memory-image.js';
import {minorOf, notGo, readGoString} from '../go-runtime.js';
import {type LayoutTable, readLayoutTable} from '../layouts/layout-table.js';
import {type Module, readModules} from '../modules.js';
import type {RuntimeNames} from '../runtime-names.js';
import {findMachinePointers, weighGoroutines, weighMachines} from './find-goroutines.js';
import {knownSpans, weighArenas, weighHeap, weighSpans, weighSweeping} from './find-heap.js';
import {findModuleCandidates, weighModule} from './find-modules.js';
import {findSecondary} from './find-secondary.js';
import {type FoundSlice, findSlices, readSlice} from './find-slices.js';
import {findHeapBySummaries, hasAllSpans} from './find-without-spans.js';
import {type BuildStamp, findBuildStamp, findVersionTexts} from './go-version.js';
import {type Agreement, fitLayout, LayoutGuess} from './layout-guess.js';
import {readRange, type Words} from './read-range.js';

/** They say nothing there. */
const NOT_IN_HEAP_DUMPS: ReadonlySet<string> = new Set(['runtime.mheap_', 'runtime.memstats', 'runtime.allglen']);

export interface SearchInput {
  readonly image: MemoryImage;
  /** Where the program's initialized data lie. */
  readonly data: readonly Range[];
  readonly path: string; // of the program, for messages
  /** By minor version of Go 1. */
  readonly tables: ReadonlyMap<number, LayoutTable>;
  /** Addresses that a symbol table tells. */
  readonly known: ReadonlyMap<string, Address>;
  /** As the user says, whatever the program says. */
  readonly goVersion?: string | undefined;
  /** The dump has nothing of the runtime's memory outside of the heap. */
  readonly isHeapDump?: boolean | undefined;
}

/** Throws `unsupported` when the program is not one of Go, or its runtime is laid out in no known way. */
export function searchRuntime(input: SearchInput, warnings: WarningLog): RuntimeNames {
  const data = input.data.map((range) => readRange(input.image, range));
  const stamp = findBuildStamp(input.image, data) ?? stampFromSymbol(input);
  const {goVersion} = input;
  if (goVersion !== undefined) return search(input, data, {modinfoSize: 0, ...stamp, goVersion}, warnings);
  return stamp ? search(input, data, stamp, warnings) : searchUnstamped(input, data, warnings);
}

function search(input: SearchInput, data: readonly Words[], stamp: BuildStamp, warnings: WarningLog): RuntimeNames {
  const newest = Math.max(...input.tables.keys());
  const table = input.tables.get(Math.min(minorOf(stamp.goVersion) ?? newest, newest));
  if (!table) throw new GoheapError('unsupported', `${input.path}: goheap has no layouts of ${stamp.goVersion}`);
  return new RuntimeSearch(input, stamp, table, warnings).run(data);
}

/**
 * Strippers take the stamp away, or the linker left it out. Versions are then tried: those that a string of the program
 * has, else all, the newest first. One with which the runtime is found as its table says is taken before one whose table had to be corrected.
 */
function searchUnstamped(input: SearchInput, data: readonly Words[], warnings: WarningLog): RuntimeNames {
  if (findModuleCandidates(data).length === 0) throw notGo(input.path, 'nothing in its memory says which Go built it');
  const texts = findVersionTexts(input.image, data);
  const newestFirst = [...input.tables.keys()].sort((a, b) => b - a).map((minor) => `go1.${minor}`);
  let best: {names: RuntimeNames; own: WarningLog; repairs: number; goVersion: string} | undefined;
  for (const goVersion of [...texts, ...newestFirst]) {
    if (best && !texts.includes(goVersion)) break; // what the program says counts more than what fits
    const own = new WarningLog();
    const names = attempt(() => search(input, data, {goVersion, modinfoSize: 0}, own));
    const repairs = own.list().find(({code}) => code === 'layout-repaired')?.count ?? 0;
    if (names && (!best || repairs < best.repairs)) best = {names, own, repairs, goVersion};
    if (best?.repairs === 0) break;
  }
  if (!best) {
    throw new GoheapError(
      'unsupported',
      `${input.path}: nothing says which Go built the program, and no version that goheap knows fits the dump`,
      {
        hint: 'Say which: --go-version 1.23.',
      },
    );
  }
  const reason = texts.includes(best.goVersion) ? 'a string of the program says so' : 'its layouts fit the dump';
  warnings.add(
    'go-version-guessed',
    `Nothing says for certain which Go built the program: it is read as ${best.goVersion}, because ${reason}; --go-version decides.`,
  );
  for (const {code, message, count} of best.own.list()) warnings.add(code, message, count);
  return best.names;
}

/** Undefined where a version does not fit. */
function attempt(find: () => RuntimeNames): RuntimeNames | undefined {
  try {
    return find();
  } catch (error) {
    if (isGoheapError(error)) return undefined;
    throw error;
  }
}

function stampFromSymbol({image, known}: SearchInput): BuildStamp | undefined {
  const variable = known.get('runtime.buildVersion');
  return variable === undefined || !image.isMapped(variable, 16) ? undefined : {goVersion: readGoString(image, variable), modinfoSize: 0};
}

class RuntimeSearch {
  readonly #input: SearchInput;
  readonly #image: MemoryImage;
  readonly #stamp: BuildStamp;
  readonly #table: LayoutTable;
  readonly #warnings: WarningLog;
  readonly #found: Map<string, Address>;
  #layouts: LayoutGuess;

  constructor(input: SearchInput, stamp: BuildStamp, table: LayoutTable, warnings: WarningLog) {
    this.#input = input;
    this.#image = input.image;
    this.#stamp = stamp;
    this.#table = table;
    this.#warnings = warnings;
    this.#found = new Map(input.known);
    const structs = readLayoutTable(table, input.image.arch, experimentsOf(stamp.goVersion));
    this.#layouts = new LayoutGuess(stamp.goVersion, structs);
  }

  run(data: readonly Words[]): RuntimeNames {
    const modules = this.#findModules(data);
    const variables = this.#readVariables(modules[0]!);
    const slices = findSlices(this.#image, variables);
    let isCut = this.#input.isHeapDump === true;
    if (!isCut) {
      const heap = this.#orWithout(
        () => this.#findHeap(slices),
        () => {
          isCut = true;
          return this.#findHeapWithoutSpans(variables);
        },
      );
      this.#found.set('runtime.mheap_', heap);
    }
    const allgs = this.#orWithout(
      () => this.#findGoroutines(slices),
      () => (isCut ? null : undefined), // code tells where the list is, and each goroutine what it is
    );
    if (allgs !== null) this.#found.set('runtime.allgs', allgs);
    const machineHolders = this.#orWithout(
      () => this.#findMachines(variables),
      () => (isCut ? [] : undefined),
    );
    findSecondary(this.#found, {image: this.#image, layouts: this.#layouts, modules, variables, stamp: this.#stamp, machineHolders});
    const hasNone = (name: string) =>
      (name === 'runtime.modinfo' && this.#stamp.modinfoSize === 0) ||
      name === 'runtime.buildVersion' || // it is known otherwise
      (this.#input.isHeapDump === true && NOT_IN_HEAP_DUMPS.has(name));
    const lost = this.#table.variables.split(' ').filter((name) => !this.#found.has(name) && !hasNone(name));
    if (lost.length > 0) {
      this.#warnings.add('names-lost', `The program does not name its variables, and these were not found: ${lost.join(', ')}.`);
    }
    return {
      source: this.#input.known.size > 0 ? 'symbols' : 'search',
      goVersion: this.#stamp.goVersion,
      lost,
      structLayout: (name) => this.#layouts.structs.get(name),
      findAddress: (variable) => this.#found.get(variable),
      findConstant: (name) => this.#table.constants[name],
    };
  }

  /** What is found by what it leads to; in a dump that lacks the records of spans, which nothing but a cut takes away, by less. */
  #orWithout<T>(find: () => T, without: () => T | undefined): T {
    const layouts = this.#layouts;
    try {
      return find();
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      this.#layouts = layouts;
      const found = without();
      if (found === undefined) throw error;
      return found;
    }
  }

  /** Undefined when the records of spans are there, and only look like none. */
  #findHeapWithoutSpans(variables: readonly Words[]): Address | undefined {
    const heap = this.#found.get('runtime.mheap_') ?? findHeapBySummaries(this.#layouts, variables);
    return heap === undefined || hasAllSpans(this.#image, this.#layouts, heap) ? undefined : heap;
  }

  #findModules(data: readonly Words[]): Module[] {
    const known = this.#found.get('runtime.firstmoduledata');
    const candidates = known === undefined ? findModuleCandidates(data) : [known];
    if (candidates.length === 0) throw notGo(this.#input.path, 'it has no table of Go functions');
    const sound = () => candidates.filter((at) => weighModule(this.#image, this.#layouts, at) > 0);
    this.#fit('runtime.moduledata', (layouts) => best(candidates, (at) => weighModule(this.#image, layouts, at)).weight);
    const next = this.#layouts.offset('runtime.moduledata', 'next');
    const followers = new Set(sound().map((at) => this.#image.word(at + next)));
    const first = sound().find((at) => !followers.has(at)) ?? candidates[0]!;
    this.#found.set('runtime.firstmoduledata', first);
    return readModules(this.#image, this.#layouts.get('runtime.moduledata'), first);
  }

  /** The runtime's variables are in the first module, in all four of its sections. */
  #readVariables({sections, noptrdata, noptrbss}: Module): Words[] {
    return [...sections, noptrdata, noptrbss].map((range) => readRange(this.#image, range));
  }

  #findHeap(slices: readonly FoundSlice[]): Address {
    const image = this.#image;
    const known = this.#found.get('runtime.mheap_');
    const search = (layouts: LayoutGuess) => {
      const field = layouts.offset('runtime.mheap', 'allspans');
      const places = known === undefined ? slices : [readSlice(image, known + field)];
      const {item, weight} = best(places, (slice) => weighHeap(image, layouts, slice));
      return {list: item!, weight};
    };
    this.#fit(['runtime.mheap', 'runtime.mspan', 'runtime.heapArena'], (layouts) => search(layouts).weight);
    const {list} = search(this.#layouts);
    const heapBy = (layouts: LayoutGuess) => list.at - layouts.offset('runtime.mheap', 'allspans');
    const spans = knownSpans(image, this.#layouts, heapBy(this.#layouts), list);
    this.#fit('runtime.mspan', (layouts) => weighSpans(image, layouts, spans));
    this.#fit('runtime.mheap', (layouts) => weighSweeping(image, layouts, heapBy(layouts), spans));
    const heap = heapBy(this.#layouts);
    this.#fit('runtime.heapArena', (layouts) => weighArenas(image, layouts, heap, spans));
    return heap;
  }

  #findGoroutines(slices: readonly FoundSlice[]): Address {
    const known = this.#found.get('runtime.allgs');
    const places = known === undefined ? slices : [readSlice(this.#image, known)];
    const search = (layouts: LayoutGuess) => best(places, (slice) => weighGoroutines(this.#image, layouts, slice));
    this.#fit(['runtime.g', 'runtime.gobuf'], (layouts) => search(layouts).weight);
    return search(this.#layouts).item!.at;
  }

  /** Variables that hold the newest m, the head of the chain: allm is one of them. */
  #findMachines(variables: readonly Words[]): Address[] {
    const pointers = findMachinePointers(this.#image, this.#layouts, variables);
    const known = this.#found.get('runtime.allm');
    const heads = known === undefined ? [...new Set(pointers.values())] : [this.#image.word(known)];
    const search = (layouts: LayoutGuess) => best(heads, (head) => weighMachines(this.#image, layouts, head, pointers.values()));
    this.#fit('runtime.m', (layouts) => search(layouts).weight);
    const {item: head} = search(this.#layouts);
    return [...pointers].filter(([, m]) => m === head).map(([at]) => at);
  }

  /** Makes the layouts fit, by changing one of the structs if need be. Throws `unsupported` that names the first of them. */
  #fit(structs: string | readonly string[], evidence: Agreement): void {
    const names = typeof structs === 'string' ? [structs] : structs;
    for (const struct of names) {
      const fitted = fitLayout(this.#layouts, struct, evidence);
      if (!fitted) continue;
      this.#layouts = fitted.layouts;
      if (!fitted.moved) return;
      const {field, by} = fitted.moved;
      const where = `from ${field} on, the fields of ${struct} lie ${Math.abs(by)} bytes ${by > 0 ? 'behind' : 'before'} their places`;
      this.#warnings.add('layout-repaired', `The program's ${this.#stamp.goVersion} differs from go${this.#table.go}: ${where} there.`);
      return;
    }
    const problem = `what goheap knows of ${names[0]} in go${this.#table.go} does not fit the dump`;
    throw new GoheapError('unsupported', `${this.#input.path}: the program has no debug information, and ${problem}`, {
      hint: 'Give an unstripped build of the same program, or its debug file, with --debug-file.',
    });
  }
}

/** `go1.26.8 X:nogreenteagc,arenas` was built with experiments other than the usual ones. */
function experimentsOf(goVersion: string): string[] {
  return /X:(\S+)/.exec(goVersion)?.[1]?.split(',') ?? [];
}

function best<T>(items: Iterable<T>, weigh: (item: T) => number): {item: T | undefined; weight: number} {
  let [found, most]: [T | undefined, number] = [undefined, 0];
  for (const item of items) {
    const weight = weigh(item);
    if (weight > most) [found, most] = [item, weight];
  }
  return {item: found, weight: most};
}
