/**
 * .debug_info → the units: header fields and what the root entry says for all entries below it.
 * Truth: DWARF 5 section 7.5.1 (headers of versions 2 to 5, 32- and 64-bit). A unit that goheap cannot read (another version
 * or address size, a damaged header) is left out with a warning; units of types and of split files have no addresses, and
 * are kept.
 */
import {Cursor} from '../base/bytes.js';
import {isGoheapError} from '../base/errors.js';
import {hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {AbbreviationTables, type UnitSizes} from './abbreviations.js';
import {Die} from './die.js';
import {DW_AT, DW_UT} from './dwarf-constants.js';
import type {Sections} from './sections.js';
import type {Unit} from './unit.js';

export function readUnits(sections: Sections, warnings: WarningLog | undefined): Unit[] {
  const units: Unit[] = [];
  const tables = new AbbreviationTables(sections.get('.debug_abbrev'));
  const cursor = new Cursor('.debug_info', sections.get('.debug_info'));
  while (!cursor.atEnd) {
    const offset = cursor.position;
    const limit = attempt(offset, warnings, () => readLength(cursor));
    if (limit === undefined) break; // nothing tells where the next unit begins
    const unit = attempt(offset, warnings, () => readUnit(sections, cursor, {offset, ...limit}, tables));
    if (unit) units.push(unit);
    cursor.position = limit.end;
  }
  return units;
}

function attempt<T>(offset: number, warnings: WarningLog | undefined, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isGoheapError(error)) throw error;
    warnings?.add('dwarf-unit', `The unit at ${hex(offset)} of the debug information is left out: ${error.message}.`);
    return undefined;
  }
}

function readLength(cursor: Cursor): {end: number; offsetSize: number} {
  const short = cursor.u32();
  if (short >= 0xfffffff0 && short !== 0xffffffff) cursor.fail(`unit length ${hex(short)}, which is reserved`);
  const offsetSize = short === 0xffffffff ? 8 : 4;
  const length = offsetSize === 8 ? cursor.u64() : short;
  if (length > cursor.end - cursor.position) cursor.fail(`a unit of ${length} bytes; ${cursor.end - cursor.position} remain`);
  return {end: cursor.position + length, offsetSize};
}

interface Frame {
  readonly offset: number;
  readonly end: number;
  readonly offsetSize: number;
}

function readUnit(sections: Sections, cursor: Cursor, frame: Frame, tables: AbbreviationTables): Unit {
  const {offset, end, offsetSize} = frame;
  const readOffset = () => (offsetSize === 8 ? cursor.u64() : cursor.u32());
  const version = cursor.u16();
  if (version < 2 || version > 5) cursor.fail(`DWARF version ${version}; expected 2 to 5`);
  const unitType = version >= 5 ? cursor.u8() : DW_UT.compile;
  const addressFirst = version >= 5 ? cursor.u8() : 0;
  const abbreviationOffset = readOffset();
  const addressSize = version >= 5 ? addressFirst : cursor.u8();
  if (addressSize !== 8) cursor.fail(`addresses of ${addressSize} bytes; expected 8`);
  if (unitType === DW_UT.skeleton || unitType === DW_UT.split_compile) cursor.skip(8); // dwo_id
  if (unitType === DW_UT.type || unitType === DW_UT.split_type) cursor.skip(8 + offsetSize); // signature and offset of the type
  const sizes: UnitSizes = {version, addressSize, offsetSize};
  const abbreviations = tables.at(abbreviationOffset, sizes);
  // The bases count from behind the header of the unit's part of those sections: the default is the first part.
  const base = offsetSize === 8 ? 16 : 8;
  return readRoot(sections, {offset, end, root: cursor.position, lowPc: 0, ...sizes, abbreviations, addrBase: base, strOffsetsBase: base});
}

/** The bases come first: the other attributes may be indexes that need them. */
function readRoot(sections: Sections, header: Unit): Unit {
  if (header.root >= header.end) return header;
  const bare = new Die(sections, header, header.root);
  const addrBase = bare.number(DW_AT.addr_base) ?? bare.number(DW_AT.GNU_addr_base) ?? header.addrBase;
  const unit = {...header, addrBase, strOffsetsBase: bare.number(DW_AT.str_offsets_base) ?? header.strOffsetsBase};
  const root = new Die(sections, unit, unit.root);
  const [lineOffset, language, name, compDir] = [
    root.number(DW_AT.stmt_list),
    root.number(DW_AT.language),
    root.string(DW_AT.name),
    root.string(DW_AT.comp_dir),
  ];
  return {
    ...unit,
    lowPc: root.number(DW_AT.low_pc) ?? 0,
    ...(lineOffset === undefined ? {} : {lineOffset}),
    ...(language === undefined ? {} : {language}),
    ...(name === undefined ? {} : {name}),
    ...(compDir === undefined ? {} : {compDir}),
  };
}
