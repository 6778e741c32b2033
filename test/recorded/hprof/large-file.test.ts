/**
 * A file of more than 4 GiB, most of which is a hole: objects behind that are read at their places, with what they hold, and objects of more than 4 GiB have
 * their sizes.
 */
import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {objectAt, sizeOf} from '../../../src/graph/objects.js';
import {openHeap} from '../../../src/index.js';
import {HprofWriter} from '../../kit/hprof-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'large-hprof-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const [OBJECT, NODE] = [0x1000, 0x1200];
const [LARGE, HEAD, TAIL, LARGER] = [0x10000, 2 ** 33, 2 ** 33 + 32, 2 ** 33 + 64];
const ELEMENTS = 0xffffff00;

const u4 = (value: number) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const u8 = (value: number) => [...u4(Math.floor(value / 2 ** 32)), ...u4(value % 2 ** 32)];
const segment = (length: number) => [0x1c, ...u4(0), ...u4(length)];
const node = (id: number, next: number, count: number) => [0x21, ...u8(id), ...u4(0), ...u8(NODE), ...u4(12), ...u8(next), ...u4(count)];

test('objects lie behind 4 GiB of the file, and one is larger', async () => {
  const path = join(folder, 'large.hprof');
  const head = new HprofWriter()
    .class(OBJECT, 'java/lang/Object')
    .class(NODE, 'com/acme/Node', {above: OBJECT, fields: 'next:object count:int'})
    .root(0xff, HEAD)
    .finish({isEnded: false});
  const array = [0x23, ...u8(LARGE), ...u4(0), ...u4(ELEMENTS), 8];
  const without = [0xc3, ...u8(LARGER), ...u4(0), ...u4(0x3fffffff), 10]; // ints, of which Android left out the data
  const behind = [...node(TAIL, LARGE, 2), ...node(HEAD, TAIL, 1), ...without];
  const file = openSync(path, 'w');
  const start = [...head, ...segment(array.length + ELEMENTS), ...array];
  writeSync(file, Uint8Array.from(start));
  writeSync(file, Uint8Array.from([7]), 0, 1, start.length + ELEMENTS - 1); // the last element; all others are a hole
  writeSync(file, Uint8Array.from([...segment(behind.length), ...behind, 0x2c, ...u4(0), ...u4(0)]), 0, null, start.length + ELEMENTS);
  closeSync(file);

  const heap = await (await openHeap(path, {jvmLayout: 'compressed'})).analyze();
  const at = (address: number) => heap.at(address)!;
  const bytesAt = (address: number) => sizeOf(heap.columns, objectAt(heap.columns, address)!);
  expect(heap.info).toMatchObject({complete: 1});
  expect(heap.value(at(HEAD)).decode(0)).toMatchObject({count: 1, next: `0x${TAIL.toString(16)}`});
  expect(heap.value(at(TAIL)).decode(0)).toMatchObject({count: 2, next: `0x${(LARGE + 16).toString(16)}`}); // where its elements begin
  expect(bytesAt(LARGE)).toBe(16 + ELEMENTS);
  expect(bytesAt(LARGER)).toBe(2 ** 32 + 16); // 16 and 4 × 0x3fffffff, rounded up to 8
  expect(heap.retained(at(HEAD))).toBe(24 + 24 + 16 + ELEMENTS);
  expect([...heap.columns.contents.bytes(LARGE + 16 + ELEMENTS - 2, 2)!]).toEqual([0, 7]);
});
