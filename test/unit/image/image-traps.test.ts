/** Cores and executables that claim more than can be true: segments without end, that lie in one another, and cores that unpack to anything. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {afterAll, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {openCore} from '../../../src/image/core-file.js';
import {openExecutable} from '../../../src/image/executable.js';
import {checkMatch} from '../../../src/image/match-executable.js';
import {createMemoryImage} from '../../../src/image/memory-image.js';
import {openDump} from '../../../src/image/open-dump.js';
import {findTouchedPages} from '../../../src/image/touched-pages.js';
import {CoreSize} from '../../../src/image/unpack/core-size.js';
import {openUnpacked} from '../../../src/image/unpack/unpack-core.js';
import {coreOf, LINKED, PT_LOAD, pattern, program, readCoreBytes} from '../../kit/core-bytes.js';
import {concatenate, elfBytes} from '../../kit/elf-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-traps-'));
afterAll(() => rmSync(folder, {recursive: true}));
function write(name: string, data: Uint8Array): string {
  writeFileSync(join(folder, name), data);
  return join(folder, name);
}
const bare = program({});

test.each([
  ['on file', {fileSize: 2 ** 54, memorySize: 2 ** 54}],
  ['in memory', {data: pattern(4096, 3), memorySize: 2 ** 54}],
  ['in both, from the highest address on', {fileSize: 2 ** 54, memorySize: 2 ** 54, address: 2 ** 53 - 4096}],
])('a segment of 2^54 bytes %s costs nothing', async (_, segment) => {
  const core = coreOf(bare, 0, {segments: [{type: PT_LOAD, flags: 6, address: 0xc000000000, ...segment}]});
  const warnings = new WarningLog();
  const start = process.cpuUsage();
  const files = openDump(write('core', core), {executable: write('exe', bare)}, warnings);
  const image = createMemoryImage(files.core, files.executable, warnings);
  await findTouchedPages(files.addressSpace(image.bias).dumped);
  files.close();
  const {user, system} = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(3);
});

test('segments that name the same bytes again and again', () => {
  const file = coreOf(bare, 0, {
    segments: Array.from({length: 50}, (_, i) => ({type: PT_LOAD, address: 2 ** 40 + i * 2 ** 20, offset: 0, fileSize: 8192})),
  });
  expect(() => readCoreBytes(file)).toThrow(/the program headers name \d+ bytes of a file of \d+: they overlap$/);
});

test('code of 2^60 bytes to compare', () => {
  const core = openCore(write('core', coreOf(bare, 0, {headerPage: false})));
  const far = {type: PT_LOAD, flags: 5, address: LINKED + 2 ** 21, offset: 0, fileSize: 2 ** 60};
  const executable = openExecutable(write('exe', program({extraSegments: [far]})));
  expect(() => checkMatch(core, executable, {warnings: new WarningLog()})).toThrow(/is not the program/);
  for (const opened of [core, executable]) opened.close();
});

test('an executable with more segments than linkers write', () => {
  const file = elfBytes({segments: Array.from({length: 1025}, () => ({type: PT_LOAD, fileSize: 0}))});
  expect(() => openExecutable(write('exe', file))).toThrow(/1025 program headers; expected at most 1024/);
});

const unpack = async (packed: Uint8Array) => {
  const path = write('packed', packed);
  const source = await openUnpacked(path, {temporaryFolder: folder}, new WarningLog(), new CoreSize(path));
  source.close();
  return source.size;
};
const MIB = 2 ** 20;

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('%s: what begins like no core is not unpacked', async (_, pack) => {
  const packed = pack(Buffer.alloc(32 * MIB));
  const bomb = concatenate(...Array.from({length: 200}, () => packed));
  const start = process.cpuUsage();
  await expect(unpack(bomb)).rejects.toThrow(/not an ELF file; expected a core/);
  const {user, system} = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(2); // there are 6 GiB in it
});

test('what comes behind all that a core speaks of is not unpacked', async () => {
  const core = coreOf(bare);
  const size = await unpack(zstdCompressSync(Buffer.concat([core, Buffer.alloc(300 * MIB)])));
  expect(size).toBeGreaterThan(core.length);
  expect(size).toBeLessThan(70 * MIB);
  expect(await unpack(gzipSync(core))).toBe(core.length);
});
