/** The copy of a program beside its core takes no name that somebody has. */
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {programBeside} from '../../../src/capture/program-beside.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-beside-'));
afterAll(() => rmSync(folder, {recursive: true}));

test('it takes its own name where that is free, else that of the core', () => {
  const core = join(folder, 'server.core');
  expect(programBeside(core, 'server')).toBe(join(folder, 'server'));
  expect(programBeside(core, undefined)).toBe(`${core}.exe`);
  expect(programBeside(core, 'server.core')).toBe(`${core}.exe`);
  symlinkSync('nowhere', join(folder, 'server'));
  expect(programBeside(core, 'server')).toBe(`${core}.exe`);
});
