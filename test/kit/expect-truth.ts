/**
 * What a program printed that it holds, against a database of its core: as many reachable objects of each type, and every goroutine
 * unwound to its start.
 */
import type Database from 'better-sqlite3';
import {expect} from 'vitest';
import {readTruth} from '../oracle/truth.js';

export function expectTruth(database: Database.Database, truthFile: string): void {
  const reachable = database.prepare('SELECT sum(objects) FROM types WHERE name = ?').pluck();
  const {built} = readTruth(truthFile);
  expect(Object.keys(built).length).toBeGreaterThan(0);
  for (const [type, {count}] of Object.entries(built)) expect(reachable.get(type), type).toBe(count);
  const lost = database.prepare("SELECT message FROM warnings WHERE code IN ('stack-incomplete', 'goroutine-unreadable')").pluck();
  expect(lost.all()).toEqual([]);
}
