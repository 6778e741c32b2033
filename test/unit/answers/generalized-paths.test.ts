import {describe, expect, test} from 'vitest';
import {nameAnyWord} from '../../../src/values/word-names.js';
import {nodeNamed} from '../../kit/graph-from-text.js';
import {tellText} from '../../kit/told-heaps.js';
import {buildTypes, type TextType, typeNamed} from '../../kit/types-from-text.js';

const TYPES = `
  type main.Session 56 Name@0:string next@16:*main.Session tags@24:[2]string
  type main.Server 96 byID@0:map items@8:[]main.Session queue@32:chan err@40:interface grid@56:[2][2]*main.Session
  type map<string,*main.Session> 16 dirPtr@8:unsafe.Pointer; type *table<string,*main.Session> 8
  type table<string,*main.Session> 16 groups@8:unsafe.Pointer
  type slot 24 key@0:string elem@16:*main.Session; type map.group[string]*main.Session 56 ctrl@0:uint64 slots@8:[2]slot
  type bucket<string,main.Session> 152 tophash@0:uint64 keys@8:[2]string values@40:[2]main.Session
  type hash<string,main.Session> 16 buckets@8:unsafe.Pointer
  type hchan<main.Session> 32 buf@16:unsafe.Pointer recvq@24:unsafe.Pointer
  type sudog<main.Session> 32 elem@24:*main.Session
  global main.srv : *main.Server -> srv
`;

async function pathOf(text: string, ...names: string[]): Promise<string[]> {
  const told = await tellText(`${TYPES}; ${text}`);
  return names.map((name) => told.names.textOf(told.names.idOf(nodeNamed(told.columns.graph, name))));
}

test('through a pointer to a part by the fields of the part', async () => {
  const types = 'type main.Raft 32 lead@0:*int log@8:[]int; type main.All 48 name@0:string raft@16:main.Raft';
  const paths = (from: string) => pathOf(`${types}; global main.v -> x:${from}; x : main.All -> n 16=l 24=e`, 'n', 'l', 'e');
  expect(await paths('16')).toEqual(['main.v.name', 'main.v.lead', 'main.v.log']);
  expect(await paths('0')).toEqual(['main.v.name', 'main.v.raft.lead', 'main.v.raft.log']);
  expect(await paths('24')).toEqual(['main.v.name', 'main.v.raft.lead', 'main.v']);
});

test('of data without a name from what it points to', async () => {
  const text = 'global bss+0x40 -> s u; global data+0x8 : main.Session -> n; s : main.Session -> 16=t; t : main.Session -> l; u -> w';
  expect(await pathOf(text, 's', 't', 'l', 'u', 'n', 'bss+0x40', 'data+0x8')).toEqual([
    '‹global *main.Session›',
    '‹global *main.Session›.next',
    '‹global *main.Session›.next.Name',
    '‹global›',
    '‹global main.Session›.Name',
    '‹global›',
    '‹global main.Session›',
  ]);
});

describe('in Go words, with every key and index as […]', () => {
  test.each([
    ['fields', 'srv : main.Server -> 72=s; s : main.Session -> n', 'main.srv.grid[…][…].Name'],
    ['slices', 'srv : main.Server -> 8=a; a : main.Session x3 -> 56=n', 'main.srv.items[…].Name'],
    ['slices of one element', 'srv : main.Server -> 8=a; a : main.Session -> n', 'main.srv.items[…].Name'],
    ['arrays inside of elements', 'srv : main.Server -> 8=a; a : main.Session x3 -> 24=x 96=n', 'main.srv.items[…].tags[…]'],
    ['interfaces', 'srv : main.Server -> 48=s; s : main.Session -> n', 'main.srv.err.Name'],
    [
      'values of maps',
      'srv : main.Server -> m; m : map<string,*main.Session> -> 8=d; d : *table<string,*main.Session> x2 -> 8=t; t : table<string,*main.Session> -> 8=grp; grp : map.group[string]*main.Session x2 -> 104=s; s : main.Session -> n',
      'main.srv.byID[…].Name',
    ],
    [
      'keys of maps',
      'srv : main.Server -> m; m : map<string,*main.Session> -> 8=grp; grp : map.group[string]*main.Session -> 8=n',
      'main.srv.byID[…]‹key›',
    ],
    [
      'maps of buckets',
      'srv : main.Server -> m; m : hash<string,main.Session> -> 8=b; b : bucket<string,main.Session> x4 -> 192=n',
      'main.srv.byID[…].Name',
    ],
    [
      'buffers of channels',
      'srv : main.Server -> 32=c; c : hchan<main.Session> -> 16=b; b : main.Session x4 -> 56=n',
      'main.srv.queue‹buffer›[…].Name',
    ],
    [
      'buffers of one value',
      'srv : main.Server -> 32=c; c : hchan<main.Session> -> 16=b; b : main.Session -> n',
      'main.srv.queue‹buffer›[…].Name',
    ],
    [
      'what a sender holds',
      'srv : main.Server -> 32=c; c : hchan<main.Session> -> 24=w; w : sudog<main.Session> -> 24=s; s : main.Session -> n',
      'main.srv.queue‹waiting›‹value›.Name',
    ],
    ['what nobody knows', 'srv -> 24=s; s : main.Session -> n', 'main.srv‹untyped›.Name'],
    [
      'locals, with their function last',
      'srv; goroutine 1; local keys in 1 : []main.Session -> a; a : main.Session x2 -> n',
      'keys[…].Name in ',
    ],
    ['other words of goroutines', 'srv; goroutine 1 -> s; s : main.Session -> n', '‹stack›.Name in goroutine goroutine'],
  ])('%s', async (_, text, expected) => {
    expect(await pathOf(text, 'n')).toEqual([expected]);
  });

  test('a header does not shift fields', async () => {
    expect(await pathOf('srv : main.Server header=8 -> 8=m 16=a; a : main.Session header=8 x2 -> 64=n', 'n')).toEqual([
      'main.srv.items[…].Name',
    ]);
  });
});

test('steps that repeat fold, and what folds is one path', async () => {
  const list =
    'srv; global main.list : *main.Session -> a; a : main.Session -> 16=b; b : main.Session -> 16=c; c : main.Session -> 16=d; d : main.Session -> n';
  expect(await pathOf(list, 'a', 'b', 'c', 'd', 'n')).toEqual([
    'main.list',
    'main.list.next',
    'main.list.next…',
    'main.list.next…',
    'main.list.next….Name',
  ]);
  const tree = 'type main.Node 24 left@0:*main.Node right@8:*main.Node v@16:*main.Session; srv; global main.tree : *main.Node -> a';
  const nodes = 'a : main.Node -> b; b : main.Node -> 8=c; c : main.Node -> d; d : main.Node -> 8=e 16=s; e : main.Node; s : main.Session';
  expect(await pathOf(`${tree}; ${nodes}`, 'b', 'c', 'd', 'e', 's')).toEqual([
    'main.tree.left',
    'main.tree.left.right',
    'main.tree.left…',
    'main.tree.left….right',
    'main.tree.left….v',
  ]);
});

test('paths are interned', async () => {
  const sessions = Array.from({length: 50}, (_, index) => `s${index}`);
  const text = `${TYPES}; srv : main.Server -> 8=a; a : *main.Session x50 -> ${sessions.join(' ')}; ${sessions.map((name) => `${name} : main.Session`).join('; ')}`;
  const told = await tellText(text);
  const ids = new Set(sessions.map((name) => told.names.idOf(nodeNamed(told.columns.graph, name))));
  expect(ids.size).toBe(1);
  expect(told.names.count).toBe(3); // main.srv, .items, […]
});

test('between two nodes of a path', async () => {
  const told = await tellText(
    `${TYPES}; srv : main.Server -> 8=a; a : main.Session x3 -> 56=n; goroutine 1; local l in 1 -> s; s : main.Session`,
  );
  const node = (name: string) => nodeNamed(told.columns.graph, name);
  expect(told.names.textBetween(node('srv'), node('n'))).toBe('.items[…].Name');
  expect(told.names.textBetween(node('n'), node('n'))).toBe('');
  expect(told.names.textBetween(node('goroutine 1'), node('s'))).toBe('l in ');
});

describe('structures that text graphs cannot have', () => {
  const types: TextType[] = [];
  const declare = (name: string, size: number, fields: readonly (readonly [string, number, string])[]) => {
    const row = typeNamed(types, name);
    Object.assign(types[row]!, {
      size,
      fields: fields.map(([field, offset, type]) => ({name: field, offset, type: typeNamed(types, type)})),
    });
    return row;
  };
  const pointer = declare('sync/atomic.Pointer[main.Config]', 8, [['v', 0, 'unsafe.Pointer']]);
  const table = declare('internal/sync.HashTrieMap[interface {},interface {}]', 40, [['root', 16, 'sync/atomic.Pointer[main.Config]']]);
  const syncMap = declare('sync.Map', 40, [['m', 0, 'internal/sync.HashTrieMap[interface {},interface {}]']]);
  const pool = declare('sync.Pool', 40, [['local', 0, 'unsafe.Pointer']]);
  const config = declare('main.Server', 128, [
    ['config', 0, 'sync/atomic.Pointer[main.Config]'],
    ['cache', 8, 'sync.Map'],
    ['buffers', 48, 'sync.Pool'],
  ]);
  const entry = declare('internal/sync.entry[interface {},interface {}]', 48, [
    ['overflow', 8, 'unsafe.Pointer'],
    ['key', 16, 'interface'],
    ['value', 32, 'interface'],
  ]);
  const closure = declare('closure main.serve.func1', 24, [
    ['F', 0, 'uintptr'],
    ['&n', 8, '*main.Server'],
  ]);
  const method = declare('closure main.(*Server).Handle-fm', 16, [['R', 8, '*main.Server']]);
  const table_ = buildTypes(types);
  test.each([
    ['atomic pointers are the field that they are', config, 0, '.config'],
    ['and nothing by themselves', pointer, 0, ''],
    ["sync.Map's tables are inside of it", config, 8 + 16, '.cache'],
    ['its own words too', syncMap, 16, ''],
    ['and those of its table', table, 16, ''],
    ['its values are those of a map', entry, 40, '[…]'],
    ['its keys likewise', entry, 24, '[…]‹key›'],
    ['further entries are not', entry, 8, ''],
    ['what a pool keeps', config, 48, '.buffers‹pooled›'],
    ['and its parts', pool, 0, ''],
    ['variables that a function captured', closure, 8, '.func1‹captured n›'],
    ['the receiver of a method value', method, 8, '.Handle‹captured R›'],
    ['padding', closure, 16, '.func1‹captured ›'],
  ])('%s', (_, type, offset, expected) => {
    expect(nameAnyWord(table_, type, offset, false).text).toBe(expected);
  });
});
