/**
 * pclntab: a program counter → its function, file, line, frame size and stack maps.
 * Truth: runtime/symtab.go, cmd/link/internal/ld/pcln.go, Go 1.7 – 1.27; what changed between them is in pclntab-format.ts.
 */
import {listBits} from '../../base/bitset.js';
import {GoheapError, isGoheapError} from '../../base/errors.js';
import {remember} from '../../base/remember.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {ARCHITECTURES} from '../arch.js';
import type {Module} from '../modules.js';
import {runGcProgram} from '../types/gc-program.js';
import {type PclntabFormat, readPclntabFormat} from './pclntab-format.js';

export const FUNCDATA = {argsPointerMaps: 0, localsPointerMaps: 1} as const;
export const FUNC_FLAG = {topFrame: 1, spWrite: 2} as const;
/** Go 1.16 and older, whose functions have no flags: topofstack of runtime/traceback.go. */
const TOP_FRAMES: ReadonlySet<string> = new Set(
  ['goexit', 'mstart', 'mcall', 'morestack', 'rt0_go', 'externalthreadhandler', 'asmcgocall'].map((name) => `runtime.${name}`),
);
/** `args` of assembly functions whose arguments are not known. */
export const ARGS_UNKNOWN = -0x80000000;
/** No program counter is this far behind: a table that runs longer is damaged. */
const MAX_PC_VALUES = 1 << 20;
const MAX_STACK_OBJECTS = 1 << 16;
/** The compiler moves variables of more than 10 MiB to the heap; damaged records claim more. */
const LARGEST_STACK_OBJECT: Bytes = 2 ** 26;

export interface GoFunction {
  readonly module: Module;
  readonly format: PclntabFormat;
  readonly record: Address; // of its runtime._func
  readonly entry: Address;
  readonly name: string;
  readonly funcId: number; // which of the functions that the runtime knows it is
  readonly flag: number;
  readonly args: Bytes; // or ARGS_UNKNOWN
  readonly deferreturn: number; // offset from entry; 0 = none
}

/** An instruction at which frames stand, by its address: for the innermost frame where it stopped, else a return address. */
export interface CallSite {
  readonly number: number; // in `FunctionTable.sites`
  readonly fn: GoFunction;
  readonly pc: Address;
  readonly frameSize: Bytes; // what the function has pushed there, its return address not counted; negative when its tables do not tell
  readonly frameWords: number; // that of the frame in words, its return address counted where a call pushes it; negative when no whole number tells
}

/** An address-taken local variable of a function. */
export interface StackObjectRecord {
  readonly offset: Bytes; // from varp when negative, else from argp
  readonly size: Bytes;
  readonly words: readonly Bytes[]; // offsets of its pointers
}
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
}

export class FunctionTable {
  readonly #image: MemoryImage;
  readonly #modules: readonly Module[];
  readonly #minor: number;
  readonly #formats = new Map<Module, PclntabFormat>();
  readonly #known = new Map<Address, GoFunction>();
  // By program counter, because many goroutines stand at the same few places.
  readonly #functionAt = new Map<Address, GoFunction | undefined>();
  readonly #siteAt = new Map<Address, CallSite>();
  readonly #stackMapAt = new Map<Address, number>();
  readonly #positionAt = new Map<Address, SourcePosition>();
  readonly #stackObjects = new Map<GoFunction, readonly StackObjectRecord[]>();

  /** All that were asked for. */
  readonly sites: CallSite[] = [];

  /** `minor`: of Go 1. */
  constructor(image: MemoryImage, modules: readonly Module[], minor: number) {
    this.#image = image;
    this.#modules = modules;
    this.#minor = minor;
  }

  /** The function whose code contains `pc`; undefined outside Go code. */
  find(pc: Address): GoFunction | undefined {
    return remember(this.#functionAt, pc, () => this.#lookUp(pc));
  }

  /** Where each function starts and the address of its name, by module in the order of their code. */
  *entries(): Generator<readonly [entry: Address, name: Address]> {
    const image = this.#image;
    for (const module of this.#modules) {
      const {addresses, ftabEntry, func} = this.#formatOf(module);
      const number = (at: Address) => (addresses ? image.word(at) : image.u32(at));
      const present = Math.min(module.ftab.length - 1, Math.floor(image.contiguous(module.ftab.address) / ftabEntry));
      const rows = Array.from({length: Math.max(0, present)}, (_, row) => module.ftab.address + row * ftabEntry);
      // One table after the other, because going to and fro between them would read the same blocks again and again.
      const entries = rows.map((at) => (addresses ? number(at) : this.#textAddress(module, number(at))));
      const records = rows.map((at) => module.pclntable + number(at + ftabEntry / 2));
      const names = records.map((record) => module.funcnametab + image.i32(record + func.name));
      for (const [row, name] of names.entries()) yield [entries[row]!, name];
    }
  }

  #formatOf(module: Module): PclntabFormat {
    return remember(this.#formats, module, () => readPclntabFormat(this.#image, module, this.#minor));
  }

  #lookUp(pc: Address): GoFunction | undefined {
    for (const module of this.#modules) {
      if (pc < module.minpc || pc >= module.maxpc) continue;
      const format = this.#formatOf(module);
      return this.#read(module, format, module.pclntable + this.#recordOffset(module, format, pc));
    }
    return undefined;
  }

  /** Where in pclntable the record of the function that contains `pc` is: ftab has (entry, offset) pairs by entry. */
  #recordOffset(module: Module, {addresses, ftabEntry}: PclntabFormat, pc: Address): number {
    const number = (at: Address) => (addresses ? this.#image.word(at) : this.#image.u32(at));
    const {address} = module.ftab;
    const wanted = addresses ? pc : this.#textOffset(module, pc);
    let low = 0;
    let high = module.ftab.length - 1; // the last entry is the end of the text
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (number(address + middle * ftabEntry) <= wanted) low = middle;
      else high = middle;
    }
    return number(address + low * ftabEntry + ftabEntry / 2);
  }

  /** Source file and line of `pc`; a caller's pc is its return address, so callers ask for pc − 1. */
  position(fn: GoFunction, pc: Address): SourcePosition {
    return remember(this.#positionAt, pc, () => {
      try {
        return this.#readPosition(fn, pc);
      } catch (error) {
        if (isGoheapError(error)) return {file: '', line: 0}; // the tables are damaged or not in the dump
        throw error;
      }
    });
  }

  #readPosition(fn: GoFunction, pc: Address): SourcePosition {
    const image = this.#image;
    const line = this.#pcValue(fn, fn.format.func.pcln, pc);
    const fileNumber = this.#pcValue(fn, fn.format.func.pcfile, pc);
    if (fileNumber < 0) return {file: '', line: Math.max(0, line)};
    const {cuOffset} = fn.format.func;
    const unit = cuOffset === undefined ? 0 : image.u32(fn.record + cuOffset);
    const offset = image.u32(fn.module.cutab.address + (unit + fileNumber) * 4);
    return {file: offset === 0xffffffff ? '' : image.cString(fn.module.filetab + offset, 4096), line: Math.max(0, line)};
  }

  /** Undefined outside Go code. */
  siteAt(pc: Address): CallSite | undefined {
    return this.#siteAt.get(pc) ?? this.#addSite(pc);
  }
  #addSite(pc: Address): CallSite | undefined {
    const fn = this.find(pc);
    if (!fn) return undefined;
    const frameSize = this.#pcValue(fn, fn.format.func.pcsp, pc);
    const frameWords = frameSize < 0 || frameSize % 8 !== 0 ? -1 : (frameSize + ARCHITECTURES[this.#image.arch].pushedByCall) / 8;
    const site = {number: this.sites.length, fn, pc, frameSize, frameWords};
    this.sites.push(site);
    this.#siteAt.set(pc, site);
    return site;
  }

  /** Which of the function's stack maps is valid at `pc`; −1 when there is none. */
  stackMap(fn: GoFunction, pc: Address): number {
    return remember(this.#stackMapAt, pc, () => this.pcdata(fn, fn.format.tables.stackMap, pc));
  }

  /** What the function's pcdata `table` says at `pc`; −1 when it has none. */
  pcdata(fn: GoFunction, table: number, pc: Address): number {
    const {npcdata, size} = fn.format.func;
    return table >= 0 && table < this.#image.u32(fn.record + npcdata) ? this.#pcValue(fn, size + table * 4, pc) : -1;
  }

  /** The name at an offset of the module's table of them. */
  nameAt(module: Module, offset: number): string {
    return this.#image.cString(module.funcnametab + offset, 65536);
  }

  /** Address of funcdata `table`; undefined when the function has none. */
  funcdata(fn: GoFunction, table: number): Address | undefined {
    const image = this.#image;
    const {addresses, func} = fn.format;
    if (table < 0 || table >= image.u8(fn.record + func.nfuncdata)) return undefined;
    const pcdataEnd = fn.record + func.size + image.u32(fn.record + func.npcdata) * 4;
    if (addresses) return image.word(Math.ceil(pcdataEnd / 8) * 8 + table * 8) || undefined;
    const offset = image.u32(pcdataEnd + table * 4);
    return offset === 0xffffffff ? undefined : fn.module.gofunc + offset;
  }

  stackObjects(fn: GoFunction): readonly StackObjectRecord[] {
    return remember(this.#stackObjects, fn, () => this.#readStackObjects(fn));
  }

  /** A count, then records {offset; size; pointer bytes; mask, an address or an offset in rodata}, in Go 1.16 and older {offset; type}. */
  #readStackObjects(fn: GoFunction): StackObjectRecord[] {
    const records = this.funcdata(fn, fn.format.tables.stackObjects);
    if (records === undefined) return [];
    const image = this.#image;
    const {addresses, stackObject} = fn.format;
    const found: StackObjectRecord[] = [];
    const number = image.word(records);
    if (number > MAX_STACK_OBJECTS) throw new GoheapError('bad-format', `${fn.name} has ${number} stack objects at ${hex(records)}`);
    const end = records + 8 + number * stackObject.size;
    for (let at = records + 8; at < end; at += stackObject.size) {
      const type = stackObject.isTyped ? image.word(at + 8) : undefined;
      const size = type === undefined ? image.i32(at + 4) : image.word(type);
      const pointerBytes = type === undefined ? image.i32(at + 8) : pointerBytesOf(image, type);
      if (size < 0 || size > LARGEST_STACK_OBJECT || Math.abs(pointerBytes) > size)
        throw new GoheapError('bad-format', `${fn.name} has a stack object of ${size} bytes, ${pointerBytes} with pointers, at ${hex(at)}`);
      const mask =
        type !== undefined ? image.word(type + TYPE.gcData) : addresses ? image.word(at + 16) : fn.module.rodata + image.u32(at + 12);
      const count = Math.abs(pointerBytes) / 8;
      // ≤ 1.23: a negative pointer size stands for a GC program, of a variable over 128 KiB.
      const bits = pointerBytes < 0 ? runGcProgram(image, mask, count) : image.bytes(mask, (count + 7) >>> 3);
      const words = Array.from(listBits(bits, count), (word) => word * 8);
      found.push({offset: image.i32(at), size, words});
    }
    return found;
  }

  /** The table whose offset in pctab stands at `field` of the function's record: (value, pc) deltas as varints. −1 behind its end. */
  #pcValue(fn: GoFunction, field: number, pc: Address): number {
    const offset = this.#image.u32(fn.record + field);
    if (offset === 0) return -1;
    let at = fn.module.pctab + offset;
    let value = -1;
    let until = fn.entry;
    const quantum = this.#image.arch === 'arm64' ? 4 : 1;
    const uvarint = () => {
      let result = 0;
      let scale = 1;
      for (;;) {
        const byte = this.#image.u8(at++);
        result += (byte & 0x7f) * scale;
        if (byte < 0x80) return result;
        scale *= 128;
      }
    };
    for (let i = 0; i < MAX_PC_VALUES; i++) {
      const delta = uvarint();
      if (delta === 0 && i > 0) return -1;
      value += (delta & 1) !== 0 ? -((delta + 1) / 2) : delta / 2;
      until += uvarint() * quantum;
      if (pc < until) return value;
    }
    return -1;
  }

  #read(module: Module, format: PclntabFormat, record: Address): GoFunction {
    return remember(this.#known, record, () => {
      const image = this.#image;
      const {func, addresses} = format;
      const name = this.nameAt(module, image.i32(record + func.name));
      return {
        module,
        format,
        record,
        entry: addresses ? image.word(record) : this.#textAddress(module, image.u32(record)),
        name,
        funcId: image.u8(record + func.funcId),
        flag: func.flag === undefined ? (TOP_FRAMES.has(name) ? FUNC_FLAG.topFrame : 0) : image.u8(record + func.flag),
        args: image.i32(record + func.args),
        deferreturn: func.deferreturn === undefined ? 0 : image.u32(record + func.deferreturn),
      };
    });
  }

  /** Text is one run, unless the linker split it: then textsectmap {offset, end, address} says where each part was loaded. */
  #textAddress(module: Module, offset: number): Address {
    for (const section of this.#textSections(module))
      if (offset >= section.offset && offset < section.end) return section.address + offset - section.offset;
    return module.text + offset;
  }
  #textOffset(module: Module, pc: Address): number {
    for (const section of this.#textSections(module)) {
      if (pc >= section.address && pc < section.address + section.end - section.offset) return pc - section.address + section.offset;
    }
    return pc - module.text;
  }
  *#textSections(module: Module): Iterable<{offset: number; end: number; address: Address}> {
    if (module.textsectmap.length <= 1) return;
    for (let i = 0; i < module.textsectmap.length; i++) {
      const at = module.textsectmap.address + i * 24;
      yield {offset: this.#image.word(at), end: this.#image.word(at + 8), address: this.#image.word(at + 16)};
    }
  }
}

/** Of an abi.Type: ptrBytes and gcData, and in its kind whether that is a program. */
const TYPE = {ptrBytes: 8, kind: 23, gcData: 32} as const;
const KIND_GC_PROGRAM = 64;

/** Negative for a type with a GC program, as in the records of Go 1.17 and newer. */
function pointerBytesOf(image: MemoryImage, type: Address): Bytes {
  const bytes = image.word(type + TYPE.ptrBytes);
  return (image.u8(type + TYPE.kind) & KIND_GC_PROGRAM) !== 0 ? -bytes : bytes;
}
