/** Section contents, plain and compressed in both ways, and what false sizes lead to. */
import {deflateSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {findSection, readElf} from '../../../src/elf/elf-file.js';
import {readSection} from '../../../src/elf/section-data.js';
import {inflate} from '../../../src/image/unpack/decompress.js';
import {assemble, bytes, text, u8, u32, u64} from '../../kit/assemble.js';
import {elfBytes, type SectionSpec} from '../../kit/elf-bytes.js';

const plain = new TextEncoder().encode('debug '.repeat(100));
const COMPRESSED = 0x800;

function contents(section: SectionSpec, withInflate = true): Uint8Array {
  const elf = readElf(new MemorySource('test', elfBytes({sections: [section]})));
  return readSection(elf, findSection(elf, section.name)!, withInflate ? inflate : undefined);
}
const chdr = (type: number, size: number, packed: Uint8Array) =>
  assemble(
    u32(type), // ch_type
    u32(0), // ch_reserved
    u64(size), // ch_size
    u64(1), // ch_addralign
    bytes(packed),
  );
const zdebug = (size: number, packed: Uint8Array) =>
  assemble(
    text('ZLIB'),
    [56, 48, 40, 32, 24, 16, 8, 0].map((shift) => u8(Math.floor(size / 2 ** shift) % 256)), // the size, big endian
    bytes(packed),
  );

describe('readSection', () => {
  test('gives plain bytes, and none for SHT_NOBITS', () => {
    expect(contents({name: '.a', data: plain})).toEqual(plain);
    expect(contents({name: '.bss', type: 8, size: 2 ** 40})).toEqual(new Uint8Array(0));
  });
  test('unpacks SHF_COMPRESSED and .zdebug_', () => {
    const packed = deflateSync(plain);
    expect(contents({name: '.a', flags: COMPRESSED, data: chdr(1, plain.length, packed)})).toEqual(plain);
    expect(contents({name: '.zdebug_a', data: zdebug(plain.length, packed)})).toEqual(plain);
    expect(contents({name: '.a', flags: COMPRESSED, data: chdr(1, 0, deflateSync(new Uint8Array(0)))})).toEqual(new Uint8Array(0));
  });

  const packed = deflateSync(plain);
  const damaged: [string, SectionSpec, string, RegExp][] = [
    ['an absurd section', {name: '.a', size: 2 ** 40}, 'limit', /claims 1099511627776 bytes/],
    ['an absurd unpacked size', {name: '.a', flags: COMPRESSED, data: chdr(1, 2 ** 31, packed)}, 'limit', /claims 2147483648 bytes/],
    ['a section behind the end', {name: '.a', size: 1_000_000}, 'truncated', /1000000 bytes wanted/],
    [
      'another compression',
      {name: '.a', flags: COMPRESSED, data: chdr(3, 10, packed)},
      'bad-format',
      /compression type 3; expected 1 \(zlib\) or 2/,
    ],
    ['a cut compression header', {name: '.a', flags: COMPRESSED, data: new Uint8Array(7)}, 'bad-format', /4 bytes wanted; 3 remain/],
    ['.zdebug_ without its mark', {name: '.zdebug_a', data: plain}, 'bad-format', /does not begin with "ZLIB"/],
    [
      'too few bytes',
      {name: '.a', flags: COMPRESSED, data: chdr(1, plain.length + 1, packed)},
      'bad-format',
      /has 600 bytes; expected 601/,
    ],
    ['too many bytes', {name: '.a', flags: COMPRESSED, data: chdr(1, plain.length - 5, packed)}, 'bad-format', /cannot be unpacked/],
    ['garbage', {name: '.a', flags: COMPRESSED, data: chdr(1, 50, plain)}, 'bad-format', /cannot be unpacked: incorrect header check/],
  ];
  test.each(damaged)('refuses: %s', (_, section, code, message) => {
    expect(() => contents(section)).toThrow(expect.objectContaining({code, message: expect.stringMatching(message)}));
  });
  test('needs a decompressor for compressed sections', () => {
    const section = {name: '.a', flags: COMPRESSED, data: chdr(1, plain.length, packed)};
    expect(() => contents(section, false)).toThrow(expect.objectContaining({code: 'unsupported'}));
  });
});
