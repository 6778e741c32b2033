/** Executables of Windows and macOS whose tables say what is not so: an error of goheap within the time that their size allows. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {readMachO} from '../../../src/elf/macho-file.js';
import {readPe} from '../../../src/elf/pe-file.js';

const SYMBOLS = 2000;
const NAMES = 60_000;
/** One long text: every symbol's name is the rest of it. */
const TEXT = Buffer.concat([Buffer.alloc(NAMES, 0x61), Buffer.alloc(1)]);

function machO({commands, tail = Buffer.alloc(0)}: {commands: readonly Buffer[]; tail?: Buffer}): MemorySource {
  const header = Buffer.alloc(32);
  const size = commands.reduce((sum, {length}) => sum + length, 0);
  [0xfeedfacf, 0x01000007, 3, 2, commands.length, size, 0].forEach((value, i) => void header.writeUInt32LE(value, i * 4));
  return new MemorySource('mach-o', Buffer.concat([header, ...commands, tail]));
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => void bytes.writeUInt32LE(value, i * 4));
  return bytes;
}

/** LC_SEGMENT_64 of all of a file of `size` bytes. */
function segment(size: number): Buffer {
  const command = Buffer.alloc(72);
  command.writeUInt32LE(0x19, 0);
  command.writeUInt32LE(72, 4);
  command.write('__DATA', 8);
  [0x1000, size, 0, size].forEach((value, i) => void command.writeBigUInt64LE(BigInt(value), 24 + i * 8));
  return command;
}

describe('Mach-O', () => {
  test('names that lie in one another', () => {
    const rows = Buffer.alloc(SYMBOLS * 16);
    for (let row = 0; row < SYMBOLS; row++) {
      rows.writeUInt32LE(row, row * 16);
      rows[row * 16 + 5] = 1;
    }
    const at = 32 + 24;
    const file = machO({commands: [words(2, 24, at, SYMBOLS, at + rows.length, TEXT.length)], tail: Buffer.concat([rows, TEXT])});
    expect(() => readMachO(file)!.symbols()).toThrow(
      expect.objectContaining({code: 'bad-format', message: expect.stringContaining('lie in one another')}),
    );
  });

  test('chains of segments that lie on one another, and out of their table', () => {
    const segments = 8;
    const at = 32 + segments * 72 + 16;
    // Header with the starts at 28; of all segments the same; pages in format 2, of which each word is bound and leads to the next.
    const pages = 64;
    const info = Buffer.alloc(24 + pages * 2); // whole words
    info.writeUInt16LE(4096, 4);
    info.writeUInt16LE(2, 6);
    info.writeUInt16LE(pages, 20);
    const starts = words(segments, ...Array<number>(segments).fill(4 + segments * 4));
    const table = Buffer.concat([words(0, 28, 0, 0, 0, 0, 0), starts, info]);
    const links = Buffer.alloc(4096 * pages);
    for (let link = 0; link < links.length; link += 4) links.writeUInt32LE(((1 << 31) | (1 << 19)) >>> 0, link);
    const tail = Buffer.concat([table, links]);
    const build = (size: number) =>
      machO({commands: [...Array<Buffer>(segments).fill(segment(at + tail.length)), words(0x80000034, 16, at, size)], tail});
    expect(() => readMachO(build(table.length))!.relocations()).toThrow(expect.objectContaining({code: 'bad-format'}));
    expect(() => readMachO(build(80))!.relocations()).toThrow(/wanted/);
  });
});

test('PE: names that lie in one another', () => {
  const [at, optional] = [0x40, 112];
  const head = Buffer.alloc(at + 24 + optional);
  head.writeUInt16LE(0x5a4d, 0);
  head.writeUInt32LE(at, 0x3c);
  head.writeUInt32LE(0x4550, at);
  head.writeUInt16LE(0x8664, at + 4);
  head.writeUInt16LE(1, at + 6);
  head.writeUInt16LE(optional, at + 20);
  head.writeUInt16LE(0x20b, at + 24);
  const section = Buffer.alloc(40);
  const symbolsAt = head.length + section.length;
  head.writeUInt32LE(symbolsAt, at + 12);
  head.writeUInt32LE(SYMBOLS, at + 16);
  const rows = Buffer.alloc(SYMBOLS * 18);
  for (let row = 0; row < SYMBOLS; row++) {
    rows.writeUInt32LE(row + 4, row * 18 + 4);
    rows.writeUInt16LE(1, row * 18 + 12);
  }
  const names = Buffer.concat([words(TEXT.length + 4), TEXT]);
  const file = new MemorySource('pe', Buffer.concat([head, section, rows, names]));
  expect(() => readPe(file)!.symbols()).toThrow(
    expect.objectContaining({code: 'bad-format', message: expect.stringContaining('lie in one another')}),
  );
});
