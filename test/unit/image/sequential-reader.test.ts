/** How far a pass over memory reads ahead: as far as it can where bytes lie in a file, not at all where they are made when they are read. */
import {expect, test} from 'vitest';
import {type ByteSource, MemorySource} from '../../../src/base/bytes.js';
import {MemoryImage} from '../../../src/image/memory-image.js';
import {SequentialReader} from '../../../src/image/sequential-reader.js';
import {pattern} from '../../kit/core-bytes.js';

const START = 0x10000;
const SIZE = 4096;

function readOf(isMade: boolean): {reader: SequentialReader; reads: number[][]; data: Uint8Array} {
  const data = pattern(SIZE, 1);
  const memory = new MemorySource('memory', data);
  const reads: number[][] = [];
  const source: ByteSource = {
    name: 'memory',
    size: SIZE,
    isMade,
    read: (offset, length) => memory.read(offset, length),
    readInto: (offset, into) => {
      reads.push([offset, into.length]);
      memory.readInto(offset, into);
    },
  };
  const image = new MemoryImage('amd64', 0, {mappings: [{start: START, end: START + SIZE, source, offset: 0}], missing: []});
  return {reader: new SequentialReader(image, 1024), reads, data};
}

test.each([
  [
    false,
    [
      [0, 1024],
      [1024, 1024],
    ],
  ],
  [
    true,
    [
      [0, 64],
      [64, 64],
      [1024, 200],
    ],
  ],
])('made when read: %s', (isMade, expected) => {
  const {reader, reads, data} = readOf(isMade);
  for (const [at, length] of [
    [0, 64],
    [64, 64],
    [1024, 200],
  ] as const)
    expect(reader.bytes(START + at, length)).toEqual(data.subarray(at, at + length));
  expect(reads).toEqual(expected);
  expect(reader.missing).toBe(0);
});
