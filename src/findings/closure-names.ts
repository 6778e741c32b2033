/**
 * Names of closures in two builds of a program → which is which: the compiler numbers the closures of a function in the order of their lines
 * (`main.serve.func1`, `main.serve.func2.1`), so one that is written in front of others renames them. Closures of one enclosing function are matched in
 * their order: those that capture the same first, what is left between these where it is as many.
 */
import {remember} from '../base/remember.js';

/** Name → what it captures, as text; '' where that is not known. All closures of a program. */
export type Closures = ReadonlyMap<string, string>;

/** An enclosing function, `.func`, a number, and the numbers of those inside. */
const CLOSURE = /([\w./~%()*[\]-]*[\w)\]])\.func(\d+)((?:\.(?:func)?\d+)*)(?![\w.])/gu;

interface Numbered {
  readonly number: number;
  readonly name: string;
  readonly captures: string;
}

/** A function from texts with names of `before` to the same texts with those of `after`; a closure that has no other keeps its own. */
export function matchClosures(before: Closures, after: Closures): (text: string) => string {
  const renamed = new Map<string, string>();
  const [childrenBefore, childrenAfter] = [before, after].map(byEnclosing) as [Families, Families];
  const matchInside = (enclosing: string, now: string) => {
    const [old, young] = [childrenBefore.get(enclosing) ?? [], childrenAfter.get(now) ?? []];
    const matches = matchInOrder(old, young);
    for (const [index, closure] of old.entries()) {
      const match = matches[index];
      const name = match === undefined ? closure.name : young[match]!.name;
      renamed.set(closure.name, match === undefined && after.has(name) ? `${name}‹before›` : name);
      matchInside(closure.name, name);
    }
  };
  for (const enclosing of childrenBefore.keys()) if (!before.has(enclosing)) matchInside(enclosing, enclosing);
  return (text) => text.replace(CLOSURE, (name) => renamed.get(name) ?? name);
}

type Families = ReadonlyMap<string, readonly Numbered[]>;

/** In the order of their numbers. */
function byEnclosing(closures: Closures): Families {
  const families = new Map<string, Numbered[]>();
  for (const [name, captures] of closures) {
    const [, enclosing, number] = /^(.*)\.(?:func)?(\d+)$/.exec(name) ?? [];
    if (enclosing !== undefined) remember(families, enclosing, () => []).push({number: Number(number), name, captures});
  }
  for (const family of families.values()) family.sort((a, b) => a.number - b.number);
  return families;
}

/** Per closure of `old` the index of its match: the longest common subsequence of what they capture, then what is left between two matches. */
function matchInOrder(old: readonly Numbered[], young: readonly Numbered[]): (number | undefined)[] {
  if (old.length === young.length) return old.map((_, index) => index);
  const best = Array.from({length: old.length + 1}, () => new Float64Array(young.length + 1)); // from here to both ends
  const worth = (i: number, j: number) => (old[i]!.captures !== young[j]!.captures ? 0 : old[i]!.captures === '' ? 1 : 2);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = young.length - 1; j >= 0; j--) {
      const taken = worth(i, j);
      best[i]![j] = Math.max(best[i + 1]![j]!, best[i]![j + 1]!, taken === 0 ? 0 : taken + best[i + 1]![j + 1]!);
    }
  const matches: (number | undefined)[] = old.map(() => undefined);
  const gaps: [number, number, number, number][] = [];
  let [gapI, gapJ, i, j] = [0, 0, 0, 0];
  while (i < old.length && j < young.length) {
    const taken = worth(i, j);
    if (taken > 0 && best[i]![j] === taken + best[i + 1]![j + 1]!) {
      gaps.push([gapI, i, gapJ, j]);
      matches[i++] = j++;
      [gapI, gapJ] = [i, j];
    } else if (best[i]![j] === best[i + 1]![j]!) i++;
    else j++;
  }
  gaps.push([gapI, old.length, gapJ, young.length]);
  for (const [fromI, toI, fromJ, toJ] of gaps)
    if (toI - fromI === toJ - fromJ) for (let at = 0; at < toI - fromI; at++) matches[fromI + at] = fromJ + at;
  return matches;
}
