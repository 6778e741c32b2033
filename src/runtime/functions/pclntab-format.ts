/**
 * The pclntab's magic number → where the fields of its functions' records are. Version by version the entry of a function
 * and the addresses of its tables became offsets, and fields were added behind it; the order of the others never changed.
 * Truth: runtime/symtab.go (pcHeader, functab, stackObjectRecord), runtime2.go (_func), Go 1.17 – 1.27.
 */
import type {Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {Module} from '../modules.js';

export interface PclntabFormat {
  /** Go 1.17: entries of functions and places of their tables are addresses; later offsets from the module's text, gofunc and rodata. */
  readonly addresses: boolean;
  readonly ftabEntry: Bytes; // size of a runtime.functab: entry, then the record's offset, of equal size
  /** Offsets in runtime._func; pcdata (u32 each) and then funcdata follow it. */
  readonly func: {
    readonly name: Bytes;
    readonly args: Bytes;
    readonly deferreturn: Bytes;
    readonly pcsp: Bytes;
    readonly pcfile: Bytes;
    readonly pcln: Bytes;
    readonly npcdata: Bytes;
    readonly cuOffset: Bytes;
    readonly funcId: Bytes;
    readonly flag: Bytes;
    readonly nfuncdata: Bytes;
    readonly size: Bytes;
  };
  readonly stackObjectSize: Bytes; // of a runtime.stackObjectRecord
  /** Offsets in runtime.inlinedCall. */
  readonly inlinedCall: {readonly size: Bytes; readonly funcId: Bytes; readonly name: Bytes; readonly parentPc: Bytes};
}

/** Go 1.17; Go 1.16 has the same number and other records, but goheap reads no such program. */
const MAGIC_1_17 = 0xfffffffa;
const MAGIC_1_18 = 0xfffffff0; // Go 1.18 and 1.19
const FORMAT_1_17 = makeFormat(8, 44, false);
const FORMAT_1_18 = makeFormat(4, 40, false);
const FORMAT_1_20 = makeFormat(4, 44, true);

/** The format of the module's table: the newest one's when its number is unknown. */
export function readPclntabFormat(image: MemoryImage, module: Module): PclntabFormat {
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
    stackObjectSize: addresses ? 24 : 16,
    inlinedCall: since20 ? {size: 16, funcId: 0, name: 4, parentPc: 8} : {size: 20, funcId: 2, name: 12, parentPc: 16},
  };
}
