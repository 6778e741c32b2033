/** Types, variables, constants and layouts of assembled units, as Go's linker and C compilers write them. */
import {describe, expect, test} from 'vitest';
import {DW_AT, DW_FORM, DW_OP, DW_TAG} from '../../../src/dwarf/dwarf-constants.js';
import {assemble, bytes, cString, type Field, u8, u16, u32, u64, uleb, zeros} from '../../kit/assemble.js';
import {type AttributeSpec, debugSections, type EntrySpec, localReference, open, reference, sleb} from '../../kit/dwarf-bytes.js';

const name = (value: string): AttributeSpec => [DW_AT.name, DW_FORM.string, cString(value)];
const type = (target: string): AttributeSpec => [DW_AT.type, DW_FORM.ref_addr, reference(target)];
const size = (value: number): AttributeSpec => [DW_AT.byte_size, DW_FORM.udata, uleb(value)];
const runtimeType = (value: number): AttributeSpec => [DW_AT.go_runtime_type, DW_FORM.addr, u64(value)];
const entry = (tag: number, label: string, attributes: AttributeSpec[], children?: EntrySpec[]): EntrySpec => ({
  tag,
  label,
  attributes,
  ...(children ? {children} : {}),
});
const member = (field: string, offset: number, target: string): EntrySpec =>
  entry(DW_TAG.member, `member ${field}`, [name(field), [DW_AT.data_member_location, DW_FORM.udata, uleb(offset)], type(target)]);
const unit = (...children: EntrySpec[]) => ({root: {tag: DW_TAG.compile_unit, attributes: [name('main')], children}});

const int = entry(DW_TAG.base_type, 'int', [name('int'), size(8), runtimeType(0x100)]);
const node = [
  entry(DW_TAG.typedef, 'typedef Node', [name('main.Node'), type('Node')]),
  entry(
    DW_TAG.structure_type,
    'Node',
    [name('main.Node'), size(40), runtimeType(0x200)],
    [member('value', 0, 'int'), member('next', 8, '*Node'), member('list', 16, '[3]int16'), member('Embedded', 24, 'typedef Node2')],
  ),
  entry(DW_TAG.pointer_type, '*Node', [name('*main.Node'), type('typedef Node'), runtimeType(0)]),
  entry(DW_TAG.base_type, 'int16', [name('int16'), size(2)]),
  entry(DW_TAG.array_type, '[3]int16', [type('int16')], [entry(DW_TAG.subrange_type, 'range', [[DW_AT.count, DW_FORM.udata, uleb(3)]])]),
  entry(DW_TAG.typedef, 'typedef Node2', [name('main.Embedded'), type('const')]),
  entry(DW_TAG.const_type, 'const', [type('int')]),
];

describe('types', () => {
  const {dwarf, warnings} = open(debugSections(unit(int, ...node), unit(entry(DW_TAG.base_type, 'other int', [name('int'), size(4)]))));
  const tagOf = (offset: number | undefined) => (offset === undefined ? undefined : dwarf.die(offset).tag);

  test('are found by name, a struct before its typedef', () => {
    expect(tagOf(dwarf.typeNamed('main.Node'))).toBe(DW_TAG.structure_type);
    expect(dwarf.typesNamed('main.Node').map(tagOf)).toEqual([DW_TAG.typedef, DW_TAG.structure_type]);
    expect(tagOf(dwarf.typeNamed('main.Embedded'))).toBe(DW_TAG.typedef);
    expect(dwarf.typesNamed('int')).toHaveLength(2);
    expect(dwarf.typeNamed('main.Nod')).toBeUndefined();
    expect(warnings.list()).toEqual([]);
  });
  test('are found by runtime type; 0 is none', () => {
    expect([...dwarf.runtimeTypes].map(([value, offset]) => [value, dwarf.die(offset).string(DW_AT.name)])).toEqual([
      [0x100, 'int'],
      [0x200, 'main.Node'],
    ]);
  });
  test('layout of a struct, and of an embedded typedef', () => {
    const layout = dwarf.structLayout('main.Node')!;
    expect([layout.name, layout.size]).toEqual(['main.Node', 40]);
    expect([...layout.fields].map(([field, {offset, size: bytesOf}]) => [field, offset, bytesOf])).toEqual([
      ['value', 0, 8],
      ['next', 8, 8],
      ['list', 16, 6],
      ['Embedded', 24, 8],
    ]);
    expect(dwarf.structLayout('int')).toBeUndefined();
    expect(dwarf.structLayout('main.Missing')).toBeUndefined();
  });
  test('children are the direct ones', () => {
    const root = dwarf.die(dwarf.units[0]!.root);
    expect([...dwarf.children(root)].map(({tag}) => tag)).toEqual([int, ...node].map(({tag}) => tag));
    expect([...dwarf.children(dwarf.die(dwarf.typeNamed('int')!))]).toEqual([]);
  });
});

describe('sizes and lengths', () => {
  const range = (attributes: AttributeSpec[]): EntrySpec => ({tag: DW_TAG.subrange_type, attributes});
  const upper = (bound: number) => range([[DW_AT.upper_bound, DW_FORM.data1, u8(bound)]]);
  const {dwarf} = open(
    debugSections(
      unit(
        int,
        entry(DW_TAG.array_type, 'matrix', [name('matrix'), type('int')], [upper(2), upper(4)]),
        entry(DW_TAG.array_type, 'flexible', [name('flexible'), type('int')], [range([])]),
        entry(DW_TAG.typedef, 'a', [name('a'), type('b')]),
        entry(DW_TAG.typedef, 'b', [name('b'), type('a')]),
        entry(DW_TAG.typedef, 'void', [name('void')]),
        entry(DW_TAG.subroutine_type, 'func', [name('func')]),
      ),
    ),
  );
  const at = (typeName: string) => dwarf.typeNamed(typeName)!;
  test('of arrays with several dimensions, or none', () => {
    expect([dwarf.arrayCount(at('matrix')), dwarf.sizeOf(at('matrix'))]).toEqual([15, 120]);
    expect([dwarf.arrayCount(at('flexible')), dwarf.sizeOf(at('flexible'))]).toEqual([undefined, 0]);
    expect(dwarf.arrayCount(at('int'))).toBeUndefined();
    expect(dwarf.sizeOf(at('func'))).toBe(8);
  });
  test('a circle of typedefs and a type without a size are errors', () => {
    expect(() => dwarf.sizeOf(at('a'))).toThrow(/more than 100 typedefs in a row/);
    expect(() => dwarf.structLayout('a')).toThrow(/more than 100 typedefs in a row/);
    expect(() => dwarf.sizeOf(at('void'))).toThrow(/a type without a size/);
  });
});

describe('names in .debug_str are found like inline ones', () => {
  const sections = debugSections(unit(entry(DW_TAG.base_type, 'int', [[DW_AT.name, DW_FORM.strp, u32(4)], size(4)])));
  const {dwarf} = open({...sections, '.debug_str': assemble(zeros(4), cString('unsigned int'))});
  test('by typeNamed', () => expect(dwarf.sizeOf(dwarf.typeNamed('unsigned int')!)).toBe(4));
});

describe('member offsets', () => {
  const at = (attribute: number, form: number, value: Field | Field[]) =>
    entry(DW_TAG.member, 'field', [name('field'), [attribute, form, value], type('int')]);
  const cases: [string, EntrySpec, number][] = [
    ['constant', at(DW_AT.data_member_location, DW_FORM.data2, u16(300)), 300],
    ['expression', at(DW_AT.data_member_location, DW_FORM.block1, [u8(3), u8(DW_OP.plus_uconst), uleb(300)]), 300],
    ['bits', at(DW_AT.data_bit_offset, DW_FORM.udata, uleb(83)), 10],
    ['none, in a union', at(DW_AT.declaration, DW_FORM.flag_present, []), 0],
  ];
  test.each(cases)('as %s', (_, field, offset) => {
    const {dwarf} = open(debugSections(unit(int, entry(DW_TAG.structure_type, 'S', [name('S'), size(400)], [field]))));
    expect(dwarf.structLayout('S')!.fields.get('field')!.offset).toBe(offset);
  });
});

describe('variables and constants', () => {
  const location = (...expression: Field[]): AttributeSpec => [
    DW_AT.location,
    DW_FORM.exprloc,
    [uleb(assemble(expression).length), ...expression],
  ];
  const variable = (label: string, ...attributes: AttributeSpec[]) =>
    entry(DW_TAG.variable, label, [name(label), type('int'), ...attributes]);
  const sections = debugSections(
    unit(
      int,
      variable('main.a', location(u8(DW_OP.addr), u64(0x5000))),
      variable('main.b', location(u8(DW_OP.addrx), uleb(1))),
      variable('threadLocal', location(u8(DW_OP.addr), u64(0x10), u8(0xe0))),
      variable('threadLocalIndexed', location(u8(DW_OP.addrx), uleb(0), u8(0xe0))),
      variable('declaredOnly', [DW_AT.declaration, DW_FORM.flag_present, []]),
      variable('inList', [DW_AT.location, DW_FORM.sec_offset, u32(0)]),
      entry(DW_TAG.variable, 'definition', [
        [DW_AT.specification, DW_FORM.ref4, localReference('declaredOnly')],
        location(u8(DW_OP.addr), u64(0x6000)),
      ]),
      entry(DW_TAG.subprogram, 'main.f', [name('main.f')], [variable('local', location(u8(DW_OP.addr), u64(0x7000)))]),
      entry(DW_TAG.constant, 'main.c', [name('main.c'), [DW_AT.const_value, DW_FORM.sdata, sleb(-5)]]),
    ),
  );
  const {dwarf} = open({...sections, '.debug_addr': assemble(zeros(8), u64(0x9000), u64(0x9008))});

  test('have a fixed address at the level of the unit', () => {
    expect(dwarf.variables.map((v) => [v.name, v.address, dwarf.sizeOf(v.typeOffset)])).toEqual([
      ['main.a', 0x5000, 8],
      ['main.b', 0x9008, 8],
      ['declaredOnly', 0x6000, 8],
    ]);
  });
  test('constants have their value', () => expect([...dwarf.constants]).toEqual([['main.c', -5]]));
});

describe('fileName', () => {
  const stmtList: AttributeSpec = [DW_AT.stmt_list, DW_FORM.sec_offset, u32(0)];
  const files = (line: Uint8Array, compDir: string, version: number) => {
    const sections = debugSections({
      version,
      root: {tag: DW_TAG.compile_unit, attributes: [stmtList, [DW_AT.comp_dir, DW_FORM.string, cString(compDir)]]},
    });
    const {dwarf, warnings} = open({...sections, '.debug_line': line, '.debug_line_str': assemble(cString('line.go'))});
    return {names: [0, 1, 2, 3].map((i) => dwarf.fileName(dwarf.units[0]!, i)), warnings: warnings.list().map(({message}) => message)};
  };
  const standard = [u8(1), u8(1), u8(0), u8(1), u8(3), u8(0), u8(1)]; // instruction lengths, line base and range, 2 opcodes
  const version4 = assemble(
    u32(1000), // unit_length
    u16(4),
    u32(0), // header_length
    u8(1), // minimum_instruction_length
    standard,
    cString('/usr/include'), // directory 1
    cString('sub'), // directory 2
    u8(0),
    [cString('main.c'), uleb(0), uleb(0), uleb(0)],
    [cString('stdio.h'), uleb(1), uleb(0), uleb(0)],
    [cString('a.h'), uleb(2), uleb(0), uleb(0)],
    u8(0),
  );
  const version5 = assemble(
    u32(1000), // unit_length
    u16(5),
    u8(8), // address_size
    u8(0), // segment_selector_size
    u32(0), // header_length
    u8(1), // minimum_instruction_length
    standard,
    [u8(1), uleb(1), uleb(DW_FORM.string), uleb(2), cString('/src'), cString('lib')], // directories 0 and 1
    [u8(3), uleb(1), uleb(DW_FORM.line_strp), uleb(2), uleb(DW_FORM.udata), uleb(5), uleb(DW_FORM.data16)], // format of files: path, directory, MD5
    uleb(2),
    [u32(0), uleb(0), zeros(16)],
    [u32(0), uleb(1), zeros(16)],
  );
  test('version 4 counts from 1, version 5 from 0; both join directories', () => {
    expect(files(version4, '/src', 4)).toEqual({names: [undefined, '/src/main.c', '/usr/include/stdio.h', '/src/sub/a.h'], warnings: []});
    expect(files(version5, '/src', 5)).toEqual({names: ['/src/line.go', '/src/lib/line.go', undefined, undefined], warnings: []});
  });
  test("the directory '.' of -trimpath is left out", () => expect(files(version4, '.', 4).names[1]).toBe('main.c'));
  test('a damaged line program gives no names and one warning', () => {
    const cut = files(version4.subarray(0, 30), '/src', 4);
    expect(cut).toEqual({
      names: [undefined, undefined, undefined, undefined],
      warnings: [expect.stringMatching(/a string has no terminating NUL/)],
    });
    expect(files(assemble(u32(100), u16(9), bytes(new Uint8Array(50))), '', 4).warnings[0]).toMatch(
      /line program of version 9; expected 2 to 5/,
    );
  });
});
