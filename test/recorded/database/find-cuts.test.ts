/** Each way to name a pointer or a node that is to go, and what comes of it, on a heap whose numbers can be added up by hand. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {CutPointers} from '../../../src/database/cut-pointers.js';
import {findCuts} from '../../../src/database/find-cuts.js';
import {findNode} from '../../../src/database/find-node.js';
import {readWhatIf} from '../../../src/database/read-what-if.js';
import {openDatabase, type SqlDatabase} from '../../../src/sql/index.js';
import {SHOP} from '../../kit/shop.js';
import {databaseFromText} from '../../kit/small-database.js';

let database: SqlDatabase;
beforeAll(async () => {
  database = await openDatabase(await databaseFromText(SHOP));
});
afterAll(() => database.close());

const ITEMS = 4 * 64;
const ALL = 16 + 32 + 24 + 48 + ITEMS;

test.each([
  // Of the items i1 goes alone, i3 when the log goes too, i2 and i4 with the index.
  [['main.server.Cache'], [], [1, 0], 32 + 24 + 64, ['main.index', 'main.server.Log.Last']],
  [[], ['main.server.Cache'], [0, 1], 32 + 24 + 64, ['main.index', 'main.server.Log.Last']],
  [[], ['shop.Cache'], [0, 1], 32 + 24 + 64, ['main.index', 'main.server.Log.Last']],
  [['main.server'], [], [1, 0], ALL - 128, ['main.index']],
  [['main.server', 'main.index'], [], [2, 0], ALL, []],
  [[], ['main.server', 'main.index'], [0, 2], ALL, []],
  [[], ['shop.Item'], [0, 4], ITEMS, []],
  [[], ['main.server.Cache.Items[…]'], [0, 3], ITEMS, []],
  [['main.server.Cache.Items[…]'], [], [3, 0], 64, ['main.index', 'main.server.Cache.Last']],
  [['main.server.Cache.Items[1]'], [], [1, 0], 0, ['main.index']],
  [['main.server.Cache.Items[0]'], [], [1, 0], 64, []],
  [['main.server.Cache+24'], ['main.server.Log'], [1, 1], 48 + 64 - 64, ['main.server.Cache.Items[…]']],
])('cut %j, drop %j', async (cut, drop, counts, bytes, held) => {
  const cuts = await findCuts(database, cut, drop);
  expect([cuts.pointers.length, cuts.nodes.length]).toEqual(counts);
  const answer = await readWhatIf(database, cuts);
  expect(answer.garbage.bytes).toBe(bytes);
  expect(answer.held.map(({name}) => name).sort()).toEqual(held);
});

test('the same pointer twice is one; an index where there are no elements is refused', async () => {
  expect(await findCuts(database, ['main.server.Cache', 'main.server.Cache'], [])).toEqual(
    await findCuts(database, ['main.server.Cache'], []),
  );
  for (const ask of [() => findCuts(database, ['main.server.Cache[0]'], []), () => findNode(database, 'main.server.Cache[0]')])
    await expect(ask()).rejects.toMatchObject({
      code: 'usage',
      message: 'main.server.Cache[0]: no object or variable',
      hint: expect.stringContaining('main.server.Cache has no [0]: only elements of slices and arrays have numbers.'),
    });
});

test('a part that has several pointers stands for each of them once', async () => {
  const small = await openDatabase(
    await databaseFromText(`
      type main.N 8 Next@0:*main.N
      type main.S 24 Arr@0:[2]*main.N Last@16:*main.N
      global main.s : main.S -> n1 8=n2 16=n2
      global main.p : *main.S -> shared
      n1 : main.N
      n2 : main.N
      shared : main.S -> n1 8=n2
    `),
  );
  const pointersOf = async (text: string) => {
    const {pointers} = await findCuts(small, [text], []);
    const cut = new CutPointers(pointers);
    return Array.from(cut.offset, (offset, at) => [cut.source[at], offset]);
  };
  const [s] = (await small.rows<{id: number}>("SELECT id FROM roots WHERE name = 'main.s'")) as [{id: number}];
  const last = await small.rows<{id: number}>("SELECT o.id FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.S'");
  expect(await pointersOf('main.s.Arr')).toEqual([
    [s.id, 0],
    [s.id, 8],
  ]);
  expect(await pointersOf('main.s.Arr[1]')).toEqual([[s.id, 8]]);
  expect(await pointersOf('main.s.Last')).toEqual([[s.id, 16]]);
  expect(await pointersOf('main.S.Arr[…]')).toEqual([s, ...last].flatMap(({id}) => [0, 8].map((offset) => [id, offset])));
  await small.close();
});

test('a pointer by its offset, a node by its number or address', async () => {
  const id = await findNode(database, 'main.server.Cache');
  const [{address}] = (await database.rows<{address: string}>("SELECT printf('0x%x', address) AS address FROM objects WHERE id = ?", [
    id,
  ])) as [{address: string}];
  for (const object of [String(id), address]) {
    expect(await findCuts(database, [], [object])).toEqual({pointers: [], nodes: [id]});
    expect(await findCuts(database, [`${object}+24`], [])).toEqual({pointers: [{source: id, offset: 24}], nodes: []});
    expect((await findCuts(database, [object], [])).pointers).toEqual([
      {source: id, offset: 0},
      {source: id, offset: 24},
    ]);
  }
});

test.each([
  [['main.server+12'], [], 'main.server+12: no pointer there', 'Its pointers are at 0.'],
  [['main.nothing'], [], 'main.nothing: no object or variable', 'Give an address'],
  [[], ['shop.Nothing'], 'shop.Nothing: no object or variable', 'Give an address'],
])('cut %j, drop %j is refused', async (cut, drop, message, hint) => {
  await expect(findCuts(database, cut, drop)).rejects.toMatchObject({code: 'usage', message, hint: expect.stringContaining(hint)});
});
