/**
 * What a database of the program busy must say (fixtures/programs/busy): its goroutines never block, and only their own
 * locals hold its lists. Where such a goroutine stopped no stack map is valid; the collector then takes every word of the
 * frame, and the registers of a running thread, for a pointer. So must goheap, or the lists are lost.
 */
import type Database from 'better-sqlite3';
import {expect} from 'vitest';
import type {Truth} from '../oracle/truth.js';

/** The slot of a main.Payload. Go 1.20 and older make buckets of a table of package unicode as large. */
const PAYLOAD_SLOT = 1792;
const PAYLOADS = `SELECT count(*) FROM objects o LEFT JOIN types t ON t.id = o.type_id
  WHERE o.size = ${PAYLOAD_SLOT} AND o.reachable AND coalesce(t.name, 'main.Payload') = 'main.Payload'`;

export function expectBusy(database: Database.Database, truth: Truth): void {
  const one = (sql: string) => database.prepare(sql).pluck().get();
  expect(one(PAYLOADS)).toBe(truth.built['main.Payload']!.count);
  expect(one("SELECT count(DISTINCT goroutine_id) FROM roots WHERE kind IN ('conservative', 'register')")).toBeGreaterThan(0);

  expect(one('SELECT count(*) FROM goroutines WHERE NOT system')).toBe(truth.goroutines);
  const outermost =
    'SELECT DISTINCT function FROM frames f WHERE NOT EXISTS (SELECT 1 FROM frames o WHERE o.goroutine_id = f.goroutine_id AND o.depth > f.depth)';
  expect(database.prepare(outermost).pluck().all()).toEqual(['runtime.goexit']);
  expect(database.prepare('SELECT * FROM warnings').all()).toEqual([]);
}
