/**
 * Values → text for people. Names and strings come from the dump, where anybody may have put anything: `visible` shows characters that
 * would hide or reorder text. Copies, links and titles have the value in full.
 */
import {signal} from '@preact/signals';
import {bytesParts} from '../../src/base/format-bytes.js';

const NARROW_SPACE = '\u202f';

/** As on the command line, but for a space that does not break. */
export function showBytes(bytes: number): string {
  return bytesParts(bytes).join('\u00a0');
}

/** Digits in groups of three, with a narrow space that does not break. */
export function formatCount(count: number): string {
  const [whole = '', fraction] = String(Math.abs(count)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
  return `${count < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction.slice(0, 3)}`}`;
}

/** Three digits and k, M, G: for rates, whose units differ. */
export function formatCompact(value: number): string {
  const step = value < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** step;
  return `${scaled.toFixed(step === 0 || scaled >= 100 ? 0 : 1)}${step === 0 ? '' : `\u00a0${'kMG'[step - 1]}`}`;
}

/** A part of 1 as per cent: never 0 for what is something, never 100 for what is not all. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '';
  if (share === 0) return '0\u00a0%';
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '<0.1\u00a0%';
  if (percent < 100 && percent >= 99.95) return '>99.9\u00a0%';
  return `${percent.toFixed(1)}\u00a0%`;
}

export function formatAddress(address: number): string {
  return `0x${address.toString(16)}`;
}

/** `12 ms`, `3.4 s`, `5 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}\u00a0ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}\u00a0s`;
  const whole = Math.round(seconds);
  const pairs: readonly [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = pairs.findIndex(([size]) => whole >= size);
  const [size, unit] = pairs[first]!;
  const [nextSize, nextUnit] = pairs[first + 1]!;
  const rest = Math.floor((whole % size) / nextSize);
  return `${Math.floor(whole / size)}\u00a0${unit}${rest > 0 ? ` ${rest}\u00a0${nextUnit}` : ''}`;
}

/** `5 min`, `≥ 5 min` where that is a lower bound, `≤ 2 min` where the lower one says nothing; '' when nothing is known. */
export function formatWait(
  seconds: number | null,
  {wait_exact: exact, wait_at_most: most}: {readonly wait_exact: number | null; readonly wait_at_most: number | null},
): string {
  if (seconds !== null && (exact === 1 || seconds >= 1)) return `${exact === 1 ? '' : '≥\u00a0'}${formatSeconds(seconds)}`;
  return most === null ? '' : `≤\u00a0${formatSeconds(most)}`;
}

/**
 * Import paths of two and more folders cut to their last one: `map[string]…/cache.Item`. A last part that is only a version
 * (`…/chroma/v2.Lexer`) keeps the name in front of it, and so does one with which another package ends (`…/plugin/cache.Cache`).
 */
export function shortType(name: string, isShared: (suffix: string) => boolean = () => false): string {
  return name.replace(/((?:[\w.~%-]+\/){2,})([\w~%-]+)/g, (_, path: string, last: string) => {
    const folders = path.split('/').slice(0, -1);
    let suffix = last;
    while (folders.length > 0 && (isShared(suffix) || /^v\d+$/.test(suffix))) suffix = `${folders.pop()}/${suffix}`;
    return folders.length === 0 ? suffix : `…/${suffix}`;
  });
}

/** Ends of import paths, at a slash, which more than one of the packages has: they do not tell which one it is. */
export function sharedSuffixes(packages: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const each of packages) {
    const parts = each.split('/');
    for (let at = parts.length - 1; at >= 0; at--) {
      const suffix = parts.slice(at).join('/');
      if (seen.has(suffix)) shared.add(suffix);
      seen.add(suffix);
    }
  }
  return shared;
}

// Control characters, those that reorder text or take no room, halves of pairs, and blank letters.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const SHORT: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0'};

/** The text with every character written out that would not be seen, or would reorder its neighbours: `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (found) => SHORT[found] ?? `\\u{${found.codePointAt(0)!.toString(16)}}`);
}

/** `retained_objects` → `Retained objects`. */
export function labelOf(column: string): string {
  const words = column.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1 row`, `1 204 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/**
 * Whether what Go calls goroutines are threads of a Java virtual machine in the heap that is shown; from when the facts about it are known. SQL says `goroutines`
 * of both.
 */
export const hasThreads = signal(false);

/** A text of the page, which is written of goroutines, in the heap's word. Components that show it draw anew when that is known; lists of texts are made when they are shown. */
export function worded(text: string, isJava = hasThreads.value): string {
  return isJava ? text.replace(/goroutine/g, 'thread').replace('Goroutine', 'Thread') : text;
}
