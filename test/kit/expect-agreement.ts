/**
 * What a database and a heap dump of the same process must agree on, as assertions; shared by the recorded and the live tier.
 */
import type Database from 'better-sqlite3';
import {expect} from 'vitest';
import {type Agreement, computeAgreement} from '../oracle/agreement.js';
import type {Comparison} from '../oracle/compare.js';
import {readHeapDump} from '../oracle/heap-dump.js';
import {readTruth} from '../oracle/truth.js';

/** Between the dump and the core the program ran on for a moment: up to one in a thousand may differ. */
const MOVED_ON = 0.001;

/** Reads the files, compares, asserts, and returns what was compared. */
export function expectAgreement(database: Database.Database, files: {readonly heapDump: string; readonly truth: string}): Agreement {
  const agreement = computeAgreement(database, readHeapDump(files.heapDump), readTruth(files.truth));
  expect(agreement.objects.differences).toEqual([]);
  expect(agreement.masks.differences).toEqual([]);
  for (const {compared} of [agreement.objects, agreement.pointers, agreement.masks, agreement.globals]) expect(compared).toBeGreaterThan(0);
  expect(agreement.wordsOwnedTwice).toEqual([]);
  // A small program moves on by more than a thousandth with a single assignment.
  expectFew(agreement.pointers, 'pointers', 3);
  expectFew(agreement.globals, 'words of data and bss', 6);
  expectFew(agreement.stacks, 'words of stacks', 0);
  expect(agreement.unexplainedBytes).toBe(0);
  expect(agreement.newObjects).toBeLessThanOrEqual(Math.max(30, agreement.objects.compared * MOVED_ON));
  return agreement;
}

function expectFew({compared, differences}: Comparison, what: string, least: number): void {
  expect(differences.length, `${what}:\n${differences.slice(0, 20).join('\n')}`).toBeLessThanOrEqual(Math.max(least, compared * MOVED_ON));
}
