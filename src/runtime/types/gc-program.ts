/**
 * GC programs: how Go 1.23 and older write down the pointer words of a large type.
 * Truth: runtime/mbitmap.go (runGCProg) and internal/gcprog/gcprog.go of Go 1.22.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {GoheapError} from '../../base/errors.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';

/** A program's length comes before its instructions. */
const LENGTH_BYTES = 4;

/** The first `count` bits of the program at an address, one a word; those of modules have no length in front. Throws `bad-format` when it makes no sense. */
export function runGcProgram(image: Pick<MemoryImage, 'u8'>, program: Address, count: number, header: Bytes = LENGTH_BYTES): Uint8Array {
  const bits = createBitset(count);
  let at = program + header;
  let done = 0;
  const emit = (set: boolean) => {
    if (set && done < count) setBit(bits, done);
    done++;
  };
  const uvarint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = image.u8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (done < count) {
    const instruction = image.u8(at++);
    if (instruction === 0) break;
    const length = instruction & 0x7f;
    if (instruction < 0x80) {
      // That many bits follow.
      for (let i = 0; i < length; i++) emit(((image.u8(at + (i >>> 3)) >>> (i & 7)) & 1) !== 0);
      at += (length + 7) >>> 3;
    } else {
      // The last bits again, as often as the next number says.
      const repeated = length === 0 ? uvarint() : length;
      const end = Math.min(count, done + repeated * uvarint());
      if (repeated === 0 || repeated > done)
        throw new GoheapError('bad-format', `the GC program at ${hex(program)} repeats what it has not written`);
      while (done < end) emit(getBit(bits, done - repeated));
    }
  }
  return bits;
}
