/**
 * .debug_info → an index of what stands directly below the roots of the units: types by name and by Go's runtime type,
 * variables, constants, functions by the address of their code. One pass that decodes no string and makes no object per entry;
 * what is inside functions, the bulk, is only stepped over.
 */
import {Column} from '../base/columns.js';
import {formatError, isGoheapError} from '../base/errors.js';
import {hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import {type Abbreviation, ROLE} from './abbreviations.js';
import {Die, readAddress} from './die.js';
import {DW_AT, DW_FORM} from './dwarf-constants.js';
import type {Sections} from './sections.js';
import {readUleb, skipAttributes, skipValue} from './skip.js';
import type {Unit} from './unit.js';

/** Offsets are those of entries in .debug_info, ascending. */
export interface UnitIndex {
  readonly type: Uint32Array; // offset of each named type
  readonly typeNameHash: Uint32Array; // hashName of its name
  readonly goType: Uint32Array; // offset of each type with a runtime type
  readonly goRuntimeType: Float64Array; // its DW_AT_go_runtime_type
  readonly variable: Uint32Array; // offset
  readonly constant: Uint32Array; // offset
  readonly function: Uint32Array; // offset of each function with code
  readonly functionStart: Float64Array; // its DW_AT_low_pc
}

type Columns = {readonly [name in keyof UnitIndex]: Column<UnitIndex[name]>};

/** A unit that is damaged is left out with a warning. */
export function indexUnits(sections: Sections, units: readonly Unit[], warnings: WarningLog | undefined): UnitIndex {
  const offsets = () => new Column(Uint32Array);
  const columns: Columns = {
    type: offsets(),
    typeNameHash: offsets(),
    goType: offsets(),
    goRuntimeType: new Column(Float64Array),
    variable: offsets(),
    constant: offsets(),
    function: offsets(),
    functionStart: new Column(Float64Array),
  };
  const all = Object.values(columns);
  for (const unit of units) {
    const before = all.map((column) => column.length);
    try {
      indexUnit(sections, unit, columns);
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      for (const [i, column] of all.entries()) column.length = before[i]!;
      warnings?.add('dwarf-unit', `The unit at ${hex(unit.offset)} of the debug information is left out: ${error.message}.`);
    }
  }
  const {type, typeNameHash, goType, goRuntimeType, variable, constant, functionStart} = columns;
  return {
    type: type.finish(),
    typeNameHash: typeNameHash.finish(),
    goType: goType.finish(),
    goRuntimeType: goRuntimeType.finish(),
    variable: variable.finish(),
    constant: constant.finish(),
    function: columns.function.finish(),
    functionStart: functionStart.finish(),
  };
}

function indexUnit(sections: Sections, unit: Unit, columns: Columns): void {
  if (unit.root >= unit.end) return;
  const root = new Die(sections, unit, unit.root);
  const data = sections.get('.debug_info');
  const {abbreviations, end} = unit;
  let depth = root.hasChildren ? 1 : 0;
  for (let at = root.end; depth > 0 && at < end; ) {
    const offset = at;
    let code = data[at++]!;
    if (code >= 0x80) {
      code = readUleb(data, offset);
      while (data[at++]! >= 0x80);
    }
    if (code === 0) {
      depth--;
      continue;
    }
    const abbreviation = abbreviations[code];
    if (!abbreviation) throw formatError('.debug_info', offset, `abbreviation ${code} is not in the unit's table`);
    const first = at;
    at = skipAttributes(data, first, abbreviation, unit);
    if (!(at <= end)) throw formatError('.debug_info', offset, 'an entry reaches beyond its unit');
    if (depth === 1 && abbreviation.role !== ROLE.none) {
      if (abbreviation.role === ROLE.type) indexType(sections, unit, {offset, first, abbreviation}, columns);
      else if (abbreviation.role === ROLE.function) indexFunction(sections, unit, {offset, first, abbreviation}, columns);
      else (abbreviation.role === ROLE.variable ? columns.variable : columns.constant).push(offset);
    }
    if (abbreviation.hasChildren) depth++;
  }
}

interface Entry {
  readonly offset: number;
  readonly first: number; // where the attributes begin
  readonly abbreviation: Abbreviation;
}

function indexType(sections: Sections, unit: Unit, {offset, first, abbreviation}: Entry, columns: Columns): void {
  const data = sections.get('.debug_info');
  const {attribute, form, width} = abbreviation;
  let at = first;
  for (let i = 0; i < attribute.length; i++) {
    if (attribute[i] === DW_AT.name) {
      columns.type.push(offset);
      columns.typeNameHash.push(
        form[i] === DW_FORM.string ? hashText(data, at) : hashName(new Die(sections, unit, offset).string(DW_AT.name) ?? ''),
      );
    } else if (attribute[i] === DW_AT.go_runtime_type) {
      const value =
        form[i] === DW_FORM.addr
          ? sections.number('.debug_info', at, unit.addressSize)
          : new Die(sections, unit, offset).number(DW_AT.go_runtime_type);
      if (value) {
        columns.goType.push(offset);
        columns.goRuntimeType.push(value);
      }
    }
    at = skipValue(data, at, width[i]!, unit);
  }
}

function indexFunction(sections: Sections, unit: Unit, {offset, first, abbreviation}: Entry, columns: Columns): void {
  const data = sections.get('.debug_info');
  const row = abbreviation.attribute.indexOf(DW_AT.low_pc);
  const form = abbreviation.form[row];
  let at = first;
  for (let i = 0; i < row; i++) at = skipValue(data, at, abbreviation.width[i]!, unit);
  const start =
    form === DW_FORM.addr ? sections.number('.debug_info', at, unit.addressSize) : findAddress(sections, unit, readUleb(data, at));
  if (!start) return; // 0: the linker left the code out
  columns.function.push(offset);
  columns.functionStart.push(start);
}

/** Undefined where .debug_addr is damaged: the unit's types are good without it. */
function findAddress(sections: Sections, unit: Unit, index: number): number | undefined {
  const at = unit.addrBase + index * unit.addressSize;
  return at + unit.addressSize <= sections.get('.debug_addr').length ? readAddress(sections, unit, index) : undefined;
}

/** FNV-1a, 32 bits. */
const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Of the bytes up to the next NUL. */
function hashText(data: Uint8Array, at: number): number {
  let hash = FNV_START;
  for (let i = at; data[i] !== 0 && i < data.length; i++) hash = Math.imul(hash ^ data[i]!, FNV_PRIME);
  return hash >>> 0;
}

const encoder = new TextEncoder();

export function hashName(name: string): number {
  return hashText(encoder.encode(`${name}\0`), 0);
}
