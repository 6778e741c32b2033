/**
 * Entries → .debug_info and .debug_abbrev, for the tests of `dwarf`. Written from DWARF 5 chapter 7, apart from the reader:
 * each entry gets an abbreviation of its own. Labels: `<name>` of an entry, `unit <i>`.
 */

import {WarningLog} from '../../src/base/warnings.js';
import {type Dwarf, openDwarf} from '../../src/dwarf/dwarf.js';
import type {SectionName} from '../../src/dwarf/sections.js';
import {assemble, cString, distance, type Field, label, sleb, u8, u16, u32, u64, uleb, zeros} from './assemble.js';

/** Attribute, form, and the value as its fields. A form of 0x21 (implicit_const) has its value in the abbreviation. */
export type AttributeSpec = readonly [attribute: number, form: number, value: Field | readonly Field[]];
export interface EntrySpec {
  readonly tag: number;
  readonly label?: string;
  readonly attributes?: readonly AttributeSpec[];
  readonly children?: readonly EntrySpec[];
}
export interface UnitSpec {
  readonly version?: number;
  readonly offsetSize?: 4 | 8;
  readonly addressSize?: number;
  readonly unitType?: number;
  readonly root: EntrySpec;
  /** Instead of the end of the entries: how many bytes too many or too few the header claims. */
  readonly wrongLength?: number;
}

export type DebugSections = Partial<Record<SectionName, Uint8Array>>;

export function debugSections(...units: readonly UnitSpec[]): Record<'.debug_info' | '.debug_abbrev', Uint8Array> {
  const abbreviations: Field[] = [];
  const info = units.flatMap((unit, i) => unitFields(unit, i, abbreviations));
  return {'.debug_info': assemble(info), '.debug_abbrev': assemble(abbreviations, uleb(0))};
}

/** The reader over sections, with what it warned of. */
export function open(sections: DebugSections): {dwarf: Dwarf; warnings: WarningLog} {
  const warnings = new WarningLog();
  return {dwarf: openDwarf((name) => sections[name], warnings)!, warnings};
}

/** Address of an entry's label in .debug_info: the label is found by assembling once more. */
export const reference = (name: string): Field => u32((labels) => labels.get(name) ?? fail(name));
/** The same as an offset in the unit. */
export const localReference = (name: string, unit = 0): Field =>
  u32((labels) => (labels.get(name) ?? fail(name)) - labels.get(`unit ${unit}`)!);

function fail(name: string): never {
  throw new Error(`no entry is labelled ${name}`);
}

function unitFields(unit: UnitSpec, i: number, abbreviations: Field[]): Field[] {
  const {version = 5, offsetSize = 4, addressSize = 8, unitType = 1, wrongLength = 0} = unit;
  const length = (labels: ReadonlyMap<string, number>) => labels.get(`end ${i}`)! - labels.get(`start ${i}`)! + wrongLength;
  const abbreviationOffset = offsetSize === 8 ? u64(0) : u32(0);
  return [
    label(`unit ${i}`),
    ...(offsetSize === 8 ? [u32(0xffffffff), u64(length)] : [u32(length)]), // unit_length
    label(`start ${i}`),
    u16(version),
    ...(version >= 5 ? [u8(unitType), u8(addressSize), abbreviationOffset] : [abbreviationOffset, u8(addressSize)]),
    ...(unitType === 4 || unitType === 5 ? [u64(1)] : []), // dwo_id
    ...(unitType === 2 || unitType === 6 ? [u64(1), zeros(offsetSize)] : []), // type_signature, type_offset
    ...entryFields(unit.root, abbreviations),
    label(`end ${i}`),
  ];
}

/** Abbreviation codes of all units are rows of one table. */
function entryFields(entry: EntrySpec, abbreviations: Field[]): Field[] {
  const code = abbreviations.length + 1;
  const attributes = entry.attributes ?? [];
  abbreviations.push({size: () => 0}); // holds the place: codes count entries
  const head = attributes.flatMap(([attribute, form, value]) => [uleb(attribute), uleb(form), ...(form === 0x21 ? [value].flat() : [])]);
  abbreviations[code - 1] = joined([uleb(code), uleb(entry.tag), u8(entry.children ? 1 : 0), ...head, uleb(0), uleb(0)]);
  return [
    ...(entry.label === undefined ? [] : [label(entry.label)]),
    uleb(code),
    ...attributes.flatMap(([, form, value]) => (form === 0x21 ? [] : [value].flat())),
    ...(entry.children ?? []).flatMap((child) => entryFields(child, abbreviations)),
    ...(entry.children ? [uleb(0)] : []), // ends the children
  ];
}

/** Fields without labels as one field. */
function joined(fields: readonly Field[]): Field {
  const data = assemble(fields);
  return {size: () => data.length, write: (view, at) => new Uint8Array(view.buffer).set(data, at)};
}

export {cString, distance, sleb, u8, u16, u32, u64, uleb};
