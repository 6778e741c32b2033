/**
 * Limits as they are written on a command line → numbers: `main.Session=1000`, `main.reg.cache=500MiB`, `10%`.
 */
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

/** What is limited, and to what. */
export interface NamedLimit {
  readonly name: string;
  readonly limit: number;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `500MiB`, `1.5 GB`, `1048576`. Throws `usage`. */
export function parseBytes(text: string, flag: string): Bytes {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B|B|)$/.exec(text) ?? [];
  if (number === undefined) throw wrong(flag, text, 'a size such as 500MiB, 2GB or 1048576');
  return Math.round(Number(number) * UNITS[unit!]!);
}

/** `1000`. Throws `usage`. */
export function parseCount(text: string, flag: string): number {
  if (!/^\d{1,15}$/.test(text)) throw wrong(flag, text, 'a whole number');
  return Number(text);
}

/** `10%` → 0.1. Throws `usage`. */
export function parsePercent(text: string, flag: string): number {
  const number = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1];
  if (number === undefined) throw wrong(flag, text, 'a percentage such as 10%');
  return Number(number) / 100;
}

/** `NAME=LIMIT`: behind the last `=`, as names of types may have some. Throws `usage`. */
export function parseNamed(text: string, flag: string, parse: (limit: string, flag: string) => number): NamedLimit {
  const at = text.lastIndexOf('=');
  if (at <= 0) throw wrong(flag, text, 'NAME=LIMIT');
  return {name: text.slice(0, at), limit: parse(text.slice(at + 1), flag)};
}

function wrong(flag: string, text: string, expected: string): GoheapError {
  return new GoheapError('usage', `--${flag} ${text}: expected ${expected}`);
}
