/**
 * runtime.moduledata → where a module's text, data, types and tables are. The first module is the executable; plugins
 * and shared libraries follow by `next`. Truth: runtime/symtab.go.
 */
import type {Address} from '../base/units.js';
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
}
export interface Module {
  readonly text: Address;
  readonly etext: Address;
  readonly minpc: Address;
  readonly maxpc: Address;
  readonly types: Address;
  readonly etypes: Address;
  readonly rodata: Address;
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

export function readModules(image: MemoryImage, layout: Layout, first: Address): Module[] {
  const modules: Module[] = [];
  const next = layout.offsetOf('next');
  for (let at = first; at !== 0 && modules.length < MAX_MODULES; at = image.word(at + next)) modules.push(readModule(image, layout, at));
  return modules;
}

function readModule(image: MemoryImage, layout: Layout, at: Address): Module {
  const word = (field: string) => image.word(at + layout.offsetOf(field));
  const slice = (field: string): Slice => ({address: word(field), length: image.word(at + layout.offsetOf(field) + 8)});
  const section = (name: 'data' | 'bss', mask: string): MaskedSection => ({
    name,
    start: word(name),
    end: word(`e${name}`),
    maskBits: image.i32(at + layout.offsetOf(mask)),
    maskAddress: image.word(at + layout.offsetOf(mask) + 8),
  });
  return {
    text: word('text'),
    etext: word('etext'),
    minpc: word('minpc'),
    maxpc: word('maxpc'),
    types: word('types'),
    etypes: word('etypes'),
    rodata: word('rodata'),
    gofunc: word('gofunc'),
    funcnametab: word('funcnametab'),
    cutab: slice('cutab'),
    filetab: word('filetab'),
    pctab: word('pctab'),
    pclntable: word('pclntable'),
    ftab: slice('ftab'),
    textsectmap: slice('textsectmap'),
    sections: [section('data', 'gcdatamask'), section('bss', 'gcbssmask')],
    noptrdata: {start: word('noptrdata'), end: word('enoptrdata')},
    noptrbss: {start: word('noptrbss'), end: word('enoptrbss')},
  };
}
