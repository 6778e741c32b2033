/** Which executable belongs to a core: found at its places, and every wrong one noticed. Files are real, in a temporary folder. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {openCore} from '../../../src/image/core-file.js';
import {openExecutable} from '../../../src/image/executable.js';
import {findExecutable} from '../../../src/image/find-executable.js';
import {checkMatch} from '../../../src/image/match-executable.js';
import {coreOf, LINKED, PT_LOAD, pattern, program, TEXT_SIZE} from '../../kit/core-bytes.js';
import {CORE, DYN, elfBytes} from '../../kit/elf-bytes.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'goheap-match-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

function write(name: string, data: Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, data);
  return path;
}

/** The warnings, or the error. */
function match(core: Uint8Array, executable: Uint8Array, forceMismatch = false): string[] {
  const opened = [openCore(write('core', core)), openExecutable(write('exe', executable))] as const;
  const warnings = new WarningLog();
  try {
    checkMatch(...opened, {forceMismatch, warnings});
    return warnings.list().map(({code}) => code);
  } finally {
    for (const file of opened) file.close();
  }
}

const a = program({go: 'action/a'});
const b = program({go: 'action/b'});
const gnuA = program({gnu: Uint8Array.of(0xaa)});
const gnuB = program({gnu: Uint8Array.of(0xbb)});
const bare = program({});
const pie = program({type: DYN});
const otherCode = pattern(4096, 2);

describe('checkMatch', () => {
  const text = (data: Uint8Array) => ({segments: [{type: PT_LOAD, flags: 5, address: LINKED + 4096, data}], headerPage: false});
  const right: [string, Uint8Array, Uint8Array][] = [
    ['Go build ID', coreOf(a), a],
    ['Go build ID, whatever else differs', coreOf(a), program({go: 'action/a', code: otherCode})],
    ['GNU build ID', coreOf(gnuA), gnuA],
    ['first page and code', coreOf(bare, 0, {dumped: TEXT_SIZE}), bare],
    ['PIE', coreOf(pie, 0x550000000000, {dumped: TEXT_SIZE}), pie],
  ];
  test.each(right)('accepts by %s', (_, core, executable) => expect(match(core, executable)).toEqual([]));

  const wrong: [string, Uint8Array, Uint8Array, RegExp][] = [
    ['another Go build ID', coreOf(a), b, /the core has Go build ID action\/a, the executable action\/b/],
    ['no Go build ID', coreOf(a), gnuA, /the core has Go build ID action\/a, the executable has none/],
    ['a Go build ID that the core lacks', coreOf(gnuA), a, /the core has no Go build ID, the executable has action\/a/],
    ['another GNU build ID', coreOf(gnuA), gnuB, /the core has GNU build ID aa, the executable bb/],
    [
      'another PIE',
      coreOf(program({type: DYN, go: 'x'}), 0x550000000000),
      program({type: DYN, go: 'y'}),
      /Go build ID x, the executable y/,
    ],
    ['another first page', coreOf(bare), program({extraSegments: [{type: 0}]}), /entry point and program headers do not lie/],
    [
      'a first page that differs in one byte',
      coreOf(bare),
      bare.map((byte, i) => (i === 4000 ? 1 : byte)),
      /first pages differ at 0xfa0 \(00000000 in the core, 01000000/,
    ],
    ['another kind', coreOf(pie, 0x550000000000), bare, /entry point and program headers do not lie/],
    ['another machine', coreOf(a), program({go: 'action/a', machine: 183}), /machine 183, the core is of amd64/],
  ];
  test.each(wrong)('refuses %s', (_, core, executable, message) => {
    expect(() => match(core, executable)).toThrow(
      expect.objectContaining({code: 'mismatch', message: expect.stringMatching(message), hint: expect.stringMatching(/--exe/)}),
    );
    expect(match(core, executable, true)).toEqual(['executable-mismatch']);
  });

  test('compares other dumped code without the first page', () => {
    const code = pattern(TEXT_SIZE - 4096, 1);
    const core = coreOf(bare, 0, text(code));
    expect(match(core, program({extraSegments: []}))).toEqual(['executable-unverified']);
    const small = program({extraSegments: [{type: PT_LOAD, flags: 4, address: LINKED + 4096, offset: 4096, fileSize: 100}]});
    expect(match(coreOf(small, 0, text(code)), small)).toEqual([]);
    expect(() => match(coreOf(small, 0, text(otherCode)), small)).toThrow(/their contents differ at 0x401000/);
  });
  test('compares the code of programs without build ID, whose first pages can be the same', () => {
    const twin = program({code: otherCode});
    expect(() => match(coreOf(bare, 0, {dumped: TEXT_SIZE}), twin)).toThrow(/their contents differ at 0x401000/);
    expect(match(coreOf(bare), twin)).toEqual(['executable-unverified']);
  });
  test('warns when the core holds nothing to compare', () => {
    expect(match(coreOf(a, 0, {headerPage: false}), a)).toEqual(['executable-unverified']);
    expect(match(coreOf(bare), bare)).toEqual(['executable-unverified']);
  });
});

describe('findExecutable', () => {
  const find = (core: Uint8Array, options: Parameters<typeof findExecutable>[1] = {}) => {
    const opened = openCore(write('dumps/core', core));
    try {
      const found = findExecutable(opened, options);
      if (typeof found !== 'string') throw found;
      return found.replace(folder, '');
    } finally {
      opened.close();
    }
  };
  const recorded = (path: string, file = a) => coreOf(file, 0, {path: join(folder, path)});

  test('takes the given one as it is', () => expect(find(recorded('bin/a'), {executable: '/any'})).toBe('/any'));
  test('takes the recorded path, also of a deleted file that is there again', () => {
    write('bin/a', a);
    expect(find(recorded('bin/a'))).toBe('/bin/a');
    expect(find(recorded('bin/a (deleted)'))).toBe('/bin/a');
  });
  test('looks below the sysroot', () => {
    write('sysroot/app/server', a);
    expect(find(coreOf(a), {sysroot: join(folder, 'sysroot')})).toBe('/sysroot/app/server');
  });
  test('looks beside the core', () => {
    write('dumps/beside', a);
    expect(find(recorded('gone/beside'))).toBe('/dumps/beside');
  });
  test('prefers the one that matches to the first', () => {
    write('bin/rebuilt', b);
    write('dumps/rebuilt', a);
    expect(find(recorded('bin/rebuilt'))).toBe('/dumps/rebuilt');
    write('dumps/rebuilt', new Uint8Array(10));
    expect(find(recorded('bin/rebuilt'))).toBe('/bin/rebuilt');
  });
  test('names all places when there is none', () => {
    const message = `${join(folder, 'dumps/core')}: the executable of the core was not found: tried ${folder}/gone/x, ${folder}/dumps/x`;
    expect(() => find(recorded('gone/x'))).toThrow(expect.objectContaining({code: 'io', message, hint: expect.stringMatching(/--exe/)}));
  });
});

describe('openExecutable', () => {
  const wrong: [string, Uint8Array, string, RegExp][] = [
    ['a core', elfBytes({type: CORE}), 'bad-format', /this is a core, not an executable/],
    ['an object file', elfBytes({type: 1}), 'bad-format', /ELF type 1; expected an executable/],
    ['another machine', program({machine: 243}), 'unsupported', /machine 243/],
    ['no ELF file', new Uint8Array(100), 'bad-format', /begins with 0x0/],
  ];
  test.each(wrong)('refuses %s', (_, data, code, message) => {
    expect(() => openExecutable(write('wrong', data))).toThrow(expect.objectContaining({code, message: expect.stringMatching(message)}));
  });
});
