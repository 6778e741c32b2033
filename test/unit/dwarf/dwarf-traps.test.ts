/** Debug information that would be read again and again: each part costs one pass, whatever refers to it. */
import {expect, test} from 'vitest';
import {DW_AT, DW_FORM, DW_TAG} from '../../../src/dwarf/dwarf-constants.js';
import {hasPointers} from '../../../src/dwarf/type-layout.js';
import {assemble, bytes, cString, u8, u16, u32, uleb, zeros} from '../../kit/assemble.js';
import {debugSections, type EntrySpec, open, reference} from '../../kit/dwarf-bytes.js';

/** A unit of nothing but its header, DWARF 4. */
const unit = (abbreviations: number) => assemble(u32(8), u16(4), u32(abbreviations), u8(8), zeros(1));
/** Abbreviations without attributes that never end. */
const endless = (count: number) => assemble(Array.from({length: count}, () => [uleb(1), uleb(0x11), u8(0), zeros(2)]).flat());

test.each([
  ['one table', () => 0],
  ['tables that lie in one another', (i: number) => (i % 5000) * 5],
])('60,000 units over %s', (_, offset) => {
  const sections = {
    '.debug_info': Buffer.concat(Array.from({length: 60_000}, (_, i) => unit(offset(i)))),
    '.debug_abbrev': endless(30_000),
  };
  const start = process.cpuUsage();
  const {dwarf, warnings} = open(sections);
  const {user, system} = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(15); // a table for each unit took minutes
  expect(dwarf.units).toEqual([]);
  expect(warnings.list()).toEqual([expect.objectContaining({code: 'dwarf-unit', count: 60_000})]);
});

test('a struct with two fields of a struct with two fields, forty times', () => {
  const field = (target: string): EntrySpec => ({tag: DW_TAG.member, attributes: [[DW_AT.type, DW_FORM.ref_addr, reference(target)]]});
  const struct = (level: number): EntrySpec => ({
    tag: DW_TAG.structure_type,
    label: `level ${level}`,
    attributes: [[DW_AT.name, DW_FORM.string, cString(`main.Level${level}`)]],
    children: level === 0 ? [] : [field(`level ${level - 1}`), field(`level ${level - 1}`)],
  });
  const {dwarf} = open(debugSections({root: {tag: DW_TAG.compile_unit, children: Array.from({length: 40}, (_, level) => struct(level))}}));
  expect(hasPointers(dwarf, dwarf.typeNamed('main.Level39')!)).toBe(false);
});

test('a name of a hundred thousand letters is damage', () => {
  const long = assemble(bytes(new Uint8Array(100_000).fill(97)), zeros(1));
  const root = {tag: DW_TAG.compile_unit, attributes: [[DW_AT.name, DW_FORM.strp, u32(0)] as const]};
  const {dwarf, warnings} = open({...debugSections({root}), '.debug_str': long});
  expect(dwarf.units).toEqual([]);
  expect(warnings.list()[0]!.message).toMatch(/is too long/);
});
