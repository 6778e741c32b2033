/** Cores as other writers leave them: beyond 4 GB, notes without an owner as Delve writes them, notes that were cut off. */
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {openCore} from '../../../src/image/core-file.js';
import {createMemoryImage} from '../../../src/image/memory-image.js';
import {coreBytes, coreOf, LINKED, PT_LOAD, pattern, program, prstatus, readCoreBytes} from '../../kit/core-bytes.js';
import {noteBytes} from '../../kit/elf-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-large-'));
afterAll(() => rmSync(folder, {recursive: true}));

test('contents beyond 4 GB', () => {
  const path = join(folder, 'core');
  const offset = 5 * 2 ** 30 + 8;
  const address = 0xc000000000;
  const file = openSync(path, 'w');
  writeSync(file, coreBytes([], [{type: PT_LOAD, flags: 6, address, offset, fileSize: 8192, memorySize: 8192}]), 0);
  writeSync(file, pattern(4096, 3), 0, 4096, offset); // and the second page is cut off
  closeSync(file);
  const warnings = new WarningLog();
  const core = openCore(path, warnings);
  const image = createMemoryImage(core, undefined, warnings);
  expect(image.bytes(address + 100, 50)).toEqual(pattern(4096, 3).slice(100, 150));
  expect(image.missing).toEqual([{start: address + 4096, end: address + 8192}]);
  expect(image.size).toBe(8192);
  expect(core.claimedSize).toBe(offset + 8192);
  expect(warnings.list().map(({code}) => code)).toContain('core-truncated');
  core.close();
});

test('notes without an owner', () => {
  const registers = Array.from({length: 27}, (_, i) => i);
  const note = prstatus(7, 6, registers);
  const unnamed = noteBytes('', 1, note.subarray(note.length - 336));
  expect(readCoreBytes(coreBytes([unnamed])).threads).toMatchObject([{tid: 7, signal: 6}]);
});

test('without notes the program is found by its first page', () => {
  const data = program({go: 'a/b'});
  const bias = 0x10000000;
  const whole = coreOf(data, bias);
  expect(readCoreBytes(whole).headerAddress).toBe(LINKED + bias);
  const cut = readCoreBytes(
    coreBytes([], [{type: PT_LOAD, flags: 5, address: LINKED + bias, data: data.subarray(0, 4096), memorySize: 8192}]),
  );
  expect(cut.buildIds).toEqual({go: 'a/b'});
  expect(cut.headerAddress).toBe(LINKED + bias);
});
