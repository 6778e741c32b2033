/** Separate debug files: where they are searched, what makes one the right one.  */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {crc32} from 'node:zlib';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {openDebugFile} from '../../../src/image/debug-file.js';
import {openExecutable} from '../../../src/image/executable.js';
import {assemble, cString, text, u32, zeros} from '../../kit/assemble.js';
import {concatenate, elfBytes, noteBytes} from '../../kit/elf-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-debug-'));
afterAll(() => rmSync(folder, {recursive: true}));
const programPath = join(folder, 'bin', 'program');
beforeEach(() => {
  rmSync(folder, {recursive: true});
  mkdirSync(dirname(programPath), {recursive: true});
});

const GNU = Uint8Array.of(0xab, 0xcd, 0xef, 0x01);
const EXEC = 2;
const NOTE = 7;

interface FileSpec {
  readonly gnu?: Uint8Array;
  readonly go?: string;
  readonly entry?: number;
  readonly dwarf?: boolean;
  readonly link?: {readonly name: string; readonly checksum: number};
  readonly dwz?: boolean;
}

function elfFile({gnu, go, entry = 0x401000, dwarf = false, link, dwz = false}: FileSpec): Uint8Array {
  const notes = concatenate(
    ...(gnu ? [noteBytes('GNU', 3, gnu)] : []),
    ...(go === undefined ? [] : [noteBytes('Go', 4, assemble(text(go)))]),
  );
  const padding = link ? 3 - (link.name.length % 4) : 0;
  return elfBytes({
    type: EXEC,
    entry,
    sections: [
      {name: '.note', type: NOTE, data: notes},
      ...(dwarf ? [{name: '.debug_info', data: Uint8Array.of(1, 2, 3)}] : []),
      ...(dwz ? [{name: '.gnu_debugaltlink', data: Uint8Array.of(0)}] : []),
      ...(link ? [{name: '.gnu_debuglink', data: assemble(cString(link.name), zeros(padding), u32(link.checksum))}] : []),
    ],
  });
}

function write(path: string, data: Uint8Array): string {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, data);
  return path;
}

/** The path that is found, without the test's folder. */
function find(program: FileSpec, options: Parameters<typeof openDebugFile>[1] = {}): string | undefined {
  const executable = openExecutable(write(programPath, elfFile(program)));
  let found: ReturnType<typeof openDebugFile>;
  try {
    found = openDebugFile({path: programPath, buildIds: executable.buildIds, executable}, {sysroot: join(folder, 'sysroot'), ...options});
    return found?.path.replace(folder, '');
  } finally {
    found?.close();
    executable.close();
  }
}

const debug = elfFile({gnu: GNU, dwarf: true});

describe('a folder', () => {
  test('by build ID', () => {
    write(join(folder, 'symbols/.build-id/ab/cdef01.debug'), debug);
    expect(find({gnu: GNU}, {debugFile: join(folder, 'symbols')})).toBe('/symbols/.build-id/ab/cdef01.debug');
  });
  test("by the system's default, which is below the sysroot", () => {
    write(join(folder, 'sysroot/usr/lib/debug/.build-id/ab/cdef01.debug'), debug);
    expect(find({gnu: GNU})).toBe('/sysroot/usr/lib/debug/.build-id/ab/cdef01.debug');
    expect(find({gnu: GNU, dwarf: true})).toBeUndefined(); // nothing is missing
  });
  test('by link and checksum: beside, in .debug, below the folder', () => {
    const other = elfFile({dwarf: true});
    const link = {name: 'program.debug', checksum: crc32(other)};
    const wrong = elfFile({dwarf: true, entry: 1});
    for (const place of ['bin/program.debug', 'bin/.debug/program.debug', `symbols/${folder}/bin/program.debug`]) {
      const path = write(join(folder, place), wrong);
      expect(find({link})).toBeUndefined();
      writeFileSync(path, other);
      expect(find({link}, {debugFile: mkdirSync(join(folder, 'symbols'), {recursive: true}) ?? join(folder, 'symbols')})).toBe(
        path.replace(folder, ''),
      );
      rmSync(path);
    }
  });
  test('without one is an error that names the places', () => {
    mkdirSync(join(folder, 'symbols'));
    expect(() => find({gnu: GNU}, {debugFile: join(folder, 'symbols')})).toThrow(
      expect.objectContaining({code: 'io', message: expect.stringContaining('symbols/.build-id/ab/cdef01.debug')}),
    );
  });
  test('with one that dwz changed, or of another program, has none', () => {
    for (const data of [elfFile({gnu: GNU, dwarf: true, dwz: true}), elfFile({gnu: Uint8Array.of(1), dwarf: true}), elfFile({gnu: GNU})]) {
      write(join(folder, 'sysroot/usr/lib/debug/.build-id/ab/cdef01.debug'), data);
      expect(find({gnu: GNU})).toBeUndefined();
    }
  });
});

describe('a file', () => {
  const given = (data: Uint8Array, program: FileSpec = {gnu: GNU}, options = {}) =>
    find(program, {debugFile: write(join(folder, 'given'), data), ...options});

  test('of the same build', () => expect(given(debug)).toBe('/given'));
  test('of another build', () => {
    expect(() => given(elfFile({gnu: Uint8Array.of(1), dwarf: true}))).toThrow(
      expect.objectContaining({code: 'mismatch', message: expect.stringContaining('build ID 01, expected abcdef01')}),
    );
    expect(given(elfFile({gnu: Uint8Array.of(1), dwarf: true}), {gnu: GNU}, {forceMismatch: true})).toBe('/given');
  });
  test('by the checksum, where there are no build IDs', () => {
    expect(() => given(elfFile({dwarf: true}), {link: {name: 'given', checksum: 7}})).toThrow(
      expect.objectContaining({code: 'mismatch', message: expect.stringMatching(/checksum .*, expected 7/)}),
    );
  });
  test('linked to other addresses', () => {
    expect(given(elfFile({dwarf: true}), {})).toBe('/given');
    expect(() => given(elfFile({dwarf: true, entry: 1}), {})).toThrow(
      expect.objectContaining({message: expect.stringContaining('other addresses')}),
    );
  });
  test('that dwz changed', () => {
    expect(() => given(elfFile({gnu: GNU, dwarf: true, dwz: true}))).toThrow(
      expect.objectContaining({code: 'unsupported', message: expect.stringContaining('dwz')}),
    );
  });
});
