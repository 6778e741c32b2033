/** Paths that a core names: what lies there is only opened when it is a regular file that can be an executable, and errors say who named it. */
import {mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {findNamed, LARGEST_NAMED, placeBelow} from '../../../src/image/named-file.js';
import {openDump} from '../../../src/image/open-dump.js';
import {spawnSync} from '../../kit/child-process.js';
import {coreOf, program} from '../../kit/core-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-named-'));
const place = (name: string) => join(folder, name);
let socket: Server;
beforeAll(async () => {
  mkdirSync(place('dumps'));
  mkdirSync(place('folder'));
  writeFileSync(place('empty'), '');
  writeFileSync(place('text'), 'not a program, but long enough to be one: it has more bytes than the header of an ELF file');
  writeFileSync(place('large'), '');
  truncateSync(place('large'), LARGEST_NAMED + 1);
  spawnSync('mkfifo', [place('fifo')]);
  socket = createServer();
  await new Promise<void>((resolve) => void socket.listen(place('socket'), resolve));
});
afterAll(() => {
  socket.close();
  rmSync(folder, {recursive: true});
});

/** What opening a core says that names this path as its executable. */
function problemWith(path: string): string {
  const core = place('dumps/core');
  writeFileSync(core, coreOf(program({go: 'action/main'}), 0, {path}));
  const files = openDump(core, {}, new WarningLog());
  files.close();
  return files.executable?.path ?? files.withoutExecutable!.message;
}

test.each([
  ['fifo', 'a FIFO'],
  ['folder', 'a folder'],
  ['socket', 'a socket'],
  ['empty', 'empty'],
  ['large', '4.0 GiB, more than 4.0 GiB'],
])('%s', (name, what) => {
  expect(problemWith(place(name))).toContain(`tried ${place(name)} (the core names it; not opened: ${what}), ${place('dumps')}/${name}`);
});

test('a device, names that no file can have', () => {
  expect(problemWith('/dev/zero')).toContain('tried /dev/zero (the core names it; not opened: a device)');
  expect(problemWith(`/${'x'.repeat(5000)}`)).toContain('was not found: tried /xxx');
  expect(findNamed('/a\0b')).toEqual({path: '/a\0b', stat: undefined, refusal: undefined});
});

test('a file that is no program, or another one', () => {
  expect(() => problemWith(place('text'))).toThrow(/text: at 0x0: .+ELF's magic number \(the core names this file\)$/);
  writeFileSync(place('other'), program({go: 'action/other'}));
  expect(() => problemWith(place('other'))).toThrow(/other is not the program that .+ \(the core names this file\)$/);
});

test('no path leads out of a sysroot', () => {
  expect(placeBelow('/sysroot', '/../../etc/passwd')).toBe('/sysroot/etc/passwd');
  expect(placeBelow(undefined, '/app/server')).toBe('/app/server');
});
