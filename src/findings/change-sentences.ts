/**
 * What changed between the first and the last of several heaps → sentences for a tired person: the whole heap, then each place, then goroutines.
 */
import {isRuntimePackage, packageOfName} from '../analyses/package-names.js';
import {bytesParts, formatBytes, grouped} from '../base/format-bytes.js';
import {shortenPackages} from '../base/short-packages.js';
import type {Bytes} from '../base/units.js';
import type {ThreadWord} from '../graph/language.js';
import {CLOSURES, OBJECTS, type PathChange} from './path-changes.js';
import type {RowChange} from './row-series.js';

/** Places, and groups of goroutines. */
const MOST_TOLD = 10;
/** Fewer goroutines more or less are told where they cost much. */
const MANY_GOROUTINES = 100;
/** What vanished at one place and appeared at another has moved when the sizes are so near. */
const NEARLY = 0.8;

export interface Changes {
  readonly bytes: readonly Bytes[]; // of the whole heap
  readonly changes: readonly PathChange[];
  readonly goroutines: readonly RowChange[];
  readonly thread: ThreadWord; // what one of these is called
}

/** `least`: what a difference in bytes must have to be told. */
export function sentencesOf({bytes, changes, goroutines, thread}: Changes, least: Bytes): string[] {
  const told = toldOf(changes);
  const groups = goroutines.filter((group) => isTold(group, least)).slice(0, MOST_TOLD);
  const short = shortenPackages([...told.flatMap(({name, what}) => [name, what]), ...groups.map(({name}) => name)]);
  const whole =
    Math.abs(bytes.at(-1)! - bytes[0]!) < least ? [] : [`The live heap ${grew(bytes)} ${fromTo(bytes, formatBytes)}, ${signed(bytes)}`];
  return [...whole, ...sentencesOfPlaces(told), ...groups.map((group) => goroutineSentence(group, thread))].map(
    (text) => `${short(text)}.`,
  );
}

/** Of two dumps of one process, by type. */
export function livesSentences(lives: readonly BornAndDied[]): string[] {
  const sum = (of: (row: BornAndDied) => number) => lives.reduce((total, row) => total + of(row), 0);
  const [died, born] = [sum((row) => row.died_count), sum((row) => row.born_count)];
  if (died + born === 0) return [];
  const sizes = [sum((row) => row.born_bytes), sum((row) => row.died_bytes)].map(formatBytes);
  return [
    `Between the two dumps of this process at least ${grouped(born)} objects (${sizes[0]}) were born and ${grouped(died)} (${sizes[1]}) died.`,
  ];
}

interface BornAndDied {
  readonly died_count: number;
  readonly died_bytes: Bytes;
  readonly born_count: number;
  readonly born_bytes: Bytes;
}

/** Of what was born between two dumps and lives in a third, as changes from nothing. */
export function keptSentences(kept: readonly PathChange[]): string[] {
  const told = toldOf(kept);
  if (told.length === 0) return [];
  const short = shortenPackages(told.flatMap(({name, what}) => [name, what]));
  const places = told.map(({name, what, counts, bytes}) => {
    return `${grouped(counts.at(-1)!)} ${wordOf(what)} at \`${name}\` (${formatBytes(bytes.at(-1)!)})`;
  });
  return [short(`Born between the first two dumps, and alive in the third: ${places.join(', ')}.`)];
}

/** Of what grows in every step. */
export function trendSentences({changes, goroutines, thread}: Omit<Changes, 'bytes'>, least: Bytes): string[] {
  const told = toldOf(changes);
  const groups = goroutines.filter((group) => isTold(group, least)).slice(0, MOST_TOLD);
  const short = shortenPackages([...told.flatMap(({name, what}) => [name, what]), ...groups.map(({name}) => name)]);
  const sentences = [...told.map((change) => placeSentence(change, undefined)), ...groups.map((group) => goroutineSentence(group, thread))];
  return sentences.map((text) => `${short(text)}, and more in every dump.`);
}

/** What the runtime keeps for goroutines and threads is told with these. */
function toldOf(changes: readonly PathChange[]): PathChange[] {
  return changes.filter(({what}) => !isRuntimePackage(packageOfName(what))).slice(0, MOST_TOLD);
}

function isTold({delta_count, delta_bytes}: RowChange, least: Bytes): boolean {
  return delta_count !== 0 && (Math.abs(delta_count ?? 0) >= MANY_GOROUTINES || Math.abs(delta_bytes) >= least);
}

function sentencesOfPlaces(changes: readonly PathChange[]): string[] {
  const moved = new Map<PathChange, PathChange>(); // to → from
  for (const change of changes) {
    if (change.bytes.at(-1) !== 0 || !isNamed(change)) continue;
    const to = changes.find((other) => !moved.has(other) && isMove(change, other));
    if (to) moved.set(to, change);
  }
  const gone = new Set(moved.values());
  return changes.filter((change) => !gone.has(change)).map((change) => placeSentence(change, moved.get(change)));
}

function isNamed({what}: PathChange): boolean {
  return what !== CLOSURES && what !== OBJECTS;
}

function isMove(from: PathChange, to: PathChange): boolean {
  const [before, after] = [from.bytes[0]!, to.bytes.at(-1)!];
  return to.bytes[0] === 0 && to.what === from.what && Math.min(before, after) >= NEARLY * Math.max(before, after);
}

function placeSentence(change: PathChange, from: PathChange | undefined): string {
  const {name, what, counts, bytes} = change;
  if (from) return `\`${from.name}\` moved to \`${name}\`: ${grouped(counts.at(-1)!)} ${wordOf(what)}, ${formatBytes(bytes.at(-1)!)}`;
  const isCounted = counts[0] !== counts.at(-1);
  const step = isCounted ? `${fromTo(counts, grouped)} ${wordOf(what)}` : `${fromTo(bytes, formatBytes)}`;
  return `\`${name}\` ${grew(bytes)} ${step}, ${signed(bytes)}`;
}

function goroutineSentence({name, before_count, after_count, before_bytes, after_bytes}: RowChange, thread: ThreadWord): string {
  const counts = [before_count ?? 0, after_count ?? 0];
  return `${name} ${grew(counts)} ${fromTo(counts, grouped)} ${thread}s, ${signed([before_bytes, after_bytes])} with their stacks`;
}

/** What has no name of its own is objects. */
function wordOf(what: string): string {
  if (what === CLOSURES || what === OBJECTS) return what;
  return what === 'unknown' ? OBJECTS : what.includes('.') ? what : `objects of ${what}`;
}
function grew(series: readonly number[]): string {
  return series.at(-1)! >= series[0]! ? 'grew from' : 'shrank from';
}
function fromTo(series: readonly number[], show: (value: number) => string): string {
  return `${show(series[0]!)} to ${show(series.at(-1)!)}`;
}
/** `+ 39.1 MiB`. */
function signed(bytes: readonly Bytes[]): string {
  const difference = bytes.at(-1)! - bytes[0]!;
  return `${difference < 0 ? '−' : '+'} ${bytesParts(Math.abs(difference)).join(' ')}`;
}
