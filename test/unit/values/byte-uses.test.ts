/** What arrays of bytes are for. */
import {expect, test} from 'vitest';
import {BYTE_USES, computeByteUses} from '../../../src/values/byte-uses.js';
import {graphFromText, nodeNamed} from '../../kit/graph-from-text.js';

const TYPES = `
  type []uint8 24
  type []main.T 24
  type main.T 64 name@0:string raw@16:[]uint8 tags@40:string next@56:*main.T
  type main.Pair 32 texts@0:[2]string
  type *uint8 8
`;

test.each([
  ['the field of a variable', 'global main.t : main.T size=64 -> 0=x', 'string'],
  ['a byte slice', 'global main.t : main.T size=64 -> 16=x', 'slice'],
  ['a string made of a slice without a copy', 'global main.t : main.T size=64 -> 16=x 40=x:3', 'both'],
  ['a pointer to a byte', 'global main.p : *uint8 -> x', 'other'],
  ['an element of an array', 'global main.p : main.Pair size=32 -> 16=x', 'string'],
  ['an element of an object, behind a header', 'global main.s -> 0=t; t : main.T x3 size=208 header=8 -> 88=x', 'slice'],
  ['garbage says so too', 't : main.T -> 40=x', 'string'],
  ['words of a stack say nothing', 'goroutine 1 -> 0=x', 'other'],
])('%s', (_, text, expected) => {
  const graph = graphFromText(`${TYPES}; x : uint8 x8 noscan evidence=field; ${text}`);
  const object = nodeNamed(graph, 'x') - 1 - graph.roots.count;
  expect(BYTE_USES[computeByteUses(graph)[object]!]).toBe(expected);
});
