/**
 * A recorded core as an analyzed heap, opened once for all files that a process of vitest runs: nothing changes a graph after it is built.
 */

import {remember} from '../../src/base/remember.js';
import {type AnalyzedHeap, openHeap} from '../../src/index.js';
import {unpackFixture} from './fixtures.js';

const opened = new Map<string, Promise<AnalyzedHeap>>();

/** Not to be closed: its contents are read by others too. */
export function analyzedFixture(name: string): Promise<AnalyzedHeap> {
  return remember(opened, name, async () => {
    const {core, executable} = unpackFixture(name);
    const heap = await openHeap(core, {executable});
    return heap.analyze();
  });
}
