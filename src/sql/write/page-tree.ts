/**
 * Cells in key order → the pages of one SQLite b-tree, from the leaves up: https://sqlite.org/fileformat2.html section 1.6.
 *
 * Rows come sorted, so every page is filled once and never touched again; that is what makes this several times cheaper than inserts
 * (bench/rows). Both kinds of trees work alike: interior cells are a child page and a separator. In an index tree (a WITHOUT ROWID table)
 * the separator is a row of its own, taken from the end of the page before; in a table tree it is the page's last rowid.
 * Rows that would need overflow pages are the caller's to refuse.
 */
import {viewOf} from '../../base/bytes.js';
import type {PageFile} from './page-file.js';

export type TreeKind = 'table' | 'index';

const PAGE_TYPE = {table: {leaf: 0x0d, interior: 0x05}, index: {leaf: 0x0a, interior: 0x02}} as const;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;

/** Cells of a page, one behind the other. */
export interface PageCells {
  readonly bytes: Uint8Array;
  readonly start: Uint32Array; // of each cell in bytes
  length: number;
  count: number;
}

export class PageTree {
  readonly #file: PageFile;
  readonly #root: number;
  readonly #kind: TreeKind;
  readonly #interior: PageCells[] = []; // pages that are being filled, lowest first
  readonly #page: Uint8Array;
  /** Most bytes of a row: what every page has room for four times, without overflow pages. */
  readonly longestRow: number;

  /** `root` is the page that the schema names for the table; it must be empty. */
  constructor(file: PageFile, root: number, kind: TreeKind) {
    this.#file = file;
    this.#root = root;
    this.#kind = kind;
    this.#page = new Uint8Array(file.pageSize);
    this.longestRow = Math.floor(((file.pageSize - 12) * 64) / 255) - 23;
  }

  /** Takes the cells of a leaf that has no room for the next row. `lastRowid`: of its last row, in a table tree. */
  addLeaf(leaf: PageCells, lastRowid: number): void {
    const separator = this.#kind === 'index' ? popCell(leaf) : varint(lastRowid);
    this.#addChild(0, this.#file.append(this.#leafImage(leaf)), separator);
  }

  /** Takes the last leaf; writes the pages that are not full, and the root. */
  finish(leaf: PageCells): void {
    let image = this.#leafImage(leaf);
    for (const level of this.#interior) image = this.#interiorImage(level, this.#file.append(image));
    if (this.#interior.length > 0 || leaf.count > 0) this.#file.replace(this.#root, image);
  }

  /** `separator` lies between this child, of the interior level `depth`, and the next. */
  #addChild(depth: number, child: number, separator: Uint8Array): void {
    if (depth === this.#interior.length) this.#interior.push(noCells(this.#file.pageSize));
    const level = this.#interior[depth]!;
    const size = 4 + separator.length;
    if (INTERIOR_HEADER + 2 * (level.count + 1) + level.length + size > this.#file.pageSize) {
      const last = popCell(level); // its child becomes the page's last one, its separator goes up
      const page = this.#file.append(this.#interiorImage(level, new DataView(last.buffer).getUint32(0)));
      level.length = 0;
      level.count = 0;
      this.#addChild(depth + 1, page, last.subarray(4));
    }
    level.start[level.count++] = level.length;
    new DataView(level.bytes.buffer).setUint32(level.length, child);
    level.bytes.set(separator, level.length + 4);
    level.length += size;
  }

  #leafImage(cells: PageCells): Uint8Array {
    return this.#image(cells, PAGE_TYPE[this.#kind].leaf, LEAF_HEADER);
  }

  #interiorImage(cells: PageCells, lastChild: number): Uint8Array {
    const page = this.#image(cells, PAGE_TYPE[this.#kind].interior, INTERIOR_HEADER);
    viewOf(page).setUint32(8, lastChild);
    return page;
  }

  /** The result is reused. */
  #image({bytes, start, length, count}: PageCells, type: number, header: number): Uint8Array {
    const page = this.#page;
    const view = viewOf(page);
    const content = page.length - length;
    page.fill(0, 0, content);
    page.set(bytes.subarray(0, length), content);
    page[0] = type;
    view.setUint16(3, count);
    view.setUint16(5, content);
    for (let cell = 0; cell < count; cell++) view.setUint16(header + 2 * cell, content + start[cell]!);
    return page;
  }
}

/** Room for one cell more than fits. */
function noCells(pageSize: number): PageCells {
  return {bytes: new Uint8Array(2 * pageSize), start: new Uint32Array(pageSize / 4), length: 0, count: 0};
}

/** Removes the last cell and returns a copy of it. */
function popCell(level: PageCells): Uint8Array {
  const start = level.start[--level.count]!;
  const cell = level.bytes.slice(start, level.length);
  level.length = start;
  return cell;
}

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  return bytes.slice(0, writeVarint(bytes, 0, value));
}

/** Writes SQLite's big-endian variable-length integer, 0 to 2**53; returns the position behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    bytes[at] = value;
    return at + 1;
  }
  let size = 2;
  for (let limit = 0x4000; value >= limit; limit *= 128) size++;
  for (let position = at + size - 1, rest = value; position >= at; position--) {
    bytes[position] = (rest % 128) | (position === at + size - 1 ? 0 : 0x80);
    rest = Math.floor(rest / 128);
  }
  return at + size;
}
