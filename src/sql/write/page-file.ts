/**
 * Appends pages to an SQLite file that no connection has open, and puts the new size into its header.
 * https://sqlite.org/fileformat2.html sections 1.3 (header) and 1.4 (the lock-byte page, which is never used).
 */
import {closeSync, openSync, readSync} from 'node:fs';
import {WRITE_PIECE} from '../../base/bytes.js';
import {GoheapError} from '../../base/errors.js';
import {writeAll} from '../../base/file-source.js';
import {diskError} from '../sqlite-errors.js';

const HEADER_BYTES = 100;
/** Offset of the page that SQLite keeps free for file locks. */
const LOCK_BYTE = 0x40000000;

export class PageFile {
  readonly path: string;
  readonly pageSize: number;
  readonly #fd: number;
  readonly #buffer: Uint8Array;
  #buffered = 0; // bytes in #buffer
  #pageCount: number; // pages of the file, buffered ones included

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'r+');
    const header = new Uint8Array(HEADER_BYTES);
    readSync(this.#fd, header, 0, HEADER_BYTES, 0);
    const view = new DataView(header.buffer);
    this.pageSize = view.getUint16(16) === 1 ? 65536 : view.getUint16(16);
    this.#pageCount = view.getUint32(28);
    if (header[20] !== 0 || view.getUint32(24) !== view.getUint32(92)) {
      throw new GoheapError('unsupported', `${path}: reserved bytes in pages, or a stale size; expected a file that was just created`);
    }
    this.#buffer = new Uint8Array(Math.max(WRITE_PIECE, this.pageSize));
  }

  /** Appends a copy of the page; returns its number, from 1. */
  append(page: Uint8Array): number {
    if (this.#pageCount * this.pageSize === LOCK_BYTE) this.#put(new Uint8Array(this.pageSize));
    return this.#put(page);
  }

  #put(page: Uint8Array): number {
    if (this.#buffered + this.pageSize > this.#buffer.length) this.#flush();
    this.#buffer.set(page, this.#buffered);
    this.#buffered += this.pageSize;
    return ++this.#pageCount;
  }

  /** Replaces a page that the file had from the start. */
  replace(number: number, page: Uint8Array): void {
    this.#write(page, (number - 1) * this.pageSize);
  }

  /** Writes what is left and the header's page count. */
  finish(): void {
    this.#flush();
    const count = new Uint8Array(4);
    new DataView(count.buffer).setUint32(0, this.#pageCount);
    this.#write(count, 28);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#buffered), this.#pageCount * this.pageSize - this.#buffered);
    this.#buffered = 0;
  }

  #write(bytes: Uint8Array, position: number): void {
    try {
      writeAll(this.#fd, bytes, position);
    } catch (error) {
      throw diskError(this.path, error);
    }
  }
}
