/**
 * The pclntab's magic number → where the fields of its functions' records are. Version by version the entry of a function
 * and the addresses of its tables became offsets, and fields were added behind it; the order of the others never changed.
 * Of Go 1.16 and older, of which only heap dumps are read, the version tells: their tables share numbers.
 * Truth: runtime/symtab.go (pcHeader, functab, stackObjectRecord), runtime2.go (_func), Go 1.7 – 1.27.
 */
import type {Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {Module} from '../modules.js';

export interface PclntabFormat {
  /** Go 1.17 and older: entries of functions and places of their tables are addresses; later offsets from the module's text, gofunc and rodata. */
  readonly addresses: boolean;
  readonly ftabEntry: Bytes; // size of a runtime.functab: entry, then the record's offset, of equal size
  /** Offsets in runtime._func; pcdata (u32 each) and then funcdata follow it. */
  readonly func: {
    readonly name: Bytes;
    readonly args: Bytes;
    readonly deferreturn: Bytes | undefined;
    readonly pcsp: Bytes;
    readonly pcfile: Bytes;
    readonly pcln: Bytes;
    readonly npcdata: Bytes;
    readonly cuOffset: Bytes | undefined; // files are numbered for the whole program without it
    readonly funcId: Bytes;
    readonly flag: Bytes | undefined;
    readonly nfuncdata: Bytes;
    readonly size: Bytes;
  };
  readonly stackObject: {readonly size: Bytes; readonly isTyped: boolean}; // a runtime.stackObjectRecord; its offset and its type alone
  /** Offsets in runtime.inlinedCall. */
  readonly inlinedCall: {readonly size: Bytes; readonly funcId: Bytes; readonly name: Bytes; readonly parentPc: Bytes};
  readonly tables: TableNumbers;
}

/** Of a function's pcdata and funcdata; −1 where that version has no such table, or none that is read. */
export interface TableNumbers {
  readonly stackMap: number;
  readonly inlinedCall: number;
  readonly stackObjects: number;
  readonly inlinedCalls: number;
}

/** Go 1.16 and 1.17. */
const MAGIC_1_17 = 0xfffffffa;
const MAGIC_1_18 = 0xfffffff0; // Go 1.18 and 1.19
const FORMAT_1_17 = makeFormat(8, 44, false);
const FORMAT_1_18 = makeFormat(4, 40, false);
const FORMAT_1_20 = makeFormat(4, 44, true);
/** By the first minor version that has it; trees of inlined calls before Go 1.12 do not say which instruction made a call. */
const OLD_FORMATS: readonly (readonly [minor: number, format: PclntabFormat])[] = [
  [16, {...FORMAT_1_17, func: {...FORMAT_1_17.func, flag: undefined}, stackObject: {size: 16, isTyped: true}}],
  [13, makeOldFormat({stackMap: 1, inlinedCall: 2, stackObjects: 3, inlinedCalls: 4})],
  [12, makeOldFormat({stackMap: 0, inlinedCall: 1, stackObjects: 4, inlinedCalls: 2})],
  [0, makeOldFormat({stackMap: 0, inlinedCall: -1, stackObjects: -1, inlinedCalls: -1}, false)],
];
const FIRST_WITH_FLAGS = 17;

/** The format of the module's table: the newest one's when its number is unknown. */
export function readPclntabFormat(image: MemoryImage, module: Module, minor = FIRST_WITH_FLAGS): PclntabFormat {
  if (minor < FIRST_WITH_FLAGS) return OLD_FORMATS.find(([first]) => minor >= first)![1];
  const magic = image.u32(module.pcHeader);
  if (magic === MAGIC_1_17) return FORMAT_1_17;
  return magic === MAGIC_1_18 ? FORMAT_1_18 : FORMAT_1_20;
}

/** `entry`: size of a record's first field. What stands at a record's end is found from there. */
function makeFormat(entry: Bytes, size: Bytes, since20: boolean): PclntabFormat {
  const addresses = entry === 8;
  return {
    addresses,
    ftabEntry: 2 * entry,
    func: {
      name: entry,
      args: entry + 4,
      deferreturn: entry + 8,
      pcsp: entry + 12,
      pcfile: entry + 16,
      pcln: entry + 20,
      npcdata: entry + 24,
      cuOffset: entry + 28,
      funcId: size - 4,
      flag: size - 3,
      nfuncdata: size - 1,
      size,
    },
    stackObject: {size: addresses ? 24 : 16, isTyped: false},
    inlinedCall: since20 ? {size: 16, funcId: 0, name: 4, parentPc: 8} : {size: 20, funcId: 2, name: 12, parentPc: 16},
    tables: {stackMap: 1, inlinedCall: 2, stackObjects: 2, inlinedCalls: 3},
  };
}

/** Go 1.15 and older: one table of the program's files, and one record for all functions of 40 bytes. */
function makeOldFormat(tables: TableNumbers, since12 = true): PclntabFormat {
  const format = makeFormat(8, 40, false);
  const old = {cuOffset: undefined, flag: undefined};
  const func = since12 ? {...format.func, ...old} : {...format.func, ...old, deferreturn: undefined, funcId: 16, nfuncdata: 36};
  return {...format, func, stackObject: {size: 16, isTyped: true}, tables};
}
