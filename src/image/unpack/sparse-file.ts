/**
 * Bytes in sequence → a temporary file that nobody can name: it is unlinked as soon as it is open, so that it goes with the
 * process however that ends. Pages of zeros become holes: of a core they are often most. Never fills a disk to its end.
 */
import {randomUUID} from 'node:crypto';
import {closeSync, constants, ftruncateSync, mkdirSync, openSync, statfsSync, unlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {GoheapError} from '../../base/errors.js';
import type {Bytes} from '../../base/units.js';
import {writeWithHoles} from '../../base/write-with-holes.js';

/** What is written at a time. Whole pieces that come where nothing waits are not copied. */
export const SPARSE_PIECE: Bytes = 1024 * 1024;
/** What stays free on the disk for everybody else. */
const RESERVE: Bytes = 16 * 1024 * 1024;
/** Free space is asked for again after this much was written. */
const CHECK_EVERY: Bytes = 8 * 1024 * 1024;

export class SparseFile {
  readonly #folder: string;
  readonly #descriptor: number;
  readonly #buffer = Buffer.alloc(SPARSE_PIECE);
  #buffered: Bytes = 0;
  #flushed: Bytes = 0; // position in the file where the buffer belongs
  #written: Bytes = 0; // since free space was last asked for

  /** Throws `io` when the folder cannot be written to, or has less than `expected` bytes to spare. */
  constructor(folder: string = tmpdir(), expected: Bytes = 0) {
    this.#folder = folder;
    this.#checkSpace(expected);
    const path = join(folder, `unpacked-${process.pid}-${randomUUID()}.tmp`);
    try {
      mkdirSync(folder, {recursive: true});
      this.#descriptor = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
    } catch (error) {
      throw new GoheapError('io', `a core cannot be unpacked in ${folder}: ${(error as Error).message}`, {hint: HINT, cause: error});
    }
    unlinkSync(path);
  }

  /** Bytes so far, holes included. */
  get size(): Bytes {
    return this.#flushed + this.#buffered;
  }

  /** Throws `io` before the disk is full. The bytes are written or copied. */
  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const count = Math.min(bytes.length - done, SPARSE_PIECE - this.#buffered);
      const part = bytes.subarray(done, done + count);
      done += count;
      if (count === SPARSE_PIECE) {
        this.#flush(part);
        continue;
      }
      this.#buffer.set(part, this.#buffered);
      this.#buffered += count;
      if (this.#buffered === SPARSE_PIECE) this.#flushBuffer();
    }
  }

  /** The open file, which is the caller's to close. */
  finish(): number {
    const {size} = this;
    this.#flushBuffer();
    ftruncateSync(this.#descriptor, size); // a hole at the end has not made the file longer yet
    return this.#descriptor;
  }

  discard(): void {
    closeSync(this.#descriptor);
  }

  #flushBuffer(): void {
    const length = this.#buffered;
    this.#buffered = 0;
    this.#flush(this.#buffer.subarray(0, length));
  }

  #flush(piece: Uint8Array): void {
    if (this.#written >= CHECK_EVERY) this.#checkSpace(piece.length);
    try {
      this.#written += writeWithHoles(this.#descriptor, piece, this.#flushed);
    } catch (error) {
      throw noSpace(this.#folder, (error as Error).message, error);
    }
    this.#flushed += piece.length;
  }

  #checkSpace(wanted: Bytes): void {
    let free: Bytes;
    try {
      const {bavail, bsize} = statfsSync(this.#folder);
      free = bavail * bsize;
    } catch {
      return; // a folder that is still to be made, or a file system that does not tell: writing will
    }
    this.#written = 0;
    if (free < wanted + RESERVE) throw noSpace(this.#folder, `${free} bytes are free, ${wanted + RESERVE} are needed at least`);
  }
}

const HINT = 'Free some space, choose another folder (XDG_CACHE_HOME; in the library temporaryFolder), or unpack the core yourself.';

function noSpace(folder: string, problem: string, cause?: unknown): GoheapError {
  return new GoheapError('io', `there is not enough space in ${folder} to unpack the core: ${problem}`, {hint: HINT, cause});
}
