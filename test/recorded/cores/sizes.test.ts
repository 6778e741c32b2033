/**
 * Sizes of all objects of a recorded heap: the parts of each make up its slot, and the slots with what lies beside them the spans.
 */
import {afterAll, describe, expect, test} from 'vitest';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames} from '../../kit/fixtures.js';

describe.each(fixtureNames().filter((name) => name.startsWith('zoo')))('%s', async (name) => {
  const database = await openFixtureDatabase(name);
  afterAll(() => database.close());
  const all = (sql: string) => database.prepare(sql).all();

  test('header, used bytes and waste make up each slot; padding is a part of what is used', () => {
    const wrong = `SELECT id FROM footprint WHERE kind = 'object' AND used IS NOT NULL
      AND (header + used + waste <> size OR waste < 0 OR padding < 0 OR padding > used OR size <> slot_size)`;
    expect(all(wrong)).toEqual([]);
  });

  test('slots, free slots and the tail make up each span', () => {
    const wrong = `SELECT s.id FROM spans s LEFT JOIN (SELECT span_id, sum(size) AS bytes FROM objects GROUP BY span_id) o ON o.span_id = s.id
      WHERE s.state = 'in-use' AND coalesce(o.bytes, 0) + (s.slots - s.allocated) * s.slot_size + s.tail <> s.size`;
    expect(all(wrong)).toEqual([]);
    expect(all("SELECT 1 FROM spans WHERE state = 'in-use'").length).toBeGreaterThan(100);
  });

  test('the heap rows of memory are sums over objects and spans', () => {
    const sums = `SELECT
      (SELECT sum(size) FROM objects WHERE reachable) AS "live objects",
      (SELECT coalesce(sum(size), 0) FROM objects WHERE NOT reachable) AS "unreachable objects",
      (SELECT sum((slots - allocated) * slot_size) FROM spans) AS "free slots",
      (SELECT sum(tail) FROM spans) AS "span tails"`;
    const rows = all("SELECT part, bytes FROM memory WHERE category = 'heap'") as {part: string; bytes: number}[];
    expect(Object.fromEntries(rows.map(({part, bytes}) => [part, bytes]))).toMatchObject(all(sums)[0] as object);
  });
});
