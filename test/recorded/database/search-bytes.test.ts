/** Texts in strings and bytes: hit by hit what all at once gives, which is what reading every array gives. */
import {expect, test} from 'vitest';
import {type FoundBytes, findUtf8, searchBytes} from '../../../src/database/search-bytes.js';
import {openStoredValues} from '../../../src/database/stored-values.js';
import {openDatabase} from '../../../src/sql/index.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {unpackFixture} from '../../kit/fixtures.js';

test.each(['small-', 'GOTRACEBACK', 'ä', 'nowhere in any string'])('%s', async (text) => {
  const {core, executable} = unpackFixture('zoo-1.26.8');
  const file = await openFixtureDatabase('zoo-1.26.8');
  const database = await openDatabase(file.name);
  const {contents, close} = await openStoredValues(file.name, {path: core, executable});
  const arrays = file
    .prepare('SELECT id, address + header AS address, used FROM objects WHERE bytes_kind IS NOT NULL AND reachable = 1 ORDER BY id')
    .all() as {id: number; address: number; used: number}[];
  const expected = arrays.flatMap(({id, address, used}) => {
    const offset = Buffer.from(contents.bytes(address, used)!).indexOf(text);
    return offset < 0 ? [] : [[id, offset]];
  });
  if (text === 'small-') expect(expected.length).toBeGreaterThan(2); // GMapSI["small-i"]
  const found: FoundBytes[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const {hits, next, unread, done}: Awaited<ReturnType<typeof searchBytes>> = await searchBytes(database, contents, {
      find: findUtf8(text),
      from,
      most: 1,
      seconds: 60,
    });
    found.push(...hits);
    expect(unread).toBe(0);
    expect(done === 1).toBe(next === undefined);
    from = next;
  }
  expect(found.map(({node_id, offset}) => [node_id, offset])).toEqual(expected);
  for (const {before, after, length} of found) expect(before.length + after.length).toBeLessThanOrEqual(length);
  expect((await searchBytes(database, contents, {find: findUtf8(text), most: 1000, seconds: 60})).hits).toEqual(found);
  const blind = await searchBytes(database, {bytes: () => undefined}, {find: findUtf8(text), most: 1000, seconds: 60});
  expect(blind.hits).toEqual([]);
  expect(blind.unread).toBe(arrays.filter(({used}) => used >= Buffer.byteLength(text)).length);
  for (const {match} of found) expect(match).toBe(text);
  close();
  await database.close();
  file.close();
});
