/**
 * runtime.moduledata → where a module's text, data, types and tables are. The first module is the executable; plugins
 * and shared libraries follow by `next`. Before Go 1.16 all tables of functions lay in one, which is then each of them.
 * Truth: runtime/symtab.go, mbitmap.go, Go 1.7 – 1.27.
 */
import {GoheapError} from '../base/errors.js';
import {type Address, hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {MemoryImage} from '../image/memory-image.js';
import type {Layout} from './layout.js';

export interface Slice {
  readonly address: Address;
  readonly length: number; // elements
}
/** One data or bss section as the collector sees it: bit i of the mask stands for the word at start + 8·i. */
export interface MaskedSection {
  readonly name: 'data' | 'bss';
  readonly start: Address;
  readonly end: Address; // exclusive
  readonly maskAddress: Address;
  readonly maskBits: number;
  readonly maskProgram: Address; // the GC program that the runtime made the mask of when it started
}
export interface Module {
  readonly pcHeader: Address;
  readonly text: Address;
  readonly etext: Address;
  readonly minpc: Address;
  readonly maxpc: Address;
  readonly types: Address;
  readonly etypes: Address;
  readonly typelinks: Slice; // offsets (i32) from `types` of the types without a name of their own; none since Go 1.27
  readonly descriptorEnd: Address; // the types' structures follow each other up to here; 0 before Go 1.27, where they are mixed with names
  readonly rodata: Address; // 0 in Go 1.17, whose tables hold addresses and not offsets; so is gofunc
  readonly gofunc: Address;
  readonly funcnametab: Address;
  readonly cutab: Slice;
  readonly filetab: Address;
  readonly pctab: Address;
  readonly pclntable: Address;
  readonly ftab: Slice;
  readonly textsectmap: Slice;
  readonly sections: readonly MaskedSection[];
  readonly noptrdata: {readonly start: Address; readonly end: Address};
  readonly noptrbss: {readonly start: Address; readonly end: Address};
}

/** More modules than any program links: a chain that is longer is damaged. */
const MAX_MODULES = 10_000;
const NO_ELEMENTS: Slice = {address: 0, length: 0};

export function readModules(image: MemoryImage, layout: Layout, first: Address): Module[] {
  const modules: Module[] = [];
  const next = layout.offsetOf('next');
  for (let at = first; at !== 0 && modules.length < MAX_MODULES; at = image.word(at + next)) {
    const module = readModule(image, layout, at);
    checkModule(module, at);
    modules.push(module);
  }
  return modules;
}

/** Linkers refuse sections of more than 2 GB; code that was split may have gaps. */
const MAX_SECTION = 2 ** 36;
/** Of an abi.Type without anything behind it. */
const SMALLEST_TYPE = 48;
/** One for some megabytes of code. */
const MAX_TEXT_SECTIONS = 2 ** 16;
const MAX_TYPES = 2 ** 32;

/** Loops run over what a module says about itself, so it must make sense. Throws `bad-format`. */
function checkModule(module: Module, at: Address): void {
  const {text, etext, minpc, maxpc, types, etypes, sections, noptrdata, noptrbss, ftab, typelinks, textsectmap} = module;
  const ranges = [...sections, noptrdata, noptrbss, {start: text, end: etext}, {start: minpc, end: maxpc}, {start: types, end: etypes}];
  const fail = (problem: string): never => {
    throw new GoheapError('bad-format', `the module data at ${hex(at)} are damaged: ${problem}`);
  };
  for (const {start, end} of ranges)
    if (!(start <= end && end - start < MAX_SECTION)) fail(`a part of the program from ${hex(start)} to ${hex(end)}`);
  if (etypes - types >= MAX_TYPES) fail(`types from ${hex(types)} to ${hex(etypes)}`); // they refer to each other by 32 bits
  if (ftab.length > etext - text + 1) fail(`${ftab.length} functions in ${etext - text} bytes of code`);
  if (typelinks.length > (etypes - types) / SMALLEST_TYPE) fail(`${typelinks.length} types in ${etypes - types} bytes`);
  if (textsectmap.length > MAX_TEXT_SECTIONS) fail(`${textsectmap.length} parts of the code`);
  for (const {name, start, end, maskBits} of sections)
    if (maskBits < 0 || maskBits > Math.ceil((end - start) / 8)) fail(`${maskBits} pointer bits for ${end - start} bytes of ${name}`);
}

function readModule(image: MemoryImage, layout: Layout, at: Address): Module {
  const word = (field: string) => image.word(at + layout.offsetOf(field));
  const has = (field: string) => layout.findOffset(field) !== undefined;
  const wordOrZero = (field: string) => (has(field) ? word(field) : 0);
  const slice = (field: string): Slice => ({address: word(field), length: image.word(at + layout.offsetOf(field) + 8)});
  const isSplit = has('pcHeader');
  const table = (field: string) => word(isSplit ? field : 'pclntable');
  const section = (name: 'data' | 'bss', mask: string): MaskedSection => ({
    name,
    start: word(name),
    end: word(`e${name}`),
    maskBits: image.i32(at + layout.offsetOf(mask)),
    maskAddress: image.word(at + layout.offsetOf(mask) + 8),
    // gcdata and gcbss lie just before the address of the types, in every version.
    maskProgram: image.word(at + layout.offsetOf('types') - (name === 'data' ? 16 : 8)),
  });
  return {
    pcHeader: table('pcHeader'),
    text: word('text'),
    etext: word('etext'),
    minpc: word('minpc'),
    maxpc: word('maxpc'),
    types: word('types'),
    etypes: word('etypes'),
    typelinks: has('typelinks') ? slice('typelinks') : NO_ELEMENTS,
    descriptorEnd: has('typedesclen') ? word('types') + word('typedesclen') : 0,
    rodata: wordOrZero('rodata'),
    gofunc: wordOrZero('gofunc'),
    funcnametab: table('funcnametab'),
    cutab: slice(isSplit ? 'cutab' : 'filetab'), // by its numbers of files where the names are
    filetab: table('filetab'),
    pctab: table('pctab'),
    pclntable: word('pclntable'),
    ftab: slice('ftab'),
    textsectmap: has('textsectmap') ? slice('textsectmap') : NO_ELEMENTS,
    sections: [section('data', 'gcdatamask'), section('bss', 'gcbssmask')],
    noptrdata: {start: word('noptrdata'), end: word('enoptrdata')},
    noptrbss: {start: word('noptrbss'), end: word('enoptrbss')},
  };
}

/** The masks by which the collector finds pointers in data and bss must cover these sections (progToPointerMask). Adds `mask-size` to the warnings. */
export function checkModules(modules: readonly Module[], warnings: WarningLog): void {
  for (const {sections} of modules) {
    for (const {name, start, end, maskBits} of sections) {
      const words = Math.floor((end - start) / 8);
      if (maskBits === words) continue;
      const what = `The pointer mask of ${name} at ${hex(start)} has ${maskBits} bits for ${words} words`;
      warnings.add('mask-size', `${what}, so its memory is damaged: global variables may be missing as roots.`);
    }
  }
}
