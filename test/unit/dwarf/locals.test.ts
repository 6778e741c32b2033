/** Local variables of assembled functions: scopes, inlined calls, range and location lists of DWARF 4 and 5, and expressions. */
import {describe, expect, test} from 'vitest';
import {DW_AT, DW_FORM, DW_OP, DW_TAG} from '../../../src/dwarf/dwarf-constants.js';
import {readLocation} from '../../../src/dwarf/location.js';
import {assemble, bytes, cString, type Field, u8, u16, u32, u64, uleb} from '../../kit/assemble.js';
import {type AttributeSpec, type DebugSections, debugSections, type EntrySpec, open, reference, sleb} from '../../kit/dwarf-bytes.js';

const name = (value: string): AttributeSpec => [DW_AT.name, DW_FORM.string, cString(value)];
const type = (target: string): AttributeSpec => [DW_AT.type, DW_FORM.ref_addr, reference(target)];
const lowPc = (address: number): AttributeSpec => [DW_AT.low_pc, DW_FORM.addr, u64(address)];
const highPc = (length: number): AttributeSpec => [DW_AT.high_pc, DW_FORM.udata, uleb(length)];
const list = (offset: number): AttributeSpec => [DW_AT.location, DW_FORM.sec_offset, u32(offset)];
const expression = (...fields: Field[]): AttributeSpec => {
  const data = assemble(fields);
  return [DW_AT.location, DW_FORM.exprloc, [uleb(data.length), bytes(data)]];
};
const frameBase: AttributeSpec = [DW_AT.frame_base, DW_FORM.block1, [u8(1), u8(DW_OP.call_frame_cfa)]];
const variable = (label: string, ...attributes: AttributeSpec[]): EntrySpec => ({
  tag: DW_TAG.variable,
  label,
  attributes: [name(label), type('word'), ...attributes],
});
const fbreg = (offset: number) => expression(u8(DW_OP.fbreg), sleb(offset));
const word: EntrySpec = {tag: DW_TAG.base_type, label: 'word', attributes: [name('uint'), [DW_AT.byte_size, DW_FORM.data1, u8(8)]]};
const go: AttributeSpec = [DW_AT.language, DW_FORM.data1, u8(0x16)];

/** One unit at 0x1000 with one function of 0x100 bytes. */
function openFunction(version: number, children: EntrySpec[], sections: DebugSections = {}, attributes: AttributeSpec[] = [frameBase]) {
  const fn: EntrySpec = {
    tag: DW_TAG.subprogram,
    label: 'f',
    attributes: [name('main.f'), lowPc(0x1000), highPc(0x100), ...attributes],
    children,
  };
  const root: EntrySpec = {tag: DW_TAG.compile_unit, attributes: [name('main'), go, lowPc(0x1000)], children: [word, fn]};
  return open({...debugSections({version, root}), ...sections}).dwarf;
}
const places = (dwarf: ReturnType<typeof openFunction>, pc: number) =>
  dwarf.localsAt(pc).map((local) => [local.name, local.inlineDepth, local.pieces.map(({frameOffset}) => frameOffset)]);

describe('scopes', () => {
  const inlined: EntrySpec = {
    tag: DW_TAG.inlined_subroutine,
    attributes: [lowPc(0x1020), highPc(0x10)],
    children: [variable('inner', fbreg(-32))],
  };
  const block: EntrySpec = {
    tag: DW_TAG.lexical_block,
    attributes: [lowPc(0x1010), highPc(0x40)],
    children: [inlined, variable('b', fbreg(-16))],
  };
  const dwarf = openFunction(4, [block, variable('a', fbreg(-8))]);

  test.each([
    [0x0fff, []],
    [0x1000, [['a', 0, [-8]]]],
    [
      0x1010,
      [
        ['b', 0, [-16]],
        ['a', 0, [-8]],
      ],
    ],
    [
      0x1020,
      [
        ['b', 0, [-16]],
        ['a', 0, [-8]],
        ['inner', 1, [-32]],
      ],
    ],
    [
      0x1030,
      [
        ['b', 0, [-16]],
        ['a', 0, [-8]],
      ],
    ],
    [0x10ff, [['a', 0, [-8]]]],
    [0x1100, []],
  ])('at %i', (pc, expected) => {
    expect(places(dwarf, pc)).toEqual(expected);
  });

  test('a frame base other than the canonical frame address is not read', () => {
    const other: AttributeSpec = [DW_AT.frame_base, DW_FORM.block1, [u8(1), u8(0x56)]];
    expect(places(openFunction(4, [variable('a', fbreg(-8))], {}, [other]), 0x1000)).toEqual([]);
  });
});

describe('lists of DWARF 4', () => {
  const end = [u64(0), u64(0)];
  const base = (address: number) => [u32(0xffffffff), u32(0xffffffff), u64(address)];
  const at = (offset: number) => [u16(2), u8(DW_OP.fbreg), sleb(offset)];
  const sections = {
    '.debug_loc': assemble([u64(0), u64(0x10), ...at(-8), ...base(0x1080), u64(0), u64(0x10), ...at(-16), ...end]),
    '.debug_ranges': assemble([u64(0x20), u64(0x28), ...base(0x1090), u64(0), u64(8), ...end]),
  };
  const inlined: EntrySpec = {
    tag: DW_TAG.inlined_subroutine,
    attributes: [[DW_AT.ranges, DW_FORM.sec_offset, u32(0)]],
    children: [variable('inner', fbreg(-24))],
  };
  const dwarf = openFunction(4, [variable('a', list(0)), inlined], sections);

  test.each([
    [0x100f, [['a', 0, [-8]]]],
    [0x1010, [['a', 0, []]]],
    [
      0x1027,
      [
        ['a', 0, []],
        ['inner', 1, [-24]],
      ],
    ],
    [0x1080, [['a', 0, [-16]]]],
    [
      0x1090,
      [
        ['a', 0, []],
        ['inner', 1, [-24]],
      ],
    ],
  ])('at %i', (pc, expected) => {
    expect(places(dwarf, pc)).toEqual(expected);
  });
});

describe('lists of DWARF 5', () => {
  const at = (offset: number) => [uleb(2), u8(DW_OP.fbreg), sleb(offset)];
  const locations: [string, Field[], number, number[]][] = [
    ['base_addressx, offset_pair', [u8(1), uleb(1), u8(4), uleb(0), uleb(8), ...at(-8)], 0x1080, [-8]],
    ['base_address', [u8(6), u64(0x1080), u8(4), uleb(0), uleb(8), ...at(-8)], 0x1087, [-8]],
    ['the unit as the base', [u8(4), uleb(0x80), uleb(0x88), ...at(-8)], 0x1080, [-8]],
    ['startx_endx', [u8(2), uleb(0), uleb(1), ...at(-16)], 0x107f, [-16]],
    ['startx_length', [u8(3), uleb(1), uleb(4), ...at(-16)], 0x1083, [-16]],
    ['start_end', [u8(7), u64(0x1010), u64(0x1012), ...at(-24)], 0x1011, [-24]],
    ['start_length', [u8(8), u64(0x1010), uleb(2), ...at(-24)], 0x1011, [-24]],
    ['default_location', [u8(5), ...at(-32), u8(8), u64(0x1010), uleb(2), ...at(-24)], 0x1020, [-32]],
    ['no entry', [u8(8), u64(0x1010), uleb(2), ...at(-24)], 0x1012, []],
  ];
  const addresses = assemble([u64(0), u64(0x1000), u64(0x1080)]);

  test.each(locations)('location: %s', (_, fields, pc, expected) => {
    const dwarf = openFunction(5, [variable('a', list(0))], {'.debug_loclists': assemble([...fields, u8(0)]), '.debug_addr': addresses});
    expect(places(dwarf, pc)).toEqual([['a', 0, expected]]);
  });

  test.each<[string, Field[], number]>([
    ['offset_pair', [u8(1), uleb(1), u8(4), uleb(0), uleb(8)], 0x1080],
    ['base_address', [u8(5), u64(0x1080), u8(4), uleb(0), uleb(8)], 0x1080],
    ['start_end', [u8(6), u64(0x1080), u64(0x1088)], 0x1080],
    ['start_length', [u8(7), u64(0x1080), uleb(8)], 0x1080],
  ])('ranges: %s', (_, fields, pc) => {
    const inlined: EntrySpec = {
      tag: DW_TAG.inlined_subroutine,
      attributes: [[DW_AT.ranges, DW_FORM.sec_offset, u32(0)]],
      children: [variable('inner', fbreg(-24))],
    };
    const dwarf = openFunction(5, [inlined], {'.debug_rnglists': assemble([...fields, u8(0)]), '.debug_addr': addresses});
    expect([pc - 1, pc, pc + 7, pc + 8].map((at) => places(dwarf, at).length)).toEqual([0, 1, 1, 0]);
  });

  test.each<[string, Field[]]>([
    ['an unknown entry', [u8(99)]],
    ['no end', [u8(8), u64(0x1010)]],
  ])('damage: %s', (_, fields) => {
    const dwarf = openFunction(5, [variable('a', list(0))], {'.debug_loclists': assemble(fields)});
    expect(() => dwarf.localsAt(0x1000)).toThrow(expect.objectContaining({code: 'bad-format'}));
  });
});

describe('expressions', () => {
  const piece = (size: number) => [u8(DW_OP.piece), uleb(size)];
  const memory = (offset: number, size: number, frameOffset: number) => ({offset, size, register: -1, frameOffset});
  const register = (offset: number, size: number, number: number) => ({offset, size, register: number, frameOffset: 0});
  test.each<[string, Field[], object[]]>([
    ['nothing', [], []],
    ['the canonical frame address', [u8(DW_OP.call_frame_cfa)], [memory(0, 24, 0)]],
    ['an offset from the frame base', [u8(DW_OP.fbreg), sleb(-40)], [memory(0, 24, -40)]],
    ['a sum', [u8(DW_OP.call_frame_cfa), u8(DW_OP.consts), sleb(-48), u8(DW_OP.plus)], [memory(0, 24, -48)]],
    ['an addition', [u8(DW_OP.call_frame_cfa), u8(DW_OP.plus_uconst), uleb(16)], [memory(0, 24, 16)]],
    ['a register', [u8(DW_OP.reg0 + 3)], [register(0, 24, 3)]],
    ['a register by number', [u8(DW_OP.regx), uleb(33)], [register(0, 24, 33)]],
    [
      'pieces, one of them optimised away',
      [u8(DW_OP.fbreg), sleb(-8), ...piece(8), ...piece(8), u8(DW_OP.reg0), ...piece(8)],
      [memory(0, 8, -8), register(16, 8, 0)],
    ],
    ['an operation that Go does not use', [u8(DW_OP.call_frame_cfa), u8(0x06)], []], // DW_OP_deref
  ])('%s', (_, fields, expected) => {
    expect(readLocation(assemble(fields), 24)).toEqual(expected);
  });
});
