/** What a loader moves: words in the middle of what is read, and at its borders. */
import {expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {RelocatedSource, sortedRelocations} from '../../../src/elf/relocations.js';

const SLIDE = 0x7f0000000000;

test('every read shows the moved words, also parts of them', () => {
  const bytes = Uint8Array.from({length: 64}, (_, at) => at);
  const source = new RelocatedSource(new MemorySource('program', bytes), sortedRelocations([40, 8], [0x5000, 0x4000]), SLIDE);
  const whole = bytes.slice();
  const view = new DataView(whole.buffer);
  view.setBigUint64(8, BigInt(0x4000 + SLIDE), true);
  view.setBigUint64(40, BigInt(0x5000 + SLIDE), true);
  for (let start = 0; start < 64; start++) {
    for (let end = start; end <= 64; end++) {
      expect(source.read(start, end - start)).toEqual(whole.subarray(start, end));
      const into = new Uint8Array(end - start);
      source.readInto(start, into);
      expect(into).toEqual(whole.subarray(start, end));
    }
  }
  expect(bytes[8]).toBe(8); // the file is as it was
});
