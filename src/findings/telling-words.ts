/**
 * Words that sentences of findings share: numbers, shares, names of nodes.
 */
import type {ToldHeap} from '../answers/told-heap.js';
import {formatBytes, grouped} from '../base/format-bytes.js';
import {NONE, type NodeIndex} from '../base/units.js';

export function countOf(count: number, what: string): string {
  return `${grouped(count)} ${count === 1 ? what : plural(what)}`;
}
function plural(word: string): string {
  return /[sxz]$|[cs]h$/.test(word) ? `${word}es` : `${word}s`;
}

/** `12 %`, `0.4 %`. */
export function percent(part: number, whole: number): string {
  const share = whole > 0 ? (100 * part) / whole : 0;
  return `${share >= 10 ? Math.round(share) : share.toFixed(1)} %`;
}

/** `12.3 MiB, 40 % of the live heap`. */
export function amount(bytes: number, of: number, what = 'the live heap'): string {
  return `${formatBytes(bytes)}, ${percent(bytes, of)} of ${what}`;
}

/** Seconds in the largest unit that says something. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** The way to it, in Go's words; '' for no node, and for the program. */
export function pathTo({names}: Pick<ToldHeap, 'names'>, node: NodeIndex): string {
  return node === NONE || node === 0 ? '' : names.textOf(names.idOf(node));
}

/** The variable or field that a path to one of many leads through: up to the last key or index, `main.hooks` of `main.hooks[…].func1‹captured body›`. */
export function containerOf(path: string): string {
  return path.replace(/(?:‹[^›]*›)?\[…\](?:(?!\[…\]).)*$/, '').replace(/…+$/, '');
}
