/**
 * .debug_abbrev → tables that say how the entries of a unit are laid out, compiled for fast skipping: each attribute has a
 * width, and an entry whose attributes all have a fixed width is skipped by one addition.
 * Truth: DWARF 5 sections 7.5.3 (abbreviations) and 7.5.6 (forms); GNU forms as in binutils' dwarf2.def.
 */
import {Cursor} from '../base/bytes.js';
import {GoheapError, isGoheapError} from '../base/errors.js';
import {remember} from '../base/remember.js';
import type {Bytes} from '../base/units.js';
import {DW_AT, DW_FORM, DW_TAG} from './dwarf-constants.js';

/** What an entry is for the index of a unit's own entries. */
export const ROLE = {none: 0, type: 1, variable: 2, constant: 3, function: 4} as const;

export interface Abbreviation {
  readonly tag: number; // DW_TAG
  readonly hasChildren: boolean;
  readonly role: number; // ROLE
  /** Columns, one row per attribute. */
  readonly attribute: Uint16Array; // DW_AT
  readonly form: Uint16Array; // DW_FORM
  readonly width: Int8Array; // bytes of the value; WIDTH when that depends on the value
  readonly implicit: Float64Array; // value of DW_FORM_implicit_const
  /** Bytes of all attributes together, or -1 when that depends on the values. */
  readonly size: number;
}
/** By code; codes count from 1 in practice. */
export type AbbreviationTable = readonly (Abbreviation | undefined)[];

/** Widths that depend on the value. */
export const WIDTH = {leb: -1, string: -2, block1: -3, block2: -4, block4: -5, block: -6, indirect: -7, unknown: -8} as const;

/** Sizes that a unit's header decides. */
export interface UnitSizes {
  readonly version: number;
  readonly addressSize: number;
  readonly offsetSize: number; // 4, or 8 in 64-bit DWARF
}

/** A larger code shows damage: compilers number from 1 on, and a table has some hundred rows. */
const MAX_CODE = 1_000_000;

/** Units of different versions may share a table, which then is read for each of them. More can only be tables that lie in one another. */
const MOST_TIMES = 8;

/** The tables of .debug_abbrev, each read once however many units share it, also when it is damaged. */
export class AbbreviationTables {
  readonly #section: Uint8Array;
  readonly #known = new Map<string, AbbreviationTable | GoheapError>();
  #read: Bytes = 0;

  constructor(section: Uint8Array) {
    this.#section = section;
  }

  /** The one at `offset`. Throws `bad-format` when it is damaged. */
  at(offset: number, sizes: UnitSizes): AbbreviationTable {
    const known = remember(this.#known, `${offset} ${sizes.version} ${sizes.offsetSize}`, () => this.#tryRead(offset, sizes));
    if (known instanceof GoheapError) throw known;
    return known;
  }

  #tryRead(offset: number, sizes: UnitSizes): AbbreviationTable | GoheapError {
    const cursor = new Cursor('.debug_abbrev', this.#section, offset);
    try {
      if (this.#read > MOST_TIMES * this.#section.length) cursor.fail('too many tables lie in one another');
      return readAbbreviations(cursor, sizes);
    } catch (error) {
      if (isGoheapError(error)) return error;
      throw error;
    } finally {
      this.#read += cursor.position - offset;
    }
  }
}

function readAbbreviations(cursor: Cursor, sizes: UnitSizes): AbbreviationTable {
  const table: (Abbreviation | undefined)[] = [];
  for (;;) {
    const code = cursor.uleb();
    if (code === 0) return table;
    if (code > MAX_CODE) cursor.fail(`abbreviation code ${code}; expected less than ${MAX_CODE}`);
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes = readAttributes(cursor, sizes);
    // Only functions with code of their own have a low_pc: others were inlined everywhere, or are declarations.
    const hasCode = tag === DW_TAG.subprogram && attributes.attribute.includes(DW_AT.low_pc);
    table[code] = {tag, hasChildren, role: hasCode ? ROLE.function : roleOf(tag), ...attributes};
  }
}

function readAttributes(cursor: Cursor, sizes: UnitSizes): Omit<Abbreviation, 'tag' | 'hasChildren' | 'role'> {
  const attributes: number[] = [];
  const forms: number[] = [];
  const implicit: number[] = [];
  for (;;) {
    const attribute = cursor.uleb();
    const form = cursor.uleb();
    const value = form === DW_FORM.implicit_const ? cursor.sleb() : 0;
    if (attribute === 0 && form === 0) break;
    attributes.push(attribute);
    forms.push(form);
    implicit.push(value);
  }
  const width = Int8Array.from(forms, (form) => formWidth(form, sizes));
  return {
    attribute: Uint16Array.from(attributes),
    form: Uint16Array.from(forms),
    width,
    implicit: Float64Array.from(implicit),
    size: width.every((bytes) => bytes >= 0) ? width.reduce((sum, bytes) => sum + bytes, 0) : -1,
  };
}

function roleOf(tag: number): number {
  switch (tag) {
    case DW_TAG.variable:
      return ROLE.variable;
    case DW_TAG.constant:
      return ROLE.constant;
    case DW_TAG.structure_type:
    case DW_TAG.typedef:
    case DW_TAG.pointer_type:
    case DW_TAG.base_type:
    case DW_TAG.array_type:
    case DW_TAG.subroutine_type:
    case DW_TAG.union_type:
    case DW_TAG.enumeration_type:
    case DW_TAG.class_type:
    case DW_TAG.interface_type:
    case DW_TAG.unspecified_type:
      return ROLE.type;
    default:
      return ROLE.none;
  }
}

/** Bytes of a value of this form, or WIDTH. */
export function formWidth(form: number, {version, addressSize, offsetSize}: UnitSizes): number {
  switch (form) {
    case DW_FORM.flag_present:
    case DW_FORM.implicit_const:
      return 0;
    case DW_FORM.data1:
    case DW_FORM.flag:
    case DW_FORM.ref1:
    case DW_FORM.strx1:
    case DW_FORM.addrx1:
      return 1;
    case DW_FORM.data2:
    case DW_FORM.ref2:
    case DW_FORM.strx2:
    case DW_FORM.addrx2:
      return 2;
    case DW_FORM.strx3:
    case DW_FORM.addrx3:
      return 3;
    case DW_FORM.data4:
    case DW_FORM.ref4:
    case DW_FORM.ref_sup4:
    case DW_FORM.strx4:
    case DW_FORM.addrx4:
      return 4;
    case DW_FORM.data8:
    case DW_FORM.ref8:
    case DW_FORM.ref_sig8:
    case DW_FORM.ref_sup8:
      return 8;
    case DW_FORM.data16:
      return 16;
    case DW_FORM.addr:
      return addressSize;
    case DW_FORM.ref_addr: // an address in DWARF 2, an offset since
      return version <= 2 ? addressSize : offsetSize;
    case DW_FORM.strp:
    case DW_FORM.line_strp:
    case DW_FORM.strp_sup:
    case DW_FORM.sec_offset:
    case DW_FORM.GNU_ref_alt:
    case DW_FORM.GNU_strp_alt:
      return offsetSize;
    case DW_FORM.string:
      return WIDTH.string;
    case DW_FORM.block1:
      return WIDTH.block1;
    case DW_FORM.block2:
      return WIDTH.block2;
    case DW_FORM.block4:
      return WIDTH.block4;
    case DW_FORM.block:
    case DW_FORM.exprloc:
      return WIDTH.block;
    case DW_FORM.indirect:
      return WIDTH.indirect;
    case DW_FORM.sdata:
    case DW_FORM.udata:
    case DW_FORM.ref_udata:
    case DW_FORM.strx:
    case DW_FORM.addrx:
    case DW_FORM.loclistx:
    case DW_FORM.rnglistx:
    case DW_FORM.GNU_addr_index:
    case DW_FORM.GNU_str_index:
      return WIDTH.leb;
    default:
      return WIDTH.unknown;
  }
}
