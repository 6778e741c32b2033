/** Recorded cores without the program's writable memory, or without notes: what is left is no full account of the heap, and says so. */
import {readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {type Fixture, unpackFixture} from '../../kit/fixtures.js';
import {temporaryFolder} from '../../kit/small-database.js';

const tiny = unpackFixture('tiny-1.26.8');
const folder = temporaryFolder();

/** The core with its first `kept` bytes, of which `change` changes some, and zeros up to its end. */
function changed({core}: Fixture, kept: number, change: (head: Buffer) => void): string {
  const head = readFileSync(core);
  const path = join(folder, `core-${kept}`);
  change(head);
  writeFileSync(path, head.subarray(0, kept));
  truncateSync(path, head.length);
  return path;
}

/** The program headers of notes become PT_NULL: registers, and with them roots, are lost. */
function withoutNotes(head: Buffer): void {
  for (let i = 0; i < head.readUInt16LE(56); i++) {
    const at = 64 + i * 56; // behind the ELF header
    if (head.readUInt32LE(at) === 4) head.writeUInt32LE(0, at);
  }
}

describe('a core', () => {
  const E_PHNUM = 56;
  const cases: [string, string, string[]][] = [
    ['without segments', changed(tiny, 8192, (head) => head.writeUInt16LE(0, E_PHNUM)), ['data-from-executable', 'goroutines-missing']],
    ['without notes', changed(tiny, 2 ** 40, withoutNotes), ['no-threads']],
    ['whose memory is all zeros', changed(tiny, 16384, () => {}), ['goroutines-missing']],
  ];
  test.each(cases)('%s is not complete', async (_, path, codes) => {
    const heap = await openCoreHeap(path, {executable: tiny.executable});
    heap.close();
    expect(heap.graph.warnings.map(({code}) => code)).toEqual(expect.arrayContaining(codes));
    expect(heap.graph.metadata.complete).toBe(0);
  });
});
