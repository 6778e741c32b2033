/** Seeded damage to cores, executables and debug sections: every read ends in a result or in a GoheapError, with sound mappings. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {isGoheapError} from '../../../src/base/errors.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {readElf} from '../../../src/elf/elf-file.js';
import {readNotes} from '../../../src/elf/notes.js';
import {readSection} from '../../../src/elf/section-data.js';
import {readSymbols} from '../../../src/elf/symbols.js';
import {createMemoryImage} from '../../../src/image/memory-image.js';
import {inflate} from '../../../src/image/unpack/decompress.js';
import {coreOf, LINKED, PT_LOAD, pattern, program, readCoreBytes} from '../../kit/core-bytes.js';
import {elfBytes} from '../../kit/elf-bytes.js';

/** A small generator (Numerical Recipes' constants): the same damage in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Up to six bytes changed, mostly near the front, and every fifth file cut. */
function damage(data: Uint8Array, random: (below: number) => number): Uint8Array {
  const result = data.slice();
  for (let i = random(6); i >= 0; i--) result[random(2) === 0 ? random(Math.min(600, result.length)) : random(result.length)] = random(256);
  return random(5) === 0 ? result.subarray(0, random(result.length)) : result;
}

/** Runs it; true when it gave a result, false when it threw a GoheapError. Any other error is a failure. */
function ends(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (isGoheapError(error)) return false;
    throw error;
  }
}

describe('damaged files', () => {
  const executable = program({go: 'a/b'});
  const segments = Array.from({length: 20}, (_, i) => ({
    type: PT_LOAD,
    flags: 6,
    address: 0xc000000000 + i * 8192,
    data: pattern(4096, i),
    memorySize: 8192,
  }));
  const core = coreOf(executable, 0, {segments});

  test('cores', () => {
    const random = createRandom(1);
    const elf = readElf(new MemorySource('exe', executable));
    let results = 0;
    for (let i = 0; i < 400; i++) {
      const data = damage(core, random);
      const ended = ends(() => {
        const image = createMemoryImage(readCoreBytes(data), {elf}, new WarningLog());
        let behind = 0;
        for (const {start, end} of image.mappings) {
          expect(start).toBeGreaterThanOrEqual(behind);
          expect(end).toBeGreaterThan(start);
          expect(image.bytes(start, 1)).toHaveLength(1);
          expect(image.bytes(end - 1, 1)).toHaveLength(1);
          behind = end;
        }
        expect(image.coverage(0, 2 ** 53)).toBe(image.mappings.reduce((sum, {start, end}) => sum + end - start, 0));
        image.find(LINKED, 4096);
      });
      if (ended) results++;
    }
    expect(results).toBeGreaterThan(200);
    expect(results).toBeLessThan(400);
  });

  test('executables', () => {
    const random = createRandom(2);
    const data = elfBytes({
      segments: [{type: 4, data: pattern(64, 1)}],
      sections: [
        {name: '.symtab', type: 2, data: pattern(240, 2), link: 2},
        {name: '.strtab', type: 3, data: pattern(50, 3)},
        {name: '.zdebug_info', data: pattern(99, 4)},
      ],
    });
    let results = 0;
    for (let i = 0; i < 2000; i++) {
      const elf = new MemorySource('exe', damage(data, random));
      const ended = ends(() => {
        const read = readElf(elf);
        readNotes(read);
        readSymbols(read, inflate);
        for (const section of read.sections) ends(() => void readSection(read, section, inflate));
      });
      if (ended) results++;
    }
    expect(results).toBeGreaterThan(500);
    expect(results).toBeLessThan(2000);
  });
});
