/** Attribute values in every form, and entries that are damaged. Numbers of forms are spelled out: DWARF 5 table 7.6. */
import {describe, expect, test} from 'vitest';
import {assemble, bytes, cString, type Field, sleb, text, u8, u16, u32, u64, uleb, zeros} from '../../kit/assemble.js';
import {type AttributeSpec, debugSections, open, type UnitSpec} from '../../kit/dwarf-bytes.js';

const strings = {
  '.debug_str': assemble(cString('zero'), cString('five')), // at 0 and 5
  '.debug_line_str': assemble(cString('line')),
  '.debug_str_offsets': assemble(zeros(8), u32(5), u32(0)), // 8 bytes of header
  '.debug_addr': assemble(zeros(8), u64(0x1000), u64(0x2000)),
};
const UNIT = 0x11;
const VALUE = 0x1c; // DW_AT_const_value
const AFTER = 0x0b; // DW_AT_byte_size, to see that the value was stepped over

function root(attributes: readonly AttributeSpec[], offsetSize: 4 | 8 = 4, version = 5) {
  const {dwarf} = open({...debugSections({root: {tag: UNIT, attributes}, offsetSize, version}), ...strings});
  return dwarf.die(dwarf.units[0]!.root);
}

const forms: [string, number, Field | Field[], unknown][] = [
  ['addr', 0x01, u64(0xc000123456), 0xc000123456],
  ['block2', 0x03, [u16(2), bytes([1, 2])], Uint8Array.of(1, 2)],
  ['block4', 0x04, [u32(3), bytes([1, 2, 3])], Uint8Array.of(1, 2, 3)],
  ['data2', 0x05, u16(0xfffe), 0xfffe],
  ['data4', 0x06, u32(0xfffffffe), 0xfffffffe],
  ['data8', 0x07, u64(2 ** 40), 2 ** 40],
  ['string', 0x08, cString('Größe'), 'Größe'],
  ['block', 0x09, [uleb(200), zeros(200)], new Uint8Array(200)],
  ['block1', 0x0a, [u8(1), u8(9)], Uint8Array.of(9)],
  ['data1', 0x0b, u8(255), 255],
  ['flag', 0x0c, u8(1), 1],
  ['sdata', 0x0d, sleb(-70_000), -70_000],
  ['strp', 0x0e, u32(5), 'five'],
  ['udata', 0x0f, uleb(2 ** 45), 2 ** 45],
  ['ref_addr', 0x10, u32(77), 77],
  ['ref1', 0x11, u8(20), 20],
  ['ref2', 0x12, u16(300), 300],
  ['ref4', 0x13, u32(70_000), 70_000],
  ['ref8', 0x14, u64(1), 1],
  ['ref_udata', 0x15, uleb(500), 500],
  ['indirect', 0x16, [uleb(0x05), u16(7)], 7],
  ['sec_offset', 0x17, u32(88), 88],
  ['exprloc', 0x18, [uleb(2), bytes([0x91, 0])], Uint8Array.of(0x91, 0)],
  ['flag_present', 0x19, [], 1],
  ['strx', 0x1a, uleb(1), 'zero'],
  ['addrx', 0x1b, uleb(1), 0x2000],
  ['ref_sup4', 0x1c, u32(1), undefined],
  ['strp_sup', 0x1d, u32(1), undefined],
  ['data16', 0x1e, zeros(16), new Uint8Array(16)],
  ['line_strp', 0x1f, u32(0), 'line'],
  ['ref_sig8', 0x20, u64(1), undefined],
  ['implicit_const', 0x21, sleb(-3), -3],
  ['loclistx', 0x22, uleb(3), 3],
  ['rnglistx', 0x23, uleb(4), 4],
  ['ref_sup8', 0x24, u64(1), undefined],
  ['strx1', 0x25, u8(0), 'five'],
  ['strx2', 0x26, u16(0), 'five'],
  ['strx3', 0x27, bytes([0, 0, 0]), 'five'],
  ['strx4', 0x28, u32(0), 'five'],
  ['addrx1', 0x29, u8(0), 0x1000],
  ['addrx2', 0x2a, u16(0), 0x1000],
  ['addrx3', 0x2b, bytes([0, 0, 0]), 0x1000],
  ['addrx4', 0x2c, u32(0), 0x1000],
  ['GNU_addr_index', 0x1f01, uleb(0), 0x1000],
  ['GNU_str_index', 0x1f02, uleb(0), 'five'],
  ['GNU_ref_alt', 0x1f20, u32(1), undefined],
  ['GNU_strp_alt', 0x1f21, u32(1), undefined],
];

describe('attribute', () => {
  test.each(forms)('DW_FORM_%s', (_, form, value, expected) => {
    const die = root([
      [VALUE, form, value],
      [AFTER, 0x0b, u8(42)],
    ]);
    expect(die.attribute(VALUE)).toEqual(expected);
    expect(die.attribute(AFTER)).toBe(42);
    expect(die.attribute(0x3a)).toBeUndefined();
  });
  test('offsets have 8 bytes in 64-bit DWARF, references to other units those of addresses in DWARF 2', () => {
    expect(root([[VALUE, 0x0e, u64(5)]], 8).attribute(VALUE)).toBe('five');
    expect(root([[VALUE, 0x10, u64(77)]], 4, 2).attribute(VALUE)).toBe(77);
  });
  test('number and string leave out values of another kind', () => {
    const die = root([[VALUE, 0x0b, u8(1)]]);
    expect([die.number(VALUE), die.string(VALUE)]).toEqual([1, undefined]);
  });

  const damaged: [string, AttributeSpec, RegExp][] = [
    ['string beyond .debug_str', [VALUE, 0x0e, u32(100)], /\.debug_str: at 0x64: a string does not end within the section's 10 bytes/],
    ['address beyond .debug_addr', [VALUE, 0x1b, uleb(2)], /\.debug_addr: at 0x18: 8 bytes wanted; the section has 24/],
  ];
  test.each(damaged)('refuses a %s', (_, attribute, message) => {
    expect(() => root([attribute]).attribute(VALUE)).toThrow(
      expect.objectContaining({code: 'bad-format', message: expect.stringMatching(message)}),
    );
  });
});

describe('die', () => {
  const {dwarf} = open(debugSections({root: {tag: UNIT, attributes: [[VALUE, 0x0b, u8(99)]]}}));
  const {root: at, end} = dwarf.units[0]!;
  test.each([0, at - 1, end, 1_000_000, -1, Number.NaN])('is nowhere at %d', (offset) => {
    expect(() => dwarf.die(offset)).toThrow(/no entry can be here/);
  });
  test('needs a known abbreviation', () => {
    expect(() => dwarf.die(at + 1)).toThrow(/abbreviation 99 is not in the unit's table/);
  });
});

describe('damaged units are left out, the others stay', () => {
  const good = {root: {tag: UNIT, attributes: [[0x03, 0x08, cString('good')]] as AttributeSpec[]}};
  const withChild = (attribute: AttributeSpec) => ({
    root: {tag: UNIT, children: [{tag: 0x24, attributes: [[0x03, 0x08, cString('lost')] as AttributeSpec, attribute]}]},
  });
  const cases: [string, UnitSpec, RegExp][] = [
    ['another version', {...good, version: 6}, /DWARF version 6; expected 2 to 5/],
    ['another address size', {...good, addressSize: 4}, /addresses of 4 bytes; expected 8/],
    ['a form that is not known', withChild([VALUE, 0x7f, u8(0)]), /a form that goheap does not know/],
    ['a block beyond the unit', withChild([VALUE, 0x0a, u8(200)]), /an entry reaches beyond its unit/],
    ['indirect within indirect', withChild([VALUE, 0x16, [uleb(0x16), uleb(0x16)]]), /DW_FORM_indirect within/],
  ];
  test.each(cases)('%s', (_, unit, message) => {
    const {dwarf, warnings} = open(debugSections(unit, good));
    expect(dwarf.units.at(-1)!.name).toBe('good');
    expect(dwarf.typeNamed('lost')).toBeUndefined();
    expect(warnings.list()).toMatchObject([{code: 'dwarf-unit', message: expect.stringMatching(message), count: 1}]);
  });
  test('a unit longer than the section ends the list', () => {
    const {dwarf, warnings} = open(debugSections(good, {...good, wrongLength: 1}));
    expect(dwarf.units).toHaveLength(1);
    expect(warnings.list()).toMatchObject([{message: expect.stringMatching(/a unit of \d+ bytes; \d+ remain/)}]);
  });
  test('a reserved length ends the list', () => {
    const sections = debugSections(good);
    const info = assemble(bytes(sections['.debug_info']), u32(0xfffffff1), text('rest'));
    const {dwarf, warnings} = open({...sections, '.debug_info': info});
    expect(dwarf.units).toHaveLength(1);
    expect(warnings.list()).toMatchObject([{message: expect.stringMatching(/unit length 0xfffffff1, which is reserved/)}]);
  });
  test('cut sections never loop or crash', () => {
    const sections = debugSections(withChild([VALUE, 0x08, cString('value')]), good);
    for (const name of ['.debug_info', '.debug_abbrev'] as const) {
      for (let size = 1; size < sections[name].length; size++) {
        const cut = open({...sections, [name]: sections[name].subarray(0, size)});
        expect(cut.dwarf.units.length).toBeLessThanOrEqual(2);
        expect(cut.warnings.list().length + cut.dwarf.units.length).toBeGreaterThan(0);
      }
    }
  });
  test('no debug information at all', () => {
    expect(open({...debugSections(), '.debug_info': new Uint8Array(0)}).dwarf).toBeUndefined();
  });
});
