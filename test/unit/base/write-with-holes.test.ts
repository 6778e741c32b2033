/** A file with holes for pages of zeros, wherever pieces begin and end. */
import {closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {writeWithHoles} from '../../../src/base/write-with-holes.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-holes-'));
afterAll(() => rmSync(folder, {recursive: true}));

const PAGE = 4096;
const USED = 5; // pages

test.each([1, 100, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 1 << 20])('pieces of %d bytes', (piece) => {
  const bytes = Buffer.alloc(100 * PAGE + 17);
  for (const at of [5, 2 * PAGE - 1, 7 * PAGE, 50 * PAGE + 9, 51 * PAGE]) bytes[at] = 1; // the rest is zero, the end too
  const path = join(folder, `pieces-${piece}`);
  const file = openSync(path, 'wx');
  let written = 0;
  for (let at = 0; at < bytes.length; at += piece) written += writeWithHoles(file, bytes.subarray(at, at + piece), at);
  ftruncateSync(file, bytes.length);
  closeSync(file);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(statSync(path).blocks * 512).toBeLessThanOrEqual(USED * PAGE);
  expect(written).toBeLessThanOrEqual(USED * PAGE);
});
