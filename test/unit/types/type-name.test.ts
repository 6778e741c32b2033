/** Names of the linker and of the runtime → names as programmers write them. */
import {describe, expect, test} from 'vitest';
import {KIND} from '../../../src/runtime/types/kinds.js';
import {EMPTY_DESCRIPTION, type TypeDescription} from '../../../src/types/catalog/type-description.js';
import {composeName, decodeLinkerName, isCompositeName, packageOfLinkerName, qualifiedName} from '../../../src/types/catalog/type-name.js';

test.each([
  ['main.Node', 'main.Node', 'main'],
  ['net/http.Server', 'net/http.Server', 'net/http'],
  ['gopkg.in/yaml%2ev3.Node', 'gopkg.in/yaml.v3.Node', 'gopkg.in/yaml.v3'],
  ['main.Pair[string,*gopkg.in/yaml%2ev3.Node]', 'main.Pair[string,*gopkg.in/yaml.v3.Node]', 'main'],
  ['main.Local·3', 'main.Local', 'main'],
  ['noalg.map.group[int]string', 'map.group[int]string', ''],
  ['go.shape.*uint8', 'go.shape.*uint8', 'go.shape'],
  ['error', 'error', ''],
  ['map<int,*main.S>', 'map<int,*main.S>', ''],
  ['main.Chan[<-chan int]', 'main.Chan[<-chan int]', 'main'],
])("the linker's %s", (linkerName, name, importPath) => {
  expect(decodeLinkerName(linkerName)).toBe(name);
  expect(packageOfLinkerName(linkerName)).toBe(importPath);
});

test.each([
  ['http.Server', 'net/http', 'net/http.Server'],
  ['main.Pair[string,*net/http.Server]', 'main', 'main.Pair[string,*net/http.Server]'],
  ['yaml.Node', 'gopkg.in/yaml.v3', 'gopkg.in/yaml.v3.Node'],
  ['int', '', 'int'],
  ['go.shape.struct { a.b int }', 'go.shape', 'go.shape.struct { b int }'], // as structs without a name are spelled,
])("the runtime's %s in %s", (short, importPath, name) => {
  expect(qualifiedName(short, importPath)).toBe(name);
});

test('composite names are told from names of their own', () => {
  for (const name of [
    '*main.T',
    '[]int',
    '[4]int',
    'map[string]int',
    'chan int',
    '<-chan int',
    'chan<- int',
    'func()',
    'struct { A int }',
    'interface {}',
  ]) {
    expect(isCompositeName(name)).toBe(true);
    expect(isCompositeName(`noalg.${name}`)).toBe(true);
  }
  for (const name of ['main.T', 'map.group[int]int', 'string', 'mapper.T', 'channel.T', 'function.T', 'structure.T'])
    expect(isCompositeName(name)).toBe(false);
});

describe('names made of parts', () => {
  const types: TypeDescription[] = [EMPTY_DESCRIPTION];
  const add = (parts: Partial<TypeDescription>) => types.push({...EMPTY_DESCRIPTION, ...parts}) - 1;
  const describeRow = (row: number) => types[row]!;
  const int = add({kind: KIND.int, name: 'int'});
  const server = add({kind: KIND.struct, name: 'net/http.Server'});
  const pointer = add({kind: KIND.pointer, element: server});
  const field = (name: string, type: number, embedded = false) => ({name, type, offset: 0, embedded});

  test.each([
    ['a pointer', {kind: KIND.pointer, element: server}, '*net/http.Server'],
    ['a slice', {kind: KIND.slice, element: pointer}, '[]*net/http.Server'],
    ['an array', {kind: KIND.array, element: int, length: 4}, '[4]int'],
    ['a map', {kind: KIND.map, key: int, element: pointer}, 'map[int]*net/http.Server'],
    ['a channel', {kind: KIND.chan, element: int, direction: '<-chan' as const}, '<-chan int'],
    ['a struct', {kind: KIND.struct, fields: [field('A', int), field('Server', server, true)]}, 'struct { A int; net/http.Server }'],
    ['an empty struct', {kind: KIND.struct}, 'struct {}'],
    [
      'a function',
      {kind: KIND.func, signature: {parameters: [int, add({kind: KIND.slice, element: int})], results: [int], variadic: true}},
      'func(int, ...int) int',
    ],
    [
      'a function of two results',
      {kind: KIND.func, signature: {parameters: [], results: [int, pointer], variadic: false}},
      'func() (int, *net/http.Server)',
    ],
  ])('%s', (_, parts, name) => {
    expect(composeName({...EMPTY_DESCRIPTION, ...parts}, describeRow)).toBe(name);
  });

  test('a damaged type that is made of itself ends', () => {
    const loop = add({kind: KIND.slice, element: types.length});
    expect(composeName(types[loop]!, describeRow)).toMatch(/^(\[\])+…$/);
  });
});
