/** Bytes of runtime types and DWARF entries → descriptions; damaged ones → warnings. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import type {Dwarf} from '../../../src/dwarf/dwarf.js';
import {DW_AT, DW_FORM, DW_TAG} from '../../../src/dwarf/dwarf-constants.js';
import {MemoryImage} from '../../../src/image/memory-image.js';
import {KIND} from '../../../src/runtime/types/kinds.js';
import {TypeStore} from '../../../src/types/catalog/type-store.js';
import {align, assemble, bytes, type Field, label, u8, u16, u32, u64, zeros} from '../../kit/assemble.js';
import {u8 as byte, cString, debugSections, type EntrySpec, open, u64 as quad, reference, uleb} from '../../kit/dwarf-bytes.js';

const TYPES = 0x500000;
const at = (name: string) => (labels: ReadonlyMap<string, number>) => TYPES + (labels.get(name) ?? Number.NaN);
const offsetOf = (name: string) => (labels: ReadonlyMap<string, number>) => labels.get(name)!;
const UNCOMMON = 1;
const EXTRA_STAR = 2;
const NAMED = 4;

interface Header {
  readonly size: number;
  readonly pointerBytes?: number;
  readonly flags?: number;
  readonly kind: number;
  readonly name?: string;
  readonly alignment?: number;
  readonly fieldAlignment?: number;
}
/** internal/abi.Type. */
function typeHeader(
  name: string,
  {size, pointerBytes = 0, flags = 0, kind, name: text = 'none', alignment = 8, fieldAlignment = alignment}: Header,
): Field[] {
  return [
    align(8),
    label(name),
    u64(size),
    u64(pointerBytes),
    u32(0), // hash
    u8(flags),
    u8(alignment),
    u8(fieldAlignment), // of fields
    u8(kind),
    u64(0), // equal
    u64(0), // gcdata
    u32(offsetOf(`name ${text}`)),
    u32(0), // ptrToThis
  ];
}
function nameOf(text: string, flags = 0): Field[] {
  return [label(`name ${text}`), u8(flags), u8(text.length), bytes(new TextEncoder().encode(text))];
}

function storeOf(fields: readonly (Field | readonly Field[])[], dwarf?: Dwarf) {
  const labels = new Map<string, number>();
  const data = assemble(
    ...fields,
    {
      size: () => 0,
      write: (_, __, all) => {
        for (const [key, value] of all) labels.set(key, value);
      },
    },
    zeros(64),
  );
  const image = new MemoryImage('amd64', 0, {
    mappings: [{start: TYPES, end: TYPES + data.length, source: new MemorySource('types', data), offset: 0}],
    missing: [],
  });
  const warnings = new WarningLog();
  const store = new TypeStore({
    image,
    dwarf,
    modules: [{text: 0, etext: 0, types: TYPES, etypes: TYPES + data.length, typelinks: {address: 0, length: 0}, descriptorEnd: 0}],
    bias: 0,
    format: {
      shiftedOffsets: false,
      wideLengths: false,
      scansTypeWords: false,
      slotSizes: new Uint32Array(0),
      mixedSpans: false,
      hiddenNotInHeap: false,
      mapTypeSize: () => 112,
    },
    closureFunction: () => undefined,
    warnings,
  });
  return {store, warnings, row: (name: string) => store.rowOfAddress(TYPES + labels.get(name)!)};
}

const PROGRAM: readonly (Field | readonly Field[])[] = [
  nameOf('none'),
  nameOf('int'),
  nameOf('*http.Node'),
  nameOf('net/http'),
  nameOf('next'),
  nameOf('Value'),
  nameOf('Inner', 8), // embedded
  typeHeader('int', {size: 8, kind: KIND.int, flags: NAMED, name: 'int'}),
  typeHeader('pointer', {size: 8, pointerBytes: 8, kind: KIND.pointer}),
  u64(at('node')),
  typeHeader('node', {size: 24, pointerBytes: 8, kind: KIND.struct, flags: NAMED | EXTRA_STAR | UNCOMMON, name: '*http.Node'}),
  [u64(0), u64(at('fields')), u64(2), u64(2)],
  [u32(offsetOf('name net/http')), u16(0), u16(0), u32(0), u32(0)], // the uncommon type
  [label('fields'), u64(at('name next')), u64(at('pointer')), u64(0), u64(at('name Inner')), u64(at('int')), u64(8)],
  typeHeader('map', {size: 8, pointerBytes: 8, kind: KIND.map | 32}),
  [u64(at('int')), u64(at('pointer')), zeros(64)],
  typeHeader('array', {size: 24, pointerBytes: 24, kind: KIND.array}),
  [u64(at('pointer')), u64(0), u64(3)],
  typeHeader('channel', {size: 8, pointerBytes: 8, kind: KIND.chan}),
  [u64(at('int')), u64(1)],
  typeHeader('function', {size: 8, pointerBytes: 8, kind: KIND.func}),
  [u16(2), u16(0x8001), u32(0), u64(at('int')), u64(at('slice')), u64(at('pointer'))],
  typeHeader('slice', {size: 24, pointerBytes: 8, kind: KIND.slice}),
  u64(at('int')),
];

describe('runtime types', () => {
  test('a recursive named struct, by its import path', () => {
    const {store, row} = storeOf(PROGRAM);
    const node = store.describe(row('node'));
    expect(node).toMatchObject({kind: KIND.struct, size: 24, name: 'net/http.Node', package: 'net/http'});
    expect(node.fields).toEqual([
      {name: 'next', offset: 0, type: row('pointer'), embedded: false},
      {name: 'Inner', offset: 8, type: row('int'), embedded: true},
    ]);
    expect(store.describe(row('pointer')).element).toBe(row('node'));
  });

  test.each([
    ['int', 'int'],
    ['pointer', '*net/http.Node'],
    ['map', 'map[int]*net/http.Node'],
    ['array', '[3]*net/http.Node'],
    ['channel', '<-chan int'],
    ['slice', '[]int'],
    ['function', 'func(int, ...int) *net/http.Node'],
  ])('%s is %s', (name, expected) => {
    const {store, row} = storeOf(PROGRAM);
    expect(store.nameOf(row(name))).toBe(expected);
  });

  test('what reflect makes for the allocator alone has a size and a kind, but nothing behind its header is read', () => {
    const stub = typeHeader('stub', {size: 208, pointerBytes: 208, kind: KIND.struct, fieldAlignment: 0});
    const {store, row, warnings} = storeOf([...PROGRAM, stub, zeros(8), u64(at('fields')), u64(2 ** 40)]);
    expect(store.describe(row('stub'))).toMatchObject({kind: KIND.unknown, size: 208, fields: []});
    expect(warnings.list()).toEqual([]);
  });

  test('flags of the kind and of the type say what an interface holds itself', () => {
    const {store, row} = storeOf([...PROGRAM, typeHeader('new', {size: 8, pointerBytes: 8, kind: KIND.unsafePointer, flags: 32})]);
    expect([store.isDirect(row('map')), store.isDirect(row('new')), store.isDirect(row('int'))]).toEqual([true, true, false]);
  });

  test.each<[string, readonly (Field | readonly Field[])[], RegExp]>([
    ['a kind that does not exist', typeHeader('bad', {size: 8, kind: 27}), /kind or its pointer bytes are impossible/],
    [
      'more pointer bytes than bytes',
      typeHeader('bad', {size: 8, pointerBytes: 16, kind: KIND.struct}),
      /kind or its pointer bytes are impossible/,
    ],
    ['an alignment of 3', typeHeader('bad', {size: 8, kind: KIND.int, alignment: 3}), /alignment is impossible/],
    ['a million fields', [...typeHeader('bad', {size: 8, kind: KIND.struct}), u64(0), u64(TYPES), u64(1e6)], /claims 1000000 fields/],
    [
      'a name that is too long',
      [...typeHeader('bad', {size: 8, kind: KIND.int, flags: NAMED, name: 'long'}), label('name long'), bytes([0, 0xff, 0xff, 0x7f])],
      /claims \d+ bytes/,
    ],
    ['fields outside of the dump', [...typeHeader('bad', {size: 8, kind: KIND.struct}), u64(0), u64(0x900000), u64(1)], /not in the dump/],
  ])('%s is a warning, and the type unknown', (_, fields, message) => {
    const {store, warnings, row} = storeOf([nameOf('none'), ...fields]);
    expect(store.describe(row('bad')).kind).toBe(KIND.unknown);
    expect(warnings.list()).toMatchObject([{code: 'type-unreadable', message: expect.stringMatching(message)}]);
  });
});

const string = (value: string) => cString(value);
function entry(tag: number, name: string, more: EntrySpec['attributes'] = [], children?: readonly EntrySpec[]): EntrySpec {
  const attributes = [[DW_AT.name, DW_FORM.string, string(name)] as const, ...more];
  return {tag, label: name, attributes, ...(children ? {children} : {})};
}
const kind = (value: number) => [DW_AT.go_kind, DW_FORM.data1, byte(value)] as const;
const size = (value: number) => [DW_AT.byte_size, DW_FORM.udata, uleb(value)] as const;
const link = (value: number) => [DW_AT.go_runtime_type, DW_FORM.addr, quad(value)] as const;
const refers = (attribute: number, name: string) => [attribute, DW_FORM.ref_addr, reference(name)] as const;
const member = (name: string, type: string, offset: number, embedded = 0): EntrySpec => ({
  tag: DW_TAG.member,
  attributes: [
    [DW_AT.name, DW_FORM.string, string(name)],
    [DW_AT.data_member_location, DW_FORM.udata, uleb(offset)],
    refers(DW_AT.type, type),
    [DW_AT.go_embedded_field, DW_FORM.flag, byte(embedded)],
  ],
});

describe('DWARF types', () => {
  const UNIT: EntrySpec = {
    tag: DW_TAG.compile_unit,
    children: [
      entry(DW_TAG.base_type, 'int', [[DW_AT.encoding, DW_FORM.data1, byte(5)], size(8), kind(KIND.int), link(0x40)]),
      {...entry(DW_TAG.typedef, 'example%2ecom/a%2eb.Node', [refers(DW_AT.type, 'structure')]), label: 'Node'},
      {
        ...entry(
          DW_TAG.structure_type,
          'example.com/a%2eb.Node',
          [size(24), kind(KIND.struct), link(0)],
          [member('next', 'pointer', 0), member('Box[int]', 'int', 8, 1)],
        ),
        label: 'structure',
      },
      {...entry(DW_TAG.pointer_type, '*example.com/a%2eb.Node', [refers(DW_AT.type, 'Node'), kind(KIND.pointer)]), label: 'pointer'},
      {...entry(DW_TAG.structure_type, 'map<int,int>', [size(48), kind(0)], [member('used', 'int', 0)]), label: 'header'},
      {...entry(DW_TAG.pointer_type, '*map<int,int>', [refers(DW_AT.type, 'header'), kind(0)]), label: 'header pointer'},
      {
        ...entry(DW_TAG.typedef, 'map[int]int', [
          refers(DW_AT.type, 'header pointer'),
          kind(KIND.map),
          refers(DW_AT.go_key, 'int'),
          refers(DW_AT.go_elem, 'int'),
        ]),
        label: 'map',
      },
      {
        ...entry(DW_TAG.typedef, 'chan<- int', [refers(DW_AT.type, 'header pointer'), kind(KIND.chan), refers(DW_AT.go_elem, 'int')]),
        label: 'channel',
      },
      {...entry(DW_TAG.structure_type, '[]int', [size(24), kind(KIND.slice), refers(DW_AT.go_elem, 'int')]), label: 'slice'},
      {...entry(DW_TAG.pointer_type, 'unsafe.Pointer'), label: 'unsafe'},
      {...entry(DW_TAG.base_type, 'unsigned short', [[DW_AT.encoding, DW_FORM.data1, byte(7)], size(2)]), label: 'C'},
      {...entry(DW_TAG.base_type, 'double', [[DW_AT.encoding, DW_FORM.data1, byte(4)], size(8)]), label: 'double'},
    ],
  };
  const sections = debugSections({root: UNIT});
  const {dwarf} = open(sections);
  const offsets = new Map<string, number>();
  for (const child of dwarf.children(dwarf.die(dwarf.units[0]!.root)))
    offsets.set(`${child.string(DW_AT.name)} ${child.tag}`, child.offset);
  const die = (name: string, tag: number) => offsets.get(`${name} ${tag}`)!;

  test('a named struct is one type under both of its entries, its name decoded', () => {
    const {store} = storeOf([zeros(8)], dwarf);
    const row = store.rowOfDie(die('example%2ecom/a%2eb.Node', DW_TAG.typedef));
    expect(store.rowOfDie(die('example.com/a%2eb.Node', DW_TAG.structure_type))).toBe(row);
    expect(store.describe(row)).toMatchObject({kind: KIND.struct, size: 24, name: 'example.com/a.b.Node', package: 'example.com/a.b'});
    const [next, box] = store.describe(row).fields;
    expect(store.nameOf(next!.type)).toBe('*example.com/a.b.Node');
    expect(box).toMatchObject({name: 'Box', offset: 8, embedded: true});
  });

  test.each([
    ['map[int]int', DW_TAG.typedef, {kind: KIND.map, size: 8}, 'map[int]int'],
    ['chan<- int', DW_TAG.typedef, {kind: KIND.chan, size: 8}, 'chan<- int'],
    ['[]int', DW_TAG.structure_type, {kind: KIND.slice, size: 24}, '[]int'],
    ['unsafe.Pointer', DW_TAG.pointer_type, {kind: KIND.unsafePointer, size: 8}, 'unsafe.Pointer'],
    ['unsigned short', DW_TAG.base_type, {kind: KIND.uint8 + 1, size: 2}, 'unsigned short'],
    ['double', DW_TAG.base_type, {kind: KIND.uintptr + 2, size: 8}, 'double'],
  ])('%s', (name, tag, expected, text) => {
    const {store} = storeOf([zeros(8)], dwarf);
    const row = store.rowOfDie(die(name, tag));
    expect(store.describe(row)).toMatchObject(expected);
    expect(store.nameOf(row)).toBe(text);
  });

  test('maps and channels lead to the structures behind them', () => {
    const {store} = storeOf([zeros(8)], dwarf);
    for (const name of ['map[int]int', 'chan<- int']) {
      expect(store.nameOf(store.describe(store.rowOfDie(die(name, DW_TAG.typedef))).header)).toBe('map<int,int>');
    }
  });

  test('a type that DWARF links to the runtime is one row, however it is found first', () => {
    const runtimeInt = [zeros(0x40), ...typeHeader('int', {size: 8, kind: KIND.int, flags: NAMED}), nameOf('none')];
    const byDie = storeOf(runtimeInt, dwarf);
    const row = byDie.store.rowOfDie(die('int', DW_TAG.base_type));
    expect(byDie.row('int')).toBe(row);
    expect(byDie.store.describe(row)).toMatchObject({name: 'int', runtimeAddress: TYPES + 0x40});
    const byAddress = storeOf(runtimeInt, dwarf);
    expect(byAddress.row('int')).toBe(byAddress.store.rowOfDie(die('int', DW_TAG.base_type)));
  });

  test('a link to a runtime type of another size is not believed', () => {
    const {store, warnings} = storeOf([zeros(0x40), ...typeHeader('int', {size: 4, kind: KIND.int}), nameOf('none')], dwarf);
    expect(store.describe(store.rowOfDie(die('int', DW_TAG.base_type))).runtimeAddress).toBeNaN();
    expect(warnings.list()).toMatchObject([{code: 'type-mismatch'}]);
  });
});
