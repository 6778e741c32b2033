/**
 * A unit of .debug_info: the header fields and what the root entry says for all entries below it. `read-units.ts` reads them.
 */
import type {AbbreviationTable, UnitSizes} from './abbreviations.js';

/** Offsets count from the start of .debug_info. */
export interface Unit extends UnitSizes {
  readonly offset: number;
  readonly end: number; // exclusive
  readonly root: number; // of the root entry
  readonly lowPc: number; // what its location and range lists count from at first
  readonly abbreviations: AbbreviationTable;
  readonly addrBase: number; // of the unit's addresses in .debug_addr
  readonly strOffsetsBase: number; // of the unit's strings in .debug_str_offsets
  readonly lineOffset?: number; // of its line program in .debug_line
  readonly language?: number; // DW_LANG: 0x16 is Go
  readonly name?: string; // Go: the import path of the package
  readonly compDir?: string;
}
