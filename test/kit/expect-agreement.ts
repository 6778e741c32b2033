/**
 * What a database and a heap dump of the same process must agree on, as assertions; shared by the recorded and the live tier.
 */
import {expect} from 'vitest';
import type {Agreement} from '../oracle/agreement.js';
import type {Comparison} from '../oracle/compare.js';

/** What the runtime allocates when it starts a thread: an m, its g0 and its signal stack's g. */
const MEMORY_OF_A_THREAD = 8192;
/** Between the dump and the core the program ran on for a moment: up to one in a thousand may differ. */
const MOVED_ON = 0.001;

export function expectAgreement(agreement: Agreement): void {
  expect(agreement.objects.differences).toEqual([]);
  expect(agreement.masks.differences).toEqual([]);
  for (const {compared} of [agreement.objects, agreement.pointers, agreement.masks, agreement.globals]) expect(compared).toBeGreaterThan(0);
  expect(agreement.unexplained).toEqual([]);
  expect(agreement.wordsOwnedTwice).toEqual([]);
  // A small program moves on by more than a thousandth with a single assignment.
  expectFew(agreement.pointers, 'pointers', 3);
  expectFew(agreement.globals, 'words of data and bss', 6);
  expectFew(agreement.stacks, 'words of stacks', 0);
  expect(agreement.unexplainedBytes).toBe(0);
  expect(agreement.bytesBeforeDump).toBeGreaterThanOrEqual(0);
  expect(agreement.bytesBeforeDump).toBeLessThan(MEMORY_OF_A_THREAD);
  expect(agreement.newObjects).toBeLessThanOrEqual(Math.max(30, agreement.objects.compared * MOVED_ON));
}

function expectFew({compared, differences}: Comparison, what: string, least: number): void {
  expect(
    differences.length,
    `${what}:\n${differences
      .map(({text}) => text)
      .slice(0, 20)
      .join('\n')}`,
  ).toBeLessThanOrEqual(Math.max(least, compared * MOVED_ON));
}
