/**
 * Variables of the runtime that nothing but code leads to: functions keep their names in pclntab, and the machine code of a
 * function that is known to use a variable holds its address. What several functions share is the variable.
 * Truth: runtime/symtab.go; Intel SDM 2.2.1.6 (RIP-relative operands); Arm ARM (ADRP, ADD, LDR, LDAR); Go 1.17 – 1.27.
 */
import {viewOf} from '../../base/bytes.js';
import {remember} from '../../base/remember.js';
import type {Address, Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {readPclntabFormat} from '../functions/pclntab-format.js';
import type {Module} from '../modules.js';

export interface References {
  /** Variables of 8 bytes whose value the function loads. */
  readonly loads: ReadonlySet<Address>;
  /** Variables of 4 bytes whose value it loads, or compares with a constant. */
  readonly halves: ReadonlySet<Address>;
  /** Variables whose address it takes. */
  readonly addresses: ReadonlySet<Address>;
}

const NONE: References = {loads: new Set(), halves: new Set(), addresses: new Set()};
const LONGEST_NAMES: Bytes = 2 ** 28;
const LONGEST_FUNCTION: Bytes = 2 ** 20;
const MOST_FUNCTIONS = 2 ** 24;
/** ADD x, x, #offset, by its upper ten bits. */
const ADD = 0x244;
/** The register that Go's assembler uses for the address of a variable that is loaded or stored. */
const TEMPORARY = 27;
/** LDAR x, [x] without its registers. */
const LDAR = 0xc8dffc00;

export class CodeReferences {
  readonly #image: MemoryImage;
  readonly #code: ReadonlyMap<string, {readonly start: Address; readonly end: Address}>;
  readonly #known = new Map<string, References>();

  /** `names`: the functions that will be asked for. */
  constructor(image: MemoryImage, module: Module, names: readonly string[]) {
    this.#image = image;
    this.#code = findFunctions(image, module, names);
  }

  /** What a function refers to; nothing when the program does not have it, or the dump lacks its code. */
  of(name: string): References {
    return remember(this.#known, name, () => this.#read(name));
  }

  #read(name: string): References {
    const range = this.#code.get(name);
    const bytes = range && this.#image.find(range.start, Math.min(range.end - range.start, LONGEST_FUNCTION));
    if (!range || !bytes) return NONE;
    return this.#image.arch === 'arm64' ? readArm64(bytes, range.start) : readAmd64(bytes, range.start);
  }
}

/** Where the code of each function lies. Only the first part of a text that the linker split, which has the runtime. */
function findFunctions(image: MemoryImage, module: Module, names: readonly string[]) {
  const found = new Map<string, {start: Address; end: Address}>();
  const table = module.ftab;
  const format = image.isMapped(module.pcHeader, 8) ? readPclntabFormat(image, module) : undefined;
  const namesSize = module.cutab.address - module.funcnametab; // the tables follow each other
  const text = namesSize <= LONGEST_NAMES ? image.find(module.funcnametab, namesSize) : undefined;
  if (!format || !text || table.length > MOST_FUNCTIONS || !image.isMapped(table.address, table.length * format.ftabEntry)) return found;
  const wanted = new Map(names.map((name) => [findName(text, name), name]));
  const number = (at: Address) => (format.addresses ? image.word(at) : image.u32(at));
  const place = (row: number) => number(table.address + row * format.ftabEntry) + (format.addresses ? 0 : module.text);
  for (let row = 0; row + 1 < table.length && found.size < names.length; row++) {
    const record = module.pclntable + number(table.address + row * format.ftabEntry + format.ftabEntry / 2);
    if (!image.isMapped(record, format.func.size)) continue;
    const name = wanted.get(image.i32(record + format.func.name));
    if (name !== undefined && !found.has(name)) found.set(name, {start: place(row), end: place(row + 1)});
  }
  return found;
}

/** Offset of a NUL-terminated name that begins behind a NUL; −1 when there is none. */
function findName(text: Uint8Array, name: string): number {
  const wanted = new TextEncoder().encode(`\0${name}\0`);
  for (let at = text.indexOf(0); at >= 0; at = text.indexOf(0, at + 1)) {
    let same = 1;
    while (same < wanted.length && text[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at + 1;
  }
  return -1;
}

/**
 * MOV r64, [rip+d32]; LEA r64, [rip+d32]; CMP dword [rip+d32], imm8. Looked for at every byte: what is none of them points
 * nowhere that matters.
 */
function readAmd64(code: Uint8Array, start: Address): References {
  const [loads, halves, addresses] = [new Set<Address>(), new Set<Address>(), new Set<Address>()];
  const view = viewOf(code);
  for (let at = 0; at + 7 <= code.length; at++) {
    if (code[at] === 0x83 && code[at + 1] === 0x3d && code[at - 1] !== 0x48) halves.add(start + at + 7 + view.getInt32(at + 2, true));
    const isWide = (code[at]! & 0xfb) === 0x48; // REX.W, with or without REX.R
    if (!isWide || (code[at + 2]! & 0xc7) !== 0x05) continue;
    const target = start + at + 7 + view.getInt32(at + 3, true);
    if (code[at + 1] === 0x8b) loads.add(target);
    if (code[at + 1] === 0x8d) addresses.add(target);
  }
  return {loads, halves, addresses};
}

/** ADRP of a page, then a load or an ADD from the same register; a load behind the ADD makes it a load. */
function readArm64(code: Uint8Array, start: Address): References {
  const found = {loads: new Set<Address>(), halves: new Set<Address>(), addresses: new Set<Address>()};
  const view = viewOf(code);
  const instruction = (at: number) => (at + 4 <= code.length ? view.getUint32(at, true) : 0);
  for (let at = 0; at + 8 <= code.length; at += 4) {
    const adrp = instruction(at);
    if ((adrp & 0x9f000000) >>> 0 !== 0x90000000) continue;
    const page = Math.floor((start + at) / 4096) * 4096 + (((adrp << 8) >> 13) * 4 + ((adrp >>> 29) & 3)) * 4096;
    const second = instruction(at + 4);
    if (((second >>> 5) & 31) !== (adrp & 31)) continue;
    const offset = (second >>> 10) & 0xfff;
    const size = second >>> 22 === LDAR >>> 22 ? undefined : sizeOfLoad(second); // LDAR has no offset
    if (size !== undefined) (size === 8 ? found.loads : found.halves).add(page + offset * size);
    if (second >>> 22 !== ADD) continue;
    const third = instruction(at + 8);
    const loaded = ((third >>> 5) & 31) === (second & 31) ? sizeOfLoad(third) : undefined;
    if (loaded === undefined && (second & 31) === TEMPORARY) continue; // a store
    (loaded === undefined ? found.addresses : loaded === 8 ? found.loads : found.halves).add(page + offset);
  }
  return found;
}

/** Bytes that LDR x, LDR w or LDAR x loads; undefined for other instructions. */
function sizeOfLoad(instruction: number): 4 | 8 | undefined {
  const operation = instruction >>> 22;
  if (operation === 0x3e5 || (instruction & 0xfffffc00) >>> 0 === LDAR) return 8;
  return operation === 0x2e5 ? 4 : undefined;
}
