/** The rule of static-blocks.ts on a few words of memory: which claims become blocks, what they are called and what alone holds them. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {MemoryImage} from '../../../src/image/memory-image.js';
import type {GlobalVariable} from '../../../src/runtime/globals.js';
import {KIND} from '../../../src/runtime/types/kinds.js';
import {PointerShapes} from '../../../src/types/catalog/pointer-shape.js';
import {findStaticBlocks} from '../../../src/types/catalog/static-blocks.js';
import {EMPTY_DESCRIPTION} from '../../../src/types/catalog/type-description.js';
import {TypeStore} from '../../../src/types/catalog/type-store.js';

const DATA = 0x1000;
const WORDS = 64;

/** Its DWARF entries and the addresses of its runtime types are its own rows. */
class Types extends TypeStore {
  override rowOfLikelyType(address: number): number {
    return address;
  }
  override rowOfDie(offset: number): number {
    return offset;
  }
  struct(name: string, ...types: readonly number[]): number {
    let size = 0;
    const fields = types.map((type, at) => {
      const field = {name: `f${at}`, offset: size, type, embedded: false};
      size += this.describe(type).size;
      return field;
    });
    return this.define({...EMPTY_DESCRIPTION, kind: KIND.struct, name, size, fields});
  }
  pointer(element: number): number {
    return this.define({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, element});
  }
}

const types = new Types();
const opaque = types.rowOfBasic('unsafe.Pointer');
const number = types.rowOfBasic('uintptr');
const node = types.struct('main.node', opaque, number);
const twisted = types.struct('main.twisted', number, opaque);
const pair = types.struct('main.pair', node, node);
const holder = types.struct('main.holder', number, types.pointer(node));
const slice = types.define({...EMPTY_DESCRIPTION, kind: KIND.slice, size: 24, element: node});

interface Variable {
  readonly at: number; // word, as all numbers here
  readonly type?: number | undefined;
  readonly words?: number;
}

/** Claims that were refused the last time. */
let refused = 0;

/** `pointers`: from word to word; with -1, or a number of elements, the value itself. One line a block: name, type, word, what alone holds it. */
function blocks(
  variables: Readonly<Record<string, Variable>>,
  pointers: Readonly<Record<number, number>>,
  values: Readonly<Record<number, number>> = {},
) {
  const bytes = new DataView(new ArrayBuffer(WORDS * 8));
  const mask = new Uint8Array(WORDS / 8);
  for (const [word, target] of Object.entries(pointers)) {
    mask[Number(word) >> 3]! |= 1 << (Number(word) & 7);
    if (target >= 0) bytes.setUint32(Number(word) * 8, DATA + target * 8, true);
  }
  for (const [word, value] of Object.entries(values)) bytes.setUint32(Number(word) * 8, value, true);
  const source = new MemorySource('data', new Uint8Array(bytes.buffer));
  const end = DATA + WORDS * 8;
  const image = new MemoryImage('amd64', 0, {mappings: [{start: DATA, end, source, offset: 0}], missing: []});
  const section = {name: 'data', start: DATA, end, maskAddress: 0, maskBits: WORDS, maskProgram: 0} as const;
  const named = Object.entries(variables).map(
    ([name, {at, type, words = 1}]): GlobalVariable => ({name, address: DATA + at * 8, size: words * 8, typeDie: type, file: '', line: 0}),
  );
  const warnings = new WarningLog();
  const found = findStaticBlocks(
    image,
    [{section, mask, variables: named.sort((a, b) => a.address - b.address)}],
    {typeAt: (memory, address) => memory.word(address)},
    new PointerShapes(types),
    warnings,
  );
  refused = warnings.list().find(({code}) => code === 'static-claims')?.count ?? 0;
  return found.map(({name, type, address, holder: alone}) => {
    const by = alone === undefined ? '' : ` in ${typeof alone === 'number' ? found[alone]!.name : alone.name}`;
    return `${name} ${types.nameOf(type)} ${(address - DATA) / 8}${by}`;
  });
}
const to = (element: number, at: number): Variable => ({at, type: types.pointer(element)});

test('a block is named by its variable, and one that it alone points to by its field', () => {
  expect(blocks({'main.a': to(holder, 0)}, {0: 16, 17: 20, 20: -1})).toEqual(['main.a main.holder 16', 'main.a.f1 main.node 20 in main.a']);
});

test('a block that a variable points to as well stands for itself, under the shortest name', () => {
  const found = blocks({'main.a': to(holder, 0), 'main.b': to(node, 1)}, {0: 16, 1: 20, 17: 20, 20: -1});
  expect(found).toEqual(['main.a main.holder 16', 'main.b main.node 20']);
});

test('a variable with several pointers holds what it alone points to', () => {
  const variable = {at: 0, type: types.struct('main.both', types.pointer(node), types.pointer(node)), words: 2};
  expect(blocks({'main.v': variable}, {0: 16, 1: 20, 16: -1, 20: -1})).toEqual([
    'main.v.f0 main.node 16 in main.v',
    'main.v.f1 main.node 20 in main.v',
  ]);
});

test('a slice claims its capacity', () => {
  expect(blocks({'main.s': {at: 0, type: slice, words: 3}}, {0: 16, 16: -1, 18: -1, 20: -1}, {1: 1, 2: 3})).toEqual([
    'main.s [3]main.node 16',
  ]);
});

test('of two types the one counts whose pointers are where the collector sees them', () => {
  const both = {'main.a': to(node, 0), 'main.b': to(twisted, 1)};
  expect(blocks(both, {0: 16, 1: 16, 17: -1})).toEqual(['main.a main.twisted 16']);
  expect(blocks(both, {0: 16, 1: 16, 16: -1})).toEqual(['main.a main.node 16']);
  expect(blocks(both, {0: 16, 1: 16, 16: -1, 17: -1})).toEqual([]);
});

test('a pointer into a block makes no other one, and a larger claim takes the place of its parts', () => {
  expect(blocks({'main.a': to(pair, 0), 'main.b': to(node, 1)}, {0: 16, 1: 18, 16: -1, 18: -1})).toEqual(['main.a main.pair 16']);
  const late = {'main.a': to(types.struct('main.late', types.pointer(pair)), 0), 'main.b': to(node, 1)};
  expect(blocks(late, {0: 30, 30: 16, 1: 18, 16: -1, 18: -1})).toEqual(['main.a main.late 30', 'main.a.f0 main.pair 16']);
});

test('what overlaps otherwise is refused: of claims of one rank the larger stands, then the one of the lower address', () => {
  const found = blocks({'main.a': to(pair, 0), 'main.b': to(pair, 1)}, {0: 16, 1: 18, 16: -1, 18: -1, 20: -1});
  expect(found).toEqual(['main.a main.pair 16']);
  expect(refused).toBe(1);
  const triple = types.struct('main.triple', node, node, node);
  expect(blocks({'main.a': to(pair, 0), 'main.b': to(triple, 1)}, {0: 14, 1: 16, 14: -1, 16: -1, 18: -1, 20: -1})).toEqual([
    'main.b main.triple 16',
  ]);
  expect(refused).toBe(1);
});

describe('two types for one block', () => {
  const twin = types.struct('main.twin', opaque, number); // as node
  const any = types.rowOfBasic('interface {}');
  const values = {2: types.pointer(twin)}; // the type word of the interface at word 2
  const variables = {'main.a': to(types.struct('main.late', types.pointer(node)), 0), 'main.i': {at: 2, type: any, words: 2}};

  test('of two variables the one at the lower address is believed', () => {
    expect(blocks({'main.a': to(twin, 0), 'main.b': to(node, 1)}, {0: 16, 1: 16, 16: -1})).toEqual(['main.a main.twin 16']);
    expect(blocks({'main.a': to(node, 0), 'main.b': to(twin, 1)}, {0: 16, 1: 16, 16: -1})).toEqual(['main.a main.node 16']);
    expect(refused).toBe(1);
  });

  test('a variable is believed before an interface', () => {
    expect(blocks({...variables, 'main.b': to(node, 4)}, {3: 16, 4: 16, 16: -1}, values)).toEqual(['main.i main.node 16']);
    expect(refused).toBe(1);
  });

  test('an interface is believed before a field of a block', () => {
    expect(blocks(variables, {0: 30, 30: 16, 3: 16, 16: -1}, values)).toEqual(['main.a main.late 30', 'main.i main.twin 16']);
    expect(refused).toBe(1);
  });

  test('a field alone is believed', () => {
    expect(blocks(variables, {0: 30, 30: 16, 16: -1})).toEqual(['main.a main.late 30', 'main.a.f0 main.node 16 in main.a']);
    expect(refused).toBe(0);
  });
});

test('pointers to variables, into them and to parts of blocks are not refused', () => {
  const inside = {'main.a': to(node, 0), 'main.b': to(node, 1), 'main.p': {at: 16, type: pair, words: 4}};
  expect(blocks(inside, {0: 16, 1: 18, 16: -1, 18: -1})).toEqual([]);
  expect(refused).toBe(0);
  expect(blocks({'main.a': to(pair, 0), 'main.b': to(node, 1)}, {0: 16, 1: 18, 16: -1, 18: -1})).toHaveLength(1);
  expect(refused).toBe(0);
});

test('variables are in the way; a symbol of the compiler says how long a block may be', () => {
  const pointers = {0: 16, 16: -1, 18: -1};
  expect(blocks({'main.a': to(pair, 0), 'main.w': {at: 18, type: opaque}}, pointers)).toEqual([]);
  expect(blocks({'main.a': to(pair, 0), 'main..stmp_1': {at: 16, words: 2}}, pointers)).toEqual([]);
  expect(blocks({'main.a': to(node, 0), 'main..stmp_1': {at: 16, words: 2}}, {0: 16, 16: -1})).toEqual(['main.a main.node 16']);
});

test('what leads nowhere into data claims nothing', () => {
  expect(blocks({'main.a': to(node, 0), 'main.b': to(node, 1), 'main.c': to(number, 2)}, {0: WORDS - 1, 1: 100, 2: 16})).toEqual([]);
});
