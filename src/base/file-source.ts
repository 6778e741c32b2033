/**
 * A file as a `ByteSource`: small reads go through a block cache, large ones straight to the file. And writing all bytes to one.
 * Memory is bounded by `cacheBlocks` × 64 KiB whatever the size of the file.
 */
import {closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync, writeSync} from 'node:fs';
import {type ByteSource, truncatedError} from './bytes.js';
import {GoheapError, isGoheapError} from './errors.js';
import type {Bytes} from './units.js';

const BLOCK = 64 * 1024;
/** Reads of at least this size bypass the cache. */
const LARGE = 1024 * 1024;

export class FileSource implements ByteSource {
  readonly name: string;
  readonly path: string;
  readonly size: Bytes;
  readonly #fd: number;
  readonly #blocks = new Map<number, Uint8Array>(); // least recently used first
  readonly #cacheBlocks: number;
  #lastNumber = -1;
  #lastBlock: Uint8Array = new Uint8Array(0);

  /** `descriptor`: the file is open already, and has perhaps no path. Throws `io` with a hint when the file cannot be opened or is none (a folder, a device). */
  constructor(path: string, cacheBlocks = 512, descriptor?: number) {
    this.path = path;
    this.name = path;
    this.#cacheBlocks = cacheBlocks;
    this.#fd = descriptor ?? openRegular(path);
    const stat = fstatSync(this.#fd);
    if (!stat.isFile()) {
      closeSync(this.#fd); // another one took its place
      throw notRegular(path, stat);
    }
    this.size = stat.size;
  }

  close(): void {
    this.#blocks.clear();
    closeSync(this.#fd);
  }

  /** Of the open file, which threads of this process can read, too. */
  get descriptor(): number {
    return this.#fd;
  }

  read(offset: Bytes, length: Bytes): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.size) throw truncatedError(this.name, offset, length, this.size);
    const number = Math.floor(offset / BLOCK);
    const within = offset - number * BLOCK;
    if (within + length <= BLOCK) return this.#block(number).subarray(within, within + length);
    const result = new Uint8Array(length);
    if (length >= LARGE) {
      this.readInto(offset, result);
      return result;
    }
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const from = at % BLOCK;
      const part = this.#block(Math.floor(at / BLOCK)).subarray(from, from + length - done);
      result.set(part, done);
      done += part.length;
    }
    return result;
  }

  readInto(offset: Bytes, into: Uint8Array): void {
    if (offset < 0 || offset + into.length > this.size) throw truncatedError(this.name, offset, into.length, this.size);
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.#fd, into, done, Math.min(into.length - done, 2 ** 30), offset + done);
      if (count === 0) throw truncatedError(this.name, offset, into.length, offset + done); // shrunk while open
      done += count;
    }
  }

  #block(number: number): Uint8Array {
    if (number === this.#lastNumber) return this.#lastBlock;
    let block = this.#blocks.get(number);
    if (block) this.#blocks.delete(number);
    else {
      if (this.#blocks.size >= this.#cacheBlocks) this.#blocks.delete(this.#blocks.keys().next().value!);
      block = new Uint8Array(Math.min(BLOCK, this.size - number * BLOCK));
      this.readInto(number * BLOCK, block);
    }
    this.#blocks.set(number, block);
    this.#lastNumber = number;
    this.#lastBlock = block;
    return block;
  }
}

/** Looked at first: to open a device may do anything, and a pipe that nobody writes to would never open without O_NONBLOCK. */
function openRegular(path: string): number {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw notRegular(path, stat);
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw isGoheapError(error) ? error : openError(path, error);
  }
}

function openError(path: string, error: unknown): GoheapError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new GoheapError('io', `${path}: no such file`, {hint: 'Check the path.', cause: error});
  if (code === 'EACCES' || code === 'EPERM') {
    return new GoheapError('io', `${path}: permission denied`, {
      hint: 'Core files often belong to root: run with sudo, or change the owner of the file.',
      cause: error,
    });
  }
  if (code === 'ELOOP')
    return new GoheapError('io', `${path}: symbolic links that lead in a circle`, {
      hint: 'Give the path of the file itself.',
      cause: error,
    });
  return new GoheapError('io', `${path}: ${(error as Error).message}`, {hint: 'Check the path.', cause: error});
}

function notRegular(path: string, stat: Stats): GoheapError {
  return new GoheapError('io', `${path}: not a regular file but ${describeKind(stat)}`, {
    hint: 'Give the path of a core file or of a goheap database.',
  });
}

/** What lies at a path, for messages. */
export function describeKind(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a FIFO';
  if (stat.isSocket()) return 'a socket';
  return stat.isFile() ? 'a regular file' : 'a device';
}

/** Writes all bytes: a disk may take less at once. Without a position, behind what was written before. Throws what the file system says. */
export function writeAll(file: number, bytes: Uint8Array, position?: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position === undefined ? null : position + done);
  }
}
