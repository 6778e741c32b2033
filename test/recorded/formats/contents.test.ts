/**
 * What of the program's own bytes an export keeps: previews, full contents, or nothing.
 */
import {describe, expect, test} from 'vitest';
import type {Contents, HeapGraph} from '../../../src/graph/heap-graph.js';
import {addressOf, objectOfNode, sizeOf} from '../../../src/graph/objects.js';
import {databaseContents} from '../../../src/sql/database-contents.js';
import {exportGraph, ZOO} from '../../kit/exported.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';

/** Contents from pieces of text or bytes by address; zeros elsewhere in [0xc000000000, +1 MiB), nothing outside. */
function contentsOf(pieces: ReadonlyMap<number, Uint8Array>): Contents {
  const base = 0xc000000000;
  const heap = new Uint8Array(1 << 20);
  for (const [address, bytes] of pieces) if (address >= base) heap.set(bytes, address - base);
  return {
    bytes(address, length) {
      if (address >= base && address + length <= base + heap.length) return heap.slice(address - base, address - base + length);
      for (const [start, bytes] of pieces) {
        if (address >= start && address + length <= start + bytes.length) return bytes.slice(address - start, address - start + length);
      }
      return undefined;
    },
  };
}

function addressOfNode(graph: HeapGraph, name: string): number {
  return addressOf(graph, objectOfNode(graph, nodeNamed(graph, name))!);
}

const encode = (text: string) => new TextEncoder().encode(text);

describe('previews', () => {
  const cases: [string, string, Uint8Array, string | null][] = [
    ['a string', 'uint8 x5 size=8', encode('hello123'), 'hello'],
    ['a string with line breaks', 'uint8 x8 size=8', encode('a\tb\r\nc d'), 'a\tb\r\nc d'],
    ['a long string', 'uint8 x100 size=112', encode('x'.repeat(100)), 'x'.repeat(64)],
    ['runes', 'uint8 x5 size=8', encode('grün'), 'grün'],
    ['runes cut at 64 bytes', 'uint8 x70 size=80', encode(`${'a'.repeat(63)}€€€`), 'a'.repeat(63)],
    ['runes that end at 64 bytes', 'uint8 x70 size=80', encode(`${'a'.repeat(61)}€€€`), `${'a'.repeat(61)}€`],
    ['an emoji cut after one byte', 'uint8 x70 size=80', encode(`${'a'.repeat(63)}😀`), 'a'.repeat(63)],
    ['a rune that is cut in the program itself', 'uint8 x4 size=8', encode('abc€'), null],
    ['binary bytes', 'uint8 x8 size=8', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), null],
    ['bytes that are no UTF-8', 'uint8 x4 size=8', Uint8Array.of(0x61, 0xff, 0x61, 0x61), null],
    ['a NUL in the middle', 'uint8 x4 size=8', encode('ab\0c'), null],
    ['an array of bytes', '[4]uint8 x2 size=8', encode('abcdefgh'), 'abcdefgh'],
    ['an untyped text', 'size=16', encode('connection'), 'connection'],
    ['an untyped number', 'size=16', Uint8Array.of(65, 66), null],
    ['an untyped text before other bytes', 'size=16', Uint8Array.of(...encode('abcdef'), 0, 9), null],
    ['numbers', 'int', encode('abcdefgh'), null],
    ['a slot above 1 KiB', 'uint8 x1500 size=2048', encode('y'.repeat(1500)), 'y'.repeat(64)],
  ];
  test.each(cases)('%s', async (_, attributes, bytes, preview) => {
    const graph = graphFromText(`roots: t; t : ${attributes} noscan`);
    const {all} = await exportGraph(graph, {}, contentsOf(new Map([[addressOfNode(graph, 't'), bytes]])));
    expect(all('SELECT preview FROM objects')).toEqual([{preview: preview === null ? null : preview.slice(0, 64)}]);
    const none = await exportGraph(graph, {contents: 'none'}, contentsOf(new Map([[addressOfNode(graph, 't'), bytes]])));
    expect(none.all('SELECT preview FROM objects')).toEqual([{preview: null}]);
  });

  test('objects with pointers have none', async () => {
    const graph = graphFromText('roots: t; t : uint8 x5 size=8');
    const {all} = await exportGraph(graph, {}, contentsOf(new Map([[addressOfNode(graph, 't'), encode('hello')]])));
    expect(all('SELECT preview FROM objects')).toEqual([{preview: null}]);
  });
});

describe('full contents', () => {
  test('objects, variables and constant strings come back by address', async () => {
    const graph = graphFromText(ZOO);
    const big = addressOfNode(graph, 'big');
    const variable = graph.roots.address[nodeNamed(graph, 'main.array') - 1]!;
    const constant = encode('a constant string');
    const header = new Uint8Array(16); // Tail: pointer to 0x700000, 17 bytes
    new DataView(header.buffer).setUint32(0, 0x700000, true);
    new DataView(header.buffer).setUint32(8, constant.length, true);
    const contents = contentsOf(new Map([[big + 8 + 56, header], [variable, Uint8Array.from({length: 16}, (_, at) => at)], [0x700000, constant]])); // biome-ignore format: one line
    const {connection, all} = await exportGraph(graph, {contents: 'full'}, contents);
    const reachable = all('SELECT address, size FROM objects WHERE reachable') as {address: number; size: number}[];
    const read = databaseContents(connection);
    for (const {address, size} of reachable) expect(read.bytes(address, size)).toEqual(Buffer.from(contents.bytes(address, size)!));
    expect(read.bytes(variable + 4, 4)).toEqual(Buffer.of(4, 5, 6, 7));
    expect(read.bytes(0x700000, 17)?.toString()).toBe('a constant string');
    expect(read.bytes(0x700000, 18)).toBeUndefined();
    expect(read.bytes(addressOfNode(graph, 'dead1'), 8)).toBeUndefined();
    const firstSize = sizeOf(graph, 0);
    expect(all('SELECT length(bytes) AS length FROM contents WHERE address = ?', addressOf(graph, 0))).toEqual([{length: firstSize}]);
  });

  test('other levels keep no contents', async () => {
    const {connection, all} = await exportGraph(graphFromText(ZOO), {contents: 'preview'}, contentsOf(new Map()));
    expect(all('SELECT * FROM contents')).toEqual([]);
    expect(databaseContents(connection).bytes(0xc000000000, 8)).toBeUndefined();
  });

  test('rows that touch are joined', async () => {
    const graph = graphFromText('roots: a b c; a : size=16; b : size=16; c : size=16');
    const first = addressOfNode(graph, 'a');
    const bytes = Uint8Array.from({length: 48}, (_, at) => at);
    const {connection} = await exportGraph(graph, {contents: 'full'}, contentsOf(new Map([[first, bytes]])));
    expect(databaseContents(connection).bytes(first + 10, 30)).toEqual(bytes.slice(10, 40));
    expect(databaseContents(connection).bytes(first + 10, 39)).toBeUndefined();
  });
});
