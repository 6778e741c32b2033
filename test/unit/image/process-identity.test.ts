import {expect, test} from 'vitest';
import {AT} from '../../../src/elf/elf-constants.js';
import {processIdentity} from '../../../src/image/process-identity.js';

const ADDRESS = 0x7ffd1000;
const imageOf = (bytes: Uint8Array | undefined) => ({isMapped: () => bytes !== undefined, bytes: () => bytes!});
const identify = (pid: number | undefined, bytes: Uint8Array | undefined, started = 0, auxv = new Map([[AT.RANDOM, ADDRESS]])) =>
  processIdentity({...(pid === undefined ? {} : {pid}), auxv}, imageOf(bytes), started);

const random = Uint8Array.from({length: 16}, (_, index) => index * 7);

test('dumps with the same number and random bytes are of one process, whatever the clock says', () => {
  expect(identify(7, random, 1)).toBe(identify(7, random, 2));
  expect(identify(7, random)).toMatch(/^7:[0-9a-f]{32}$/);
  const others = [
    identify(8, random),
    identify(
      7,
      random.map((byte) => byte + 1),
    ),
  ];
  expect(new Set([identify(7, random), ...others]).size).toBe(3);
});

test('where the bytes are cleared or missing the start counts, and without it nothing is known', () => {
  expect(identify(7, new Uint8Array(16), 1234)).toBe('7:1234');
  expect(identify(7, undefined, 1234)).toBe('7:1234');
  expect(identify(7, random, 1234, new Map())).toBe('7:1234');
  expect([identify(7, new Uint8Array(16)), identify(undefined, random, 1234)]).toEqual([undefined, undefined]);
});
