/** Compressed files: what they unpack to, that it is sparse and leaves nothing behind, and what damaged ones give. */
import {fstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterAll, describe, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {Lz4Decoder} from '../../../src/image/unpack/lz4-decoder.js';
import {SparseFile} from '../../../src/image/unpack/sparse-file.js';
import {openUnpacked} from '../../../src/image/unpack/unpack-core.js';
import {ZstdDecoder} from '../../../src/image/unpack/zstd-decoder.js';
import {assemble, bytes, u32, zeros} from '../../kit/assemble.js';
import {LZ4, packedContent, ZSTD} from '../../kit/packed-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-unpack-'));
const temporaryFolder = join(folder, 'temporary');
mkdirSync(temporaryFolder);
afterAll(() => rmSync(folder, {recursive: true}));

const content = packedContent();

async function unpack(data: Uint8Array): Promise<{unpacked: Uint8Array; warnings: string[]}> {
  const path = join(folder, 'packed');
  writeFileSync(path, data);
  const warnings = new WarningLog();
  const source = await openUnpacked(path, {temporaryFolder}, warnings);
  try {
    expect(readdirSync(temporaryFolder)).toEqual([]); // unlinked as soon as it is open
    return {unpacked: source.read(0, source.size).slice(), warnings: warnings.list().map(({message}) => message)};
  } finally {
    source.close();
  }
}

const skippable = (magic: number) => assemble(u32(magic), u32(5), bytes([1, 2, 3, 4, 5]));
/** A Zstandard frame of one block: raw (type 0) or a byte that repeats (type 1). */
const zstdFrame = (type: 0 | 1, size: number, data: Uint8Array) => {
  const header = (size << 3) | (type << 1) | 1;
  return assemble(u32(0xfd2fb528), bytes([0, 7 << 3, header & 255, (header >> 8) & 255, header >> 16]), bytes(data));
};
/** An LZ4 frame of one block that is not compressed. */
const lz4Frame = (data: Uint8Array) =>
  assemble(
    u32(0x184d2204),
    bytes([0x60, 0x40, 0]), // version 1, independent blocks; of 64 KiB at most; checksum of the header
    u32(0x80000000 + data.length),
    bytes(data),
    u32(0), // end
  );

const gzip = gzipSync(content);
const concatenate = (...parts: readonly Uint8Array[]) => Buffer.concat(parts);
const twice = concatenate(content, content);

test.each<[string, Uint8Array, Uint8Array]>([
  ['gzip', gzip, content],
  ['gzip of two members', concatenate(gzip, gzip), twice],
  ['zstd', ZSTD, content],
  ['zstd of two frames', concatenate(ZSTD, ZSTD), twice],
  ['zstd behind and before skippable frames', concatenate(skippable(0x184d2a50), ZSTD, skippable(0x184d2a5f)), content],
  ['zstd, raw', zstdFrame(0, 5, Buffer.from('Hello')), Buffer.from('Hello')],
  ['zstd, one byte repeated', zstdFrame(1, 9000, Uint8Array.of(7)), new Uint8Array(9000).fill(7)],
  ['lz4', LZ4, content],
  ['lz4 of two frames', concatenate(LZ4, LZ4), twice],
  ['lz4 behind and before skippable frames', concatenate(skippable(0x184d2a51), LZ4, skippable(0x184d2a50)), content],
  ['lz4, uncompressed', concatenate(lz4Frame(Buffer.from('Hel')), lz4Frame(Buffer.from('lo'))), Buffer.from('Hello')],
  ['a file that is not compressed', content, content],
])('%s', async (_, data, expected) => {
  const {unpacked, warnings} = await unpack(data);
  expect(Buffer.from(unpacked).equals(expected)).toBe(true);
  expect(warnings).toEqual([]);
});

describe.each([
  ['gzip', gzip],
  ['zstd', ZSTD],
  ['lz4', LZ4],
])('%s that is damaged', (name, data) => {
  test('cut: what comes before is read', async () => {
    const {unpacked, warnings} = await unpack(concatenate(data, data.subarray(0, data.length - 10)));
    expect(Buffer.from(unpacked.subarray(0, content.length)).equals(content)).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(`the ${name} data end early, at .* bytes before are read`)]);
  });
  test('damaged behind its first frame', async () => {
    const {unpacked, warnings} = await unpack(concatenate(data, Buffer.from(data).fill(0xee, 6, 40)));
    const length = Math.min(unpacked.length, content.length);
    expect(length).toBeGreaterThan(content.length - 65536); // Node's gunzip loses what it has not handed out yet
    expect(Buffer.from(unpacked.subarray(0, length)).equals(content.subarray(0, length))).toBe(true);
    expect(warnings).toHaveLength(1);
  });
  test('from its start', async () => {
    await expect(unpack(data.subarray(0, 12))).rejects.toMatchObject({
      code: 'bad-format',
      message: expect.stringContaining(`${name} data`),
    });
  });
});

test('what cannot be unpacked says so', async () => {
  await expect(unpack(Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0))).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('compressed with xz'),
    hint: expect.stringContaining('unxz'),
  });
  const wide = assemble(u32(0xfd2fb528), bytes([0, 20 << 3]), zeros(20)); // a window of 2 ** 30
  await expect(unpack(wide)).rejects.toMatchObject({code: 'unsupported', message: expect.stringContaining('1073741824')});
});

test('a full disk is an error before it is full, and stopping leaves nothing', async () => {
  const {blocks, bsize} = statfsSync(folder);
  // All that the disk has, and not what is free: other tests give space back meanwhile.
  expect(() => new SparseFile(folder, blocks * bsize)).toThrow(
    expect.objectContaining({code: 'io', hint: expect.stringContaining('space')}),
  );
  const stop = new AbortController();
  const path = join(folder, 'packed');
  writeFileSync(path, concatenate(...Array.from({length: 200}, () => gzip)));
  const work = {temporaryFolder, signal: stop.signal, onProgress: () => stop.abort(new Error('stopped'))};
  await expect(openUnpacked(path, work, new WarningLog())).rejects.toThrow('stopped');
  expect(readdirSync(temporaryFolder)).toEqual([]);
});

test('pages of zeros take no space', () => {
  const file = new SparseFile(folder, 0);
  file.write(content.subarray(0, 5000));
  for (let i = 0; i < 64; i++) file.write(new Uint8Array(2 ** 20));
  const {size, blocks} = fstatSync(file.finish());
  file.discard();
  expect(size).toBe(64 * 2 ** 20 + 5000);
  expect(blocks * 512).toBeLessThan(2 ** 20);
});

test('LZ4 in pieces of any length', () => {
  for (const step of [1, 2, 3, 7, 64, 1000]) {
    const parts: Buffer[] = [];
    const decoder = new Lz4Decoder((part) => parts.push(Buffer.from(part)));
    const data = concatenate(skippable(0x184d2a50), LZ4, lz4Frame(Buffer.from('end')));
    for (let at = 0; at < data.length; at += step) decoder.push(data.subarray(at, at + step));
    decoder.end();
    expect(Buffer.concat(parts).equals(concatenate(content, Buffer.from('end')))).toBe(true);
  }
});

test('Zstandard in pieces of any length', async () => {
  for (const step of [1, 2, 3, 7, 64, 1000]) {
    const parts: Buffer[] = [];
    const decoder = new ZstdDecoder((part) => parts.push(Buffer.from(part)), 'packed');
    const data = concatenate(skippable(0x184d2a50), ZSTD, zstdFrame(0, 0, Uint8Array.of()), zstdFrame(0, 3, Buffer.from('end')));
    for (let at = 0; at < data.length; at += step) await decoder.push(data.subarray(at, at + step));
    decoder.end();
    expect(Buffer.concat(parts).equals(concatenate(content, Buffer.from('end')))).toBe(true);
  }
});
