/** ELF headers, program headers and section headers from assembled files, whole, odd and damaged. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {findSection, readElf} from '../../../src/elf/elf-file.js';
import {EXEC, elfBytes} from '../../kit/elf-bytes.js';

const program = () =>
  elfBytes({
    type: EXEC,
    entry: 0x401000,
    segments: [
      {type: 1, flags: 5, address: 0x400000, data: Uint8Array.of(1, 2, 3)},
      {type: 1, flags: 6, address: 0x500000, data: Uint8Array.of(4), memorySize: 4096, align: 1},
    ],
    sections: [
      {name: '.text', flags: 6, address: 0x400000, data: Uint8Array.of(1, 2)},
      {name: '.bss', type: 8, size: 100},
    ],
  });
const read = (data: Uint8Array) => readElf(new MemorySource('test', data));

/** The file with some bytes changed. */
function patched(offset: number, ...values: number[]): Uint8Array {
  const data = program();
  data.set(values, offset);
  return data;
}

describe('readElf', () => {
  test('reads header, segments and sections', () => {
    const elf = read(program());
    expect(elf).toMatchObject({type: 2, machine: 62, entry: 0x401000});
    expect(elf.segments).toMatchObject([
      {type: 1, flags: 5, address: 0x400000, offset: 64 + 2 * 56, fileSize: 3, memorySize: 3, align: 4096},
      {type: 1, flags: 6, address: 0x500000, offset: 64 + 2 * 56 + 3, fileSize: 1, memorySize: 4096, align: 1},
    ]);
    expect(elf.sections.map(({name}) => name)).toEqual(['', '.text', '.bss', '.shstrtab']);
    expect(findSection(elf, '.text')).toMatchObject({type: 1, flags: 6, address: 0x400000, size: 2});
    expect(findSection(elf, '.debug_info')).toBeUndefined();
  });

  test('takes the number of segments from section 0 when the header says PN_XNUM', () => {
    const segments = Array.from({length: 300}, (_, i) => ({type: 1, address: i * 4096}));
    const elf = read(elfBytes({segments, manySegments: true}));
    expect(elf.segments).toHaveLength(300);
    expect(elf.segments[299]!.address).toBe(299 * 4096);
  });

  test('counts the segments by itself when a cut took section 0, the last thing that the kernel writes', () => {
    const segments = Array.from({length: 65_600}, (_, i) => ({type: 1, address: i * 4096}));
    const data = elfBytes({segments, manySegments: true});
    expect(read(data).segments).toHaveLength(65_600);
    expect(read(data.subarray(0, data.length - 1)).segments).toHaveLength(65_600);
  });

  test('has no sections when there is no table, or a part of it is cut off', () => {
    expect(read(elfBytes({segments: [{type: 1}]})).sections).toEqual([]);
    const data = program();
    expect(read(data.subarray(0, data.length - 1)).sections).toEqual([]);
    expect(read(data.subarray(0, data.length - 4 * 64)).sections).toEqual([]);
  });

  const damaged: [string, Uint8Array, string, RegExp][] = [
    ['empty', new Uint8Array(0), 'bad-format', /0 bytes, less than an ELF header/],
    ['short', program().subarray(0, 63), 'bad-format', /63 bytes, less than an ELF header/],
    ['another format', patched(0, 0x50, 0x4b, 3, 4), 'bad-format', /begins with 0x4034b50; expected 0x464c457f/],
    ['32 bit', patched(4, 1), 'bad-format', /ELF class 1; expected 2/],
    ['big endian', patched(5, 2), 'bad-format', /data encoding 2; expected 1/],
    ['segment size', patched(54, 32), 'bad-format', /at 0x36: e_phentsize is 32; expected 56/],
    ['section size', patched(58, 40), 'bad-format', /at 0x3a: e_shentsize is 40; expected 64/],
    ['program headers cut', program().subarray(0, 100), 'truncated', /112 bytes wanted; the file ends at 0x64/],
  ];
  test.each(damaged)('refuses: %s', (_, data, code, message) => {
    expect(() => read(data)).toThrow(expect.objectContaining({code, message: expect.stringMatching(message)}));
  });

  test('allocates nothing for an absurd number of sections', () => {
    const data = program();
    const view = new DataView(data.buffer);
    const table = Number(view.getBigUint64(40, true));
    view.setUint16(60, 0, true); // e_shnum = 0: section 0's sh_size has the count
    view.setBigUint64(table + 32, 2n ** 50n, true);
    expect(read(data).sections).toEqual([]);
  });
});
