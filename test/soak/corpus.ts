/**
 * Good inputs → hostile ones that keep their structure: what a stranger would write who knows the formats. A change is a list of patches to
 * the files, which are undone afterwards; which one is drawn is a matter of the seed alone.
 */
import {closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync} from 'node:fs';
import {createRandom} from './damage.js';

export type Random = (below: number) => number;

/** Bytes of one of the input's files; they may lie at its end and behind. */
export interface Patch {
  readonly file: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}
export interface Change {
  /** For people who look for the fault. */
  readonly what: string;
  readonly patches: readonly Patch[];
}
/** One part of a format, and what may be done to it. */
export interface Kind {
  readonly name: string;
  /** Everything is asked of each of them: what they lie about shows late. */
  readonly isAsked?: boolean;
  change(random: Random): Change;
}
export interface HostileInput extends Change {
  readonly kind: Kind;
  readonly number: number; // of the input: with the seed it says all
}

/** `count` inputs, each kind as often as the others. */
export function* hostileInputs(kinds: readonly Kind[], count: number, seed: number): Generator<HostileInput> {
  for (let number = 0; number < count; number++) {
    const kind = kinds[number % kinds.length]!;
    yield {kind, number, ...kind.change(createRandom((Math.imul(number + 1, 0x9e3779b1) ^ seed) >>> 0))};
  }
}

/** Writes the patches; the result undoes them. */
export function applyPatches(patches: readonly Patch[]): () => void {
  const undo: (() => void)[] = [];
  for (const {file, offset, bytes} of patches) {
    const descriptor = openSync(file, 'r+');
    const {size} = fstatSync(descriptor);
    const before = Buffer.alloc(Math.max(0, Math.min(bytes.length, size - offset)));
    readSync(descriptor, before, 0, before.length, offset);
    writeSync(descriptor, bytes, 0, bytes.length, offset);
    closeSync(descriptor);
    undo.unshift(() => {
      const again = openSync(file, 'r+');
      writeSync(again, before, 0, before.length, offset);
      ftruncateSync(again, size);
      closeSync(again);
    });
  }
  return () => {
    for (const step of undo) step();
  };
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)]!;
}

/** Where counts, sizes and addresses stop to make sense. */
const LIMITS = [
  0n,
  1n,
  2n,
  8n,
  127n,
  255n,
  65535n,
  2n ** 20n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 47n,
  2n ** 48n - 8n,
];
const LARGE = [2n ** 53n - 1n, 2n ** 53n, 2n ** 54n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 4096n];

/** A number in place of another one: a limit, a neighbour, a multiple, or any. */
export function otherNumber(random: Random, old: bigint, size: number): bigint {
  const choices = [
    () => pick(random, LIMITS),
    () => pick(random, LARGE),
    () => old + BigInt(random(17) - 8),
    () => old * BigInt(2 + random(15)),
    () => old ^ (1n << BigInt(random(8 * size))),
    () => BigInt(random(2 ** 32)) * BigInt(1 + random(2 ** 16)),
  ];
  return BigInt.asUintN(8 * size, pick(random, choices)());
}

/** A little-endian number as bytes. */
export function numberBytes(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({length: size}, (_, i) => Number((BigInt.asUintN(64, value) >> BigInt(8 * i)) & 0xffn));
}

export function numberAt(data: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = value * 256n + BigInt(data[at + i] ?? 0);
  return value;
}

/** One of the fields of a struct at `at` of a file, changed. `data`: what the struct is now. */
export function changeField(
  random: Random,
  {file, at, data}: {readonly file: string; readonly at: number; readonly data: Uint8Array},
  fields: readonly (readonly [name: string, offset: number, size: number])[],
): Change {
  const [name, offset, size] = pick(random, fields);
  const old = numberAt(data, offset, size);
  const value = otherNumber(random, old, size);
  return {what: `${name} at ${at + offset}: ${old} → ${value}`, patches: [{file, offset: at + offset, bytes: numberBytes(value, size)}]};
}

/** Some bytes of an area of a file replaced, up to eight in a row. */
export function changeBytes(random: Random, file: string, start: number, length: number): Change {
  const offset = start + random(Math.max(1, length));
  const bytes = Uint8Array.from({length: 1 + random(8)}, () => pick(random, [0, 0xff, 0x7f, 0x80, random(256)]));
  return {what: `bytes at ${offset}`, patches: [{file, offset, bytes}]};
}

/** Texts that terminals, tables and file systems take for more than text. */
export const NASTY_TEXTS = [
  '/dev/zero',
  '/dev/tty',
  '/proc/self/mem',
  '/proc/kmsg',
  '/',
  '/../../../../etc/passwd',
  '/tmp/\u001b[2J\u001b]0;owned\u0007',
  '/\u009b31m\u0085/\u202egpj.exe',
  '/\u2066a\u2069\u200f',
  '=cmd|"/c calc"!A1',
  '/a\r\nb\tc',
  `/${'long/'.repeat(1000)}`,
  '%s%n%d',
];
