/**
 * What a regular expression makes of texts, labels and bytes; and of an object that is written in pieces.
 */
import {describe, expect, test} from 'vitest';
import {computeAnalyses} from '../../../src/analyses/analyze.js';
import {addressOf} from '../../../src/graph/objects.js';
import {Redactor} from '../../../src/privacy/redactor.js';
import {contentTable} from '../../../src/tables/content-rows.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {readRows} from '../../kit/table-batches.js';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('Redactor', () => {
  test.each<[RegExp, string, string]>([
    [/pass=\S+/, 'pass=abc pass=x', '******** ******'],
    [/grün/, 'grün blau', '**** blau'],
    [/\d{4}/, 'none', 'none'],
    [/x*/, 'axxb', 'a**b'],
    [/SECRET/i, 'a secret', 'a ******'],
  ])('%s in the text %j', (pattern, text, expected) => {
    expect(new Redactor(pattern).text(text)).toBe(expected);
  });

  test('labels are matched without the escapes of JSON', () => {
    const labels = JSON.stringify({user: 'say "hi"\n', 'key-1': 'v'});
    expect(JSON.parse(new Redactor(/"hi"|key-\d/).json(labels))).toEqual({user: 'say ****\n', '*****': 'v'});
  });

  test.each<[RegExp, Uint8Array, Uint8Array]>([
    [/abc/, Uint8Array.of(0, 97, 98, 99, 255), Uint8Array.of(0, 42, 42, 42, 255)],
    [/ü/, encode('aüb'), encode('a**b')],
    [/\xff+/, Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ])('%s in bytes', (pattern, bytes, expected) => {
    new Redactor(pattern).bytes(bytes);
    expect(bytes).toEqual(expected);
  });
});

test('matches across the pieces of a large object are found', async () => {
  const graph = graphFromText('roots: big; big : uint8 x3000000 size=3006464 noscan');
  const address = addressOf(graph, 0);
  const heap = new Uint8Array(3006464).fill(0x2e);
  const secret = encode('the-secret-word');
  for (const border of [1 << 20, 2 << 20]) heap.set(secret, border - 5);
  const contents = {
    bytes: (at: number, length: number) =>
      at >= address && at - address + length <= heap.length ? heap.subarray(at - address, at - address + length) : undefined,
  };
  const columns = await computeAnalyses(graph, contents);
  const rows = await readRows(contentTable(columns, new Redactor(/the-[a-z]+-word/)).batches());
  const written = decode(Buffer.concat(rows.map(([, bytes]) => bytes as Uint8Array)));
  expect(written).toHaveLength(heap.length);
  expect([...written.matchAll(/\*+/g)].map((match) => [match.index, match[0].length])).toEqual([
    [(1 << 20) - 5, secret.length],
    [(2 << 20) - 5, secret.length],
  ]);
});
