/**
 * Cells in key order → the pages of one SQLite b-tree, from the leaves up: https://sqlite.org/fileformat2.html section 1.6.
 *
 * Rows come sorted, so every page is filled once and never touched again; that is what makes this several times cheaper than inserts
 * (bench/rows). Both kinds of trees work alike: interior cells are a child page and a separator. In an index tree (a WITHOUT ROWID table)
 * the separator is a row of its own, taken from the end of the page before; in a table tree it is the page's last rowid.
 * Rows that would need overflow pages are the caller's to refuse.
 */
import type {PageFile} from './page-file.js';

export type TreeKind = 'table' | 'index';

const PAGE_TYPE = {table: {leaf: 0x0d, interior: 0x05}, index: {leaf: 0x0a, interior: 0x02}} as const;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;

/** A page that is being filled: cells one behind the other, with room for one more than fits. */
interface Level {
  readonly bytes: Uint8Array;
  readonly start: Uint32Array; // of each cell in bytes
  length: number;
  count: number;
}

export class PageTree {
  readonly #file: PageFile;
  readonly #root: number;
  readonly #kind: TreeKind;
  readonly #levels: Level[]; // leaves first
  readonly #page: Uint8Array;
  /** Most bytes of a row: what every page has room for four times, without overflow pages. */
  readonly largestPayload: number;

  /** `root` is the page that the schema names for the table; it must be empty. */
  constructor(file: PageFile, root: number, kind: TreeKind) {
    this.#file = file;
    this.#root = root;
    this.#kind = kind;
    this.#page = new Uint8Array(file.pageSize);
    this.#levels = [newLevel(file.pageSize)];
    this.largestPayload = Math.floor(((file.pageSize - 12) * 64) / 255) - 23;
  }

  /** Where the next leaf cell is to be written before `addCell`, and from which position. */
  get cellBytes(): Uint8Array {
    return this.#levels[0]!.bytes;
  }
  get cellStart(): number {
    return this.#levels[0]!.length;
  }

  /** Takes the cell of `size` bytes (payload and at most 18 more) that was written at `cellStart`. `lastRowid`: of the row before, in a table tree. */
  addCell(size: number, lastRowid: number): void {
    const leaf = this.#levels[0]!;
    if (LEAF_HEADER + 2 * (leaf.count + 1) + leaf.length + size > this.#file.pageSize) {
      const end = leaf.length;
      const separator = this.#kind === 'index' ? popCell(leaf) : varint(lastRowid);
      const page = this.#file.append(this.#image(0, 0));
      leaf.bytes.copyWithin(0, end, end + size);
      leaf.length = 0;
      leaf.count = 0;
      this.#addChild(1, page, separator);
    }
    leaf.start[leaf.count++] = leaf.length;
    leaf.length += size;
  }

  /** Writes the pages that are not full and the root. */
  finish(): void {
    let child = 0;
    for (let level = 0; level < this.#levels.length; level++) {
      const image = this.#image(level, child);
      if (level < this.#levels.length - 1) child = this.#file.append(image);
      else if (level > 0 || this.#levels[0]!.count > 0) this.#file.replace(this.#root, image);
    }
  }

  #addChild(depth: number, child: number, separator: Uint8Array): void {
    if (depth === this.#levels.length) this.#levels.push(newLevel(this.#file.pageSize));
    const level = this.#levels[depth]!;
    const size = 4 + separator.length;
    if (INTERIOR_HEADER + 2 * (level.count + 1) + level.length + size > this.#file.pageSize) {
      const last = popCell(level); // its child becomes the page's last one, its separator goes up
      const page = this.#file.append(this.#image(depth, new DataView(last.buffer).getUint32(0)));
      level.length = 0;
      level.count = 0;
      this.#addChild(depth + 1, page, last.subarray(4));
    }
    level.start[level.count++] = level.length;
    new DataView(level.bytes.buffer).setUint32(level.length, child);
    level.bytes.set(separator, level.length + 4);
    level.length += size;
  }

  /** The page of a level; `rightChild` is the last child of an interior one. The result is reused. */
  #image(depth: number, rightChild: number): Uint8Array {
    const {bytes, start, length, count} = this.#levels[depth]!;
    const page = this.#page;
    const view = new DataView(page.buffer);
    const content = page.length - length;
    const header = depth === 0 ? LEAF_HEADER : INTERIOR_HEADER;
    page.fill(0, 0, content);
    page.set(bytes.subarray(0, length), content);
    page[0] = PAGE_TYPE[this.#kind][depth === 0 ? 'leaf' : 'interior'];
    view.setUint16(3, count);
    view.setUint16(5, content);
    if (depth > 0) view.setUint32(8, rightChild);
    for (let cell = 0; cell < count; cell++) view.setUint16(header + 2 * cell, content + start[cell]!);
    return page;
  }
}

function newLevel(pageSize: number): Level {
  return {bytes: new Uint8Array(2 * pageSize), start: new Uint32Array(pageSize / 4), length: 0, count: 0};
}

/** Removes the last cell and returns a copy of it. */
function popCell(level: Level): Uint8Array {
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
