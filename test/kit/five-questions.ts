/**
 * The five questions that people come with, as walks through the viewer's page from the Overview to the field or the line of code: which map grew, why there are so many
 * goroutines and what they cost, what a few bytes pin, what clearing a field would gain, what became another between two dumps. Each takes three steps at most. A
 * step is one choice: a click, or the keys that lead to one thing and choose it – a screen by `g` and its letter, a row with Enter, a tab, a box with Space. What must be
 * found is what the program or its load counted.
 */
import type {Locator, Page} from 'playwright-core';
import {expect} from 'vitest';
import {bytesIn, heading, rowsOf} from './browser.js';
import type {Hand} from './viewer-hands.js';

const MOST_STEPS = 3;
/** What the runtime gives a goroutine at least. */
const LEAST_STACK = 2048;

/** A hand that lets go when it was needed more often. */
export function inThreeSteps(hand: Hand): Hand {
  let steps = 0;
  const counted = Object.entries(hand).map(([name, act]: [string, unknown]) => {
    const count = async (...args: readonly unknown[]) => {
      if (++steps > MOST_STEPS) throw new Error(`${name}: a step more than ${MOST_STEPS}`);
      return (act as (...args: readonly unknown[]) => Promise<void>)(...args);
    };
    return [name, typeof act === 'function' ? count : act] as const;
  });
  return Object.fromEntries(counted) as unknown as Hand;
}

export interface GrownMap {
  readonly type: string; // of what is in it
  readonly objects: number;
  readonly path: string | RegExp; // of the step that says the field
}
/** Whose bytes → the tree of what holds that type's objects. */
export async function askWhichMapGrew(hand: Hand, {type, objects, path}: GrownMap): Promise<void> {
  await hand.openRow('Whose bytes', type);
  await heading(hand.page, 'Types');
  const step = stepOf(hand.page, path);
  await step.waitFor();
  expect(numberIn(await step.locator('.pointer > span').first().textContent())).toBe(objects);
}

export interface ManyGoroutines {
  readonly entry: string; // the function that they were started with, or wait in
  readonly count: number;
  readonly state: string;
  readonly line: RegExp; // where they wait
}
/** The Overview's groups of goroutines → the group, with its line of code, its state and its whole cost. */
export async function askWhySoManyGoroutines(hand: Hand, {entry, count, state, line}: ManyGoroutines): Promise<void> {
  await hand.openRow('Goroutines, grouped by stack', entry);
  await heading(hand.page, 'Goroutines');
  const group = rowsOf(hand.page, 'Goroutines with equal stacks').filter({hasText: entry}).first();
  await group.waitFor();
  const cell = (label: string) => group.locator(`td[data-label="${label}"]`); // in whatever order
  const name = await group.locator('td').first().textContent();
  expect(numberIn(/^\D*([\d\u202f]+) ×/.exec(name!)?.[1])).toBe(count);
  expect(name).toMatch(line);
  expect(await cell('State').textContent()).toBe(state);
  expect(await bytesIn(cell('Whole cost'))).toBeGreaterThanOrEqual(count * LEAST_STACK);
}

export interface PinnedArrays {
  readonly path: string | RegExp; // of what pins them
  readonly arrays: number;
  readonly length: number; // of each, in bytes
  readonly used: number; // of these bytes
}
/** Waste → the place → one of the arrays, with what is used of it. */
export async function askWhatIsPinned(hand: Hand, {path, arrays, length, used}: PinnedArrays): Promise<void> {
  await hand.goTo('Waste', 'w');
  await heading(hand.page, 'Waste');
  const place = rowsOf(hand.page, 'All places').filter({hasText: path}).first();
  await place.waitFor();
  expect(await bytesIn(place.locator('td').nth(1))).toBe(arrays * (length - used));
  expect(numberIn(await place.locator('td').nth(2).textContent())).toBe(arrays);
  await hand.openRow('All places', path);
  const views = hand.page.locator('.views');
  await views.waitFor();
  expect(await views.textContent()).toMatch(new RegExp(`^Of ${shown(length)} bytes .* ${shown(used)}:`));
}

export interface ClearedField {
  readonly holder: string | RegExp; // of the Overview's biggest
  readonly field: string | RegExp; // its row
  readonly garbage: (name: string) => number; // bytes, by brute force; of the holder that the page shows
  readonly least: number; // the program's own number of bytes behind it
}
/** Biggest holders → the box at the field → What if. */
export async function askWhatClearingGains(hand: Hand, {holder, field, garbage, least}: ClearedField): Promise<void> {
  const {page} = hand;
  await hand.openRow('Biggest holders', holder);
  await hand.tick('Value', field);
  await hand.chooseTab('What if (1)');
  const answer = page.locator('.garbage');
  await answer.waitFor();
  const bytes = await bytesIn(answer);
  expect(bytes).toBe(garbage((await page.locator('h1').textContent())!));
  expect(bytes).toBeGreaterThanOrEqual(least);
}

export interface ChangedType {
  readonly type: string;
  readonly before: number; // objects
  readonly after: number;
  readonly path: string | RegExp; // where those of the second dump are
}
/** Compare → its list of types → the tree of what holds that type's objects. */
export async function askWhatChanged(hand: Hand, {type, before, after, path}: ChangedType): Promise<void> {
  const {page} = hand;
  await hand.goTo('Compare', 'c');
  await heading(page, 'Compare');
  const types = page.getByRole('tab', {name: /^Types /});
  await types.waitFor();
  await hand.chooseTab((await types.textContent())!);
  const row = rowsOf(page, 'Types').filter({hasText: type}).first();
  await row.waitFor();
  const counts = [row.locator('td').nth(5), row.locator('td').nth(6)];
  expect(await Promise.all(counts.map(async (cell) => numberIn(await cell.textContent())))).toEqual([before, after]);
  await hand.openRow('Types', type);
  await heading(page, 'Types');
  await stepOf(page, path).waitFor();
}

/** Of a type's tree of holders: the step that says so. */
function stepOf(page: Page, text: string | RegExp): Locator {
  return page.locator('.chosen .holder-tree li').filter({hasText: text}).first();
}

/** As the page groups digits. */
function shown(number: number): string {
  return number.toLocaleString('en-US').replaceAll(',', '\u202f');
}
function numberIn(text: string | null | undefined): number {
  return Number((text ?? '').replaceAll(/\D/g, ''));
}

/** Where columns are in their order. */
export const WIDE = {width: 1920};
