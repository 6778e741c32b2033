/**
 * The first bytes of a core, as they are unpacked → how large it can be. A compressed file of some megabytes may hold hundreds of gigabytes: what
 * begins like no core ends the work at once, and what comes behind all that the program headers speak of belongs to nothing.
 */
import {MemorySource} from '../../base/bytes.js';
import {isGoheapError} from '../../base/errors.js';
import type {Bytes} from '../../base/units.js';
import {readElf} from '../../elf/elf-file.js';
import {checkIsCore, claimedSize} from '../core-file.js';
import {isHeapDump} from '../heap-dump-magic.js';

const ELF_HEADER: Bytes = 64;
/** gdb writes section headers behind the memory, one for each segment. */
const BEHIND: Bytes = 2 ** 26;

export class CoreSize {
  readonly #path: string;
  #parts: Uint8Array[] = [];
  #length: Bytes = 0; // of the parts
  #wanted: Bytes = ELF_HEADER;
  /** No byte behind this counts. */
  most: Bytes = Number.POSITIVE_INFINITY;
  #isUnbounded = false; // a heap dump does not say how long it is

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the next bytes. Throws as `openCore` does for what is no core. */
  add(bytes: Uint8Array): void {
    if (this.most !== Number.POSITIVE_INFINITY || this.#isUnbounded) return;
    this.#parts.push(bytes.slice());
    this.#length += bytes.length;
    if (this.#length < this.#wanted) return;
    const head = Buffer.concat(this.#parts);
    const source = new MemorySource(this.#path, head);
    if (this.#wanted === ELF_HEADER) {
      this.#isUnbounded = isHeapDump(source);
      if (this.#isUnbounded) return;
      checkIsCore(source);
    }
    this.#wanted = this.#length * 2;
    this.#parts = [head];
    try {
      this.most = claimedSize(readElf(source)) + BEHIND;
      this.#parts = [];
    } catch (error) {
      if (!isGoheapError(error, 'truncated')) throw error; // else the program headers go on
    }
  }
}
