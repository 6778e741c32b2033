/** Go libraries in a dumped process: found beside the core, checked, and loaded where they were mapped. Files are real, in a temporary folder. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {createMemoryImage} from '../../../src/image/memory-image.js';
import {openDump} from '../../../src/image/open-dump.js';
import {auxv, coreBytes, LINKED, ntFile, PT_LOAD, pattern, program, TEXT_SIZE} from '../../kit/core-bytes.js';
import {DYN} from '../../kit/elf-bytes.js';

const AT_ENTRY = 9;
const HOST = 0x550000400000; // where the C program's first page is mapped
const LIBRARY = 0x7f0000000000;

const inC = program({gnu: Uint8Array.of(1), type: DYN});
const inGo = program({go: 'action/main', type: DYN});
const library = program({go: 'action/library', type: DYN, code: pattern(4096, 9)});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goheap-libraries-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

/** A core of `host` with the library mapped into it; only first pages were dumped. */
function write(host: Uint8Array, files: Readonly<Record<string, Uint8Array>>): string {
  const mapped = (start: number, path: string) => ({start, end: start + TEXT_SIZE, page: 0, path});
  const page = (address: number, data: Uint8Array) => ({
    type: PT_LOAD,
    flags: 5,
    address,
    memorySize: TEXT_SIZE,
    data: data.subarray(0, 4096),
  });
  const core = coreBytes(
    [auxv([[AT_ENTRY, HOST + 0x1800]]), ntFile([mapped(HOST, '/app/host'), mapped(LIBRARY, '/app/lib.so')])],
    [page(HOST, host), page(LIBRARY, library)],
  );
  for (const [name, data] of Object.entries({core, host, ...files})) writeFileSync(join(folder, name), data);
  return join(folder, 'core');
}

/** The program that is read, the other Go files, the bias, and the first bytes of the library's second page. */
function open(core: string, executable?: string): unknown[] {
  const warnings = new WarningLog();
  const files = openDump(core, {executable: executable && join(folder, executable)}, warnings);
  try {
    const image = createMemoryImage(files.core, files.executable, warnings, files.libraries);
    const code = image.find(LIBRARY + 4096, 4);
    const name = (path: string | undefined) => path?.slice(folder.length + 1);
    return [name(files.executable?.path), files.libraries.map((other) => name(other.executable.path)), image.bias, code && [...code]];
  } finally {
    files.close();
  }
}

const code = [...pattern(4, 9)];

test('a plugin of a Go program is a further file', () => {
  expect(open(write(inGo, {'lib.so': library}))).toEqual(['host', ['lib.so'], HOST - LINKED, code]);
});

test('a library in a program of another language is the program, found or given', () => {
  const core = write(inC, {'lib.so': library});
  for (const executable of [undefined, 'host', 'lib.so']) expect(open(core, executable)).toEqual(['lib.so', [], LIBRARY - LINKED, code]);
});

test('a library of another build is left out, and refused when it is given', () => {
  const core = write(inC, {'lib.so': program({go: 'action/other', type: DYN})});
  expect(open(core)).toEqual(['host', [], HOST - LINKED, undefined]);
  expect(() => open(core, 'lib.so')).toThrow(/lib\.so is not the program/);
});

test('a plugin that is not there is left out', () => {
  expect(open(write(inGo, {}))).toEqual(['host', [], HOST - LINKED, undefined]);
});
