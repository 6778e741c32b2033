/**
 * Typed values of recorded cores: the program `maps` with all that it printed, from the core and from a database with full contents, and the
 * lengths that zoo printed, of both kinds of maps. Cores of other versions of Go: test/live/values.test.ts.
 */
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {sqlite} from '../../../formats/sqlite/export-sqlite.js';
import {type Heap, openHeap, writeHeap} from '../../../src/index.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {expectLengths, expectValues} from '../../kit/expect-values.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {openDatabase} from '../../kit/goheap.js';
import {temporaryFolder} from '../../kit/small-database.js';
import {readTruth, type Truth} from '../../oracle/truth.js';

test.each(fixtureNames('maps'))('%s: every key and value, also from a database', async (name) => {
  const fixture = unpackFixture(name);
  const truth = readTruth(fixture.truth);
  const heap = await analyzedFixture(name);
  expect(expectValues(heap, truth)).toBeGreaterThan(5000);
  const database = join(temporaryFolder(), 'maps.db');
  await writeHeap(heap, sqlite, database, {contents: 'full'});
  expectCapacities(heap, truth, database);
  const kept = await openHeap(database);
  expect(expectValues(kept, truth)).toBeGreaterThan(5000);
  await kept.close();
});

/** What the database says of the room in maps and slices is what their headers say. */
function expectCapacities(heap: Heap, truth: Truth, path: string): void {
  const database = openDatabase(path);
  const find = database.prepare('SELECT kind, used, capacity, free FROM unused WHERE id = ?');
  const maps = Object.keys(truth.facts).filter((fact) => /^len \w+$/.test(fact));
  for (const fact of maps) {
    const map = heap.global(`main.${fact.slice('len '.length)}`);
    const [used, capacity] = [map.length()!, map.capacity()!];
    expect(find.get(map.node()!), fact).toEqual({kind: 'map', used, capacity, free: capacity - used});
  }
  expect(maps.length).toBeGreaterThan(15);
  expect(find.get(heap.global('main.SPart').node()!)).toEqual({kind: 'slice', used: 3, capacity: 10, free: 7});
  database.close();
}

test.each(fixtureNames('zoo'))('%s: lengths are as printed, and as many entries are read', async (name) => {
  const fixture = unpackFixture(name);
  const heap = await analyzedFixture(name);
  expectLengths(heap, readTruth(fixture.truth));
});

test.each(fixtureNames('zoo'))('%s: variables without pointers have values too; a database does not keep them', async (name) => {
  const fixture = unpackFixture(name);
  const heap = await analyzedFixture(name);
  const truth = readTruth(fixture.truth);
  const numbers = {
    gcount: Number(truth.facts['goroutines started by spawn']),
    GGarbage: truth.dead.at(-1),
    GUintptr: truth.addresses['GUintptr target (alive through GScalars[0])'],
  };
  for (const [variable, number] of Object.entries(numbers)) expect(heap.global(`main.${variable}`).number(), variable).toBe(number);
  expect(Array.from(heap.global('main.truthDead').elements(), (address) => address.number())).toEqual(truth.dead);
  for (const field of ['Mallocs', 'HeapSys', 'NumGC'])
    expect(heap.global('main.truthMS').field(field).number(), field).toBe(truth.memstats[field]);
  expect(() => heap.global('main.GNone')).toThrow('no package-level variable main.GNone');
  const database = join(temporaryFolder(), `${name}.db`);
  await writeHeap(heap, sqlite, database, {contents: 'full'});
  const kept = await openHeap(database);
  expect([kept.global('main.gcount').missing, kept.global('main.GHeapStr').missing]).toEqual(['not-kept', undefined]);
  await kept.close();
});
