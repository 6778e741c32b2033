/** ELF files that cost far more than their size: what cannot be true is refused before it is paid for. */
import {deflateSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {LONGEST_NAME, MemorySource} from '../../../src/base/bytes.js';
import {readElf} from '../../../src/elf/elf-file.js';
import {readNotes} from '../../../src/elf/notes.js';
import {readSection} from '../../../src/elf/section-data.js';
import {readSymbols} from '../../../src/elf/symbols.js';
import {inflate} from '../../../src/image/unpack/decompress.js';
import {assemble, bytes, u16, u32, u64, zeros} from '../../kit/assemble.js';
import {elfBytes, noteBytes} from '../../kit/elf-bytes.js';

const read = (data: Uint8Array) => readElf(new MemorySource('test', data));
const [PT_NOTE, STRTAB, SYMTAB, COMPRESSED] = [4, 3, 2, 0x800];
/** One text of so many letters. */
const long = (length: number) => new Uint8Array(length).fill(97);

test('a section that unpacks to a hundred times its size and more', () => {
  const size = 2 ** 25 + 2 ** 20;
  const data = assemble(u32(1), u32(0), u64(size), u64(1), bytes(deflateSync(new Uint8Array(size))));
  const elf = read(elfBytes({sections: [{name: '.debug_info', flags: COMPRESSED, data}]}));
  expect(() => readSection(elf, elf.sections[1]!, inflate)).toThrow(expect.objectContaining({code: 'limit'}));
});

test('symbols whose names lie in one another', () => {
  const symbol = (name: number) => assemble(u32(name), u16(0), u16(1), u64(0x1000 + name), u64(8));
  const names = assemble(zeros(1), bytes(long(LONGEST_NAME)), zeros(1));
  const table = assemble(...Array.from({length: 1000}, (_, i) => bytes(symbol(i + 1))));
  const elf = read(
    elfBytes({
      sections: [
        {name: '.symtab', type: SYMTAB, data: table, link: 2},
        {name: '.strtab', type: STRTAB, data: names},
      ],
    }),
  );
  expect(() => readSymbols(elf)).toThrow(/the names of the symbols lie in one another/);
});

test('a name that is no name', () => {
  const names = assemble(zeros(1), bytes(long(LONGEST_NAME + 1)), zeros(1));
  const file = elfBytes({sections: [{name: '.a', type: STRTAB, data: names}]});
  const view = new DataView(file.buffer);
  const table = Number(view.getBigUint64(40, true));
  view.setUint16(62, 1, true); // e_shstrndx
  view.setUint32(table + 64, 1, true); // sh_name
  expect(read(file).sections[1]!.name).toBe('');
});

test('more areas of notes than any file has', () => {
  const note = noteBytes('X', 1, new Uint8Array(0));
  const segments = Array.from({length: 1500}, () => ({type: PT_NOTE, data: note}));
  expect(readNotes(read(elfBytes({segments})))).toHaveLength(1024);
});
