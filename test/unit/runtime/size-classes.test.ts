/** The allocator's classes against what they must satisfy. */
import {expect, test} from 'vitest';
import {previousSlotSize, slotSizeFor} from '../../../src/runtime/memory/size-classes.js';

test('an allocation fits its slot and not the one before', () => {
  for (const scan of [false, true]) {
    for (let size = 16; size <= 70_000; size += 8) {
      const slot = slotSizeFor(size, scan);
      const header = scan && size > 512 && size + 8 <= 32_768 ? 8 : 0;
      expect(slot).toBeGreaterThanOrEqual(size + header);
      expect(previousSlotSize(slot)).toBeLessThan(size + header);
    }
  }
});

test.each([
  [1, false, 16], // packed with others
  [8, true, 8],
  [24, true, 24],
  [25, true, 32],
  [512, true, 512],
  [513, true, 576],
  [600, false, 640],
  [576, true, 640], // the header does not fit beside it
  [32_760, true, 32_768],
  [32_768, true, 32_768], // large: without header, whole pages
  [32_769, true, 40_960],
  [32_768, false, 32_768],
  [40_016, true, 40_960],
])('%d bytes, with pointers: %s', (size, scan, slot) => {
  expect(slotSizeFor(size, scan)).toBe(slot);
});
