/**
 * pclntab: a program counter → its function, file, line, frame size and stack maps.
 * Truth: runtime/symtab.go, cmd/link/internal/ld/pcln.go, Go 1.20 – 1.27 (one format).
 */
import {listBits} from '../base/bitset.js';
import type {Address, Bytes} from '../base/units.js';
import type {MemoryImage} from '../image/memory-image.js';
import {runGcProgram} from './gc-program.js';
import type {GoRuntime} from './go-runtime.js';
import type {Module} from './modules.js';

/** runtime._func of Go 1.20 – 1.27; pcdata (u32 each) and then funcdata (u32 each) follow it. */
const FUNC = {
  entryOff: 0,
  name: 4,
  args: 8,
  deferreturn: 12,
  pcsp: 16,
  pcfile: 20,
  pcln: 24,
  npcdata: 28,
  cuOffset: 32,
  funcID: 40,
  flag: 41,
  nfuncdata: 43,
  size: 44,
} as const;
const PCDATA_STACK_MAP = 1;
export const FUNCDATA = {argsPointerMaps: 0, localsPointerMaps: 1, stackObjects: 2} as const;
export const FUNC_FLAG = {topFrame: 1, spWrite: 2} as const;
/** `args` of assembly functions whose arguments are not known. */
export const ARGS_UNKNOWN = -0x80000000;
/** No program counter is this far behind: a table that runs longer is damaged. */
const MAX_PC_VALUES = 1 << 20;

export interface GoFunction {
  readonly module: Module;
  readonly record: Address; // of its runtime._func
  readonly entry: Address;
  readonly name: string;
  readonly flag: number;
  readonly args: Bytes; // or ARGS_UNKNOWN
  readonly deferreturn: number; // offset from entry; 0 = none
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
  readonly #known = new Map<Address, GoFunction>();
  // By program counter, because many goroutines stand at the same few places.
  readonly #functionAt = new Map<Address, GoFunction | undefined>();
  readonly #frameSizeAt = new Map<Address, Bytes>();
  readonly #stackMapAt = new Map<Address, number>();
  readonly #positionAt = new Map<Address, SourcePosition>();
  readonly #stackObjects = new Map<GoFunction, readonly StackObjectRecord[]>();

  constructor(go: GoRuntime) {
    this.#image = go.image;
    this.#modules = go.modules;
  }

  /** The function whose code contains `pc`; undefined outside Go code. */
  find(pc: Address): GoFunction | undefined {
    return remember(this.#functionAt, pc, () => this.#lookUp(pc));
  }

  #lookUp(pc: Address): GoFunction | undefined {
    for (const module of this.#modules) {
      if (pc < module.minpc || pc >= module.maxpc) continue;
      const offset = this.#textOffset(module, pc);
      let low = 0;
      let high = module.ftab.length - 1; // the last entry is the end of the text
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if (this.#image.u32(module.ftab.address + middle * 8) <= offset) low = middle;
        else high = middle;
      }
      return this.#read(module, module.pclntable + this.#image.u32(module.ftab.address + low * 8 + 4));
    }
    return undefined;
  }

  /** Source file and line of `pc`; a caller's pc is its return address, so callers ask for pc − 1. */
  position(fn: GoFunction, pc: Address): SourcePosition {
    return remember(this.#positionAt, pc, () => this.#readPosition(fn, pc));
  }

  #readPosition(fn: GoFunction, pc: Address): SourcePosition {
    const image = this.#image;
    const line = this.#pcValue(fn, FUNC.pcln, pc);
    const fileNumber = this.#pcValue(fn, FUNC.pcfile, pc);
    if (fileNumber < 0) return {file: '', line: Math.max(0, line)};
    const unit = image.u32(fn.record + FUNC.cuOffset);
    const offset = image.u32(fn.module.cutab.address + (unit + fileNumber) * 4);
    return {file: offset === 0xffffffff ? '' : image.cString(fn.module.filetab + offset, 4096), line: Math.max(0, line)};
  }

  /** Bytes that the function has pushed at `pc`, its return address not counted; negative when its tables do not tell. */
  frameSize(fn: GoFunction, pc: Address): Bytes {
    return remember(this.#frameSizeAt, pc, () => this.#pcValue(fn, FUNC.pcsp, pc));
  }

  /** Which of the function's stack maps is valid at `pc`; −1 when there is none. */
  stackMap(fn: GoFunction, pc: Address): number {
    return remember(this.#stackMapAt, pc, () => {
      if (PCDATA_STACK_MAP >= this.#image.u32(fn.record + FUNC.npcdata)) return -1;
      return this.#pcValue(fn, FUNC.size + PCDATA_STACK_MAP * 4, pc);
    });
  }

  /** Address of funcdata `table`; undefined when the function has none. */
  funcdata(fn: GoFunction, table: number): Address | undefined {
    const image = this.#image;
    if (table >= image.u8(fn.record + FUNC.nfuncdata)) return undefined;
    const offset = image.u32(fn.record + FUNC.size + image.u32(fn.record + FUNC.npcdata) * 4 + table * 4);
    return offset === 0xffffffff ? undefined : fn.module.gofunc + offset;
  }

  stackObjects(fn: GoFunction): readonly StackObjectRecord[] {
    return remember(this.#stackObjects, fn, () => this.#readStackObjects(fn));
  }

  /** A count, then records {offset; size; pointer bytes; mask in rodata}. */
  #readStackObjects(fn: GoFunction): StackObjectRecord[] {
    const records = this.funcdata(fn, FUNCDATA.stackObjects);
    if (records === undefined) return [];
    const image = this.#image;
    const found: StackObjectRecord[] = [];
    const end = records + 8 + image.word(records) * 16;
    for (let at = records + 8; at < end; at += 16) {
      const pointerBytes = image.i32(at + 8);
      const mask = fn.module.rodata + image.u32(at + 12);
      const count = Math.abs(pointerBytes) / 8;
      // ≤ 1.23: a negative pointer size stands for a GC program, of a variable over 128 KiB.
      const bits = pointerBytes < 0 ? runGcProgram(image, mask, count) : image.bytes(mask, (count + 7) >>> 3);
      const words = Array.from(listBits(bits, count), (word) => word * 8);
      found.push({offset: image.i32(at), size: image.i32(at + 4), words});
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

  #read(module: Module, record: Address): GoFunction {
    let fn = this.#known.get(record);
    if (!fn) {
      const image = this.#image;
      fn = {
        module,
        record,
        entry: this.#textAddress(module, image.u32(record + FUNC.entryOff)),
        name: image.cString(module.funcnametab + image.i32(record + FUNC.name), 65536),
        flag: image.u8(record + FUNC.flag),
        args: image.i32(record + FUNC.args),
        deferreturn: image.u32(record + FUNC.deferreturn),
      };
      this.#known.set(record, fn);
    }
    return fn;
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

/** The key's value, made when it is asked for the first time. */
function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}
