/** Notes of segments and sections, build IDs and symbols from assembled files. */
import {describe, expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {readBuildIds} from '../../../src/elf/build-id.js';
import {type ElfFile, readElf} from '../../../src/elf/elf-file.js';
import {readNotes} from '../../../src/elf/notes.js';
import {readSymbols} from '../../../src/elf/symbols.js';
import {assemble, cString, type Field, u8, u16, u32, u64} from '../../kit/assemble.js';
import {concatenate, type ElfSpec, elfBytes, noteBytes} from '../../kit/elf-bytes.js';

const read = (spec: ElfSpec): ElfFile => readElf(new MemorySource('test', elfBytes(spec)));
const NOTE = 4; // PT_NOTE
const first = noteBytes('CORE', 1, Uint8Array.of(1, 2, 3));
const second = noteBytes('GNU', 3, Uint8Array.of(0xab, 0x0c));

describe('readNotes', () => {
  test('reads padded notes of all segments, with owner and place', () => {
    const elf = read({segments: [{type: NOTE, data: concatenate(first, second)}, {type: 1}, {type: NOTE, data: first}]});
    const notes = readNotes(elf);
    expect(notes.map(({owner, type, data}) => [owner, type, ...data])).toEqual([
      ['CORE', 1, 1, 2, 3],
      ['GNU', 3, 0xab, 0x0c],
      ['CORE', 1, 1, 2, 3],
    ]);
    expect(elf.source.read(notes[1]!.offset, 2)).toEqual(Uint8Array.of(0xab, 0x0c));
  });
  test('adds sections that no segment covers', () => {
    const elf = read({segments: [{type: NOTE, data: first}], sections: [{name: '.note.gnu.build-id', type: 7, data: second}]});
    expect(readNotes(elf).map(({owner}) => owner)).toEqual(['CORE', 'GNU']);
  });

  const damaged: [string, ElfSpec, string[], string][] = [
    ['behind the end of the file', {segments: [{type: NOTE, offset: 1_000_000, fileSize: 100}]}, [], 'notes-cut'],
    [
      'cut within the second',
      {segments: [{type: NOTE, data: concatenate(first, second.subarray(0, 14)), fileSize: 200}]},
      ['CORE'],
      'notes-cut',
    ],
    [
      'a size beyond the segment',
      {segments: [{type: NOTE, data: concatenate(first, noteBytes('GNU', 3, new Uint8Array(8)).subarray(0, 20))}]},
      ['CORE'],
      'notes-damaged',
    ],
  ];
  test.each(damaged)('warns about notes %s', (_, spec, owners, code) => {
    const warnings = new WarningLog();
    expect(readNotes(read(spec), warnings).map(({owner}) => owner)).toEqual(owners);
    expect(warnings.list()).toMatchObject([{code, count: 1}]);
  });
});

describe('readBuildIds', () => {
  const go = noteBytes('Go', 4, new TextEncoder().encode('action/content'));
  test('reads both, of a file and of notes', () => {
    const elf = read({segments: [{type: NOTE, data: concatenate(go, second)}]});
    expect(readBuildIds(elf)).toEqual({go: 'action/content', gnu: 'ab0c'});
    expect(readBuildIds(readNotes(elf))).toEqual({go: 'action/content', gnu: 'ab0c'});
  });
  test('has none of notes with the same numbers of other owners, and of empty ones', () => {
    const notes = concatenate(noteBytes('CORE', 4, go), noteBytes('CORE', 3, go), noteBytes('Go', 4, new Uint8Array(0)));
    expect(readBuildIds(read({segments: [{type: NOTE, data: notes}]}))).toEqual({});
  });
});

describe('readSymbols', () => {
  const symbol = (name: number, section: number, address: number, size: number): Field[] => [
    u32(name), // st_name
    u8(1), // st_info
    u8(0), // st_other
    u16(section), // st_shndx
    u64(address), // st_value
    u64(size), // st_size
  ];
  const strings = assemble(u8(0), cString('runtime.mheap_'), cString('printf')); // names at 1 and 16
  const table = assemble(symbol(0, 0, 0, 0), symbol(1, 5, 0x5000, 64), symbol(16, 0, 0, 0), symbol(1, 6, 0x6000, 8));

  test('has the defined ones, the first of a name', () => {
    const elf = read({
      sections: [
        {name: '.symtab', type: 2, data: table, link: 2},
        {name: '.strtab', type: 3, data: strings},
      ],
    });
    expect([...readSymbols(elf)]).toEqual([['runtime.mheap_', {address: 0x5000, size: 64}]]);
  });
  test('is empty for a stripped file', () => {
    expect(readSymbols(read({sections: []})).size).toBe(0);
  });
});
