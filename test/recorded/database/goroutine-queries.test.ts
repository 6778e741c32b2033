/**
 * Groups of goroutines as the viewer lists them, over the recorded program stacks: whose they are, what they cost, where they are.
 */
import {afterAll, expect, test} from 'vitest';
import {goroutineGroups, goroutinesByLabel} from '../../../src/database/queries/goroutine-queries.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';

interface Group {
  readonly system: number;
  readonly goroutines: number;
  readonly stack_bytes: number;
  readonly retained: number;
  readonly function: string;
  readonly at_function: string | null;
}

const database = await openFixtureDatabase('stacks-1.26.8');
afterAll(() => void database.close());
const groups = database.prepare(goroutineGroups.sql).all({filter: '', leaked: 0, limit: -1}) as Group[];

test("the program's own come first, those that cost most before others", () => {
  expect(new Set(groups.map(({system}) => system))).toEqual(new Set([0, 1]));
  const ofOne = (wanted: number) => groups.filter(({system}) => system === wanted).map(({stack_bytes, retained}) => stack_bytes + retained);
  expect(groups.map(({system}) => system)).toEqual(groups.map(({system}) => system).sort());
  for (const costs of [ofOne(0), ofOne(1)]) expect(costs).toEqual([...costs].sort((a, b) => b - a));
});

test('where they are is the innermost call of the program', () => {
  const same = groups.filter(({goroutines, system}) => goroutines === 3 && system === 0);
  expect(same.map((group) => [group.function, group.at_function])).toEqual([['main.main.func1', 'main.receive']]);
  expect(groups.find(({function: name}) => name === 'runtime.main')?.at_function).toMatch(/^main\./);
  expect(groups.find(({function: name}) => name === 'runtime.forcegchelper')?.at_function).toBeNull();
});

test('by labels: every goroutine once, those with equal labels together, or with equal values of one', () => {
  const all = database.prepare<[], {labels: string | null; stack_bytes: number}>('SELECT labels, stack_bytes FROM goroutines').all();
  const ask = (key: string) =>
    database.prepare(goroutinesByLabel.sql).all({key, leaked: 0, limit: -1}) as {
      labels: string | null;
      goroutines: number;
      stack_bytes: number;
      id: number;
    }[];
  const sets = ask('');
  const expected = new Map<string, number>();
  for (const {labels} of all) {
    const entries = Object.entries(JSON.parse(labels ?? '{}') as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = JSON.stringify(Object.fromEntries(entries));
    expected.set(text, (expected.get(text) ?? 0) + 1);
  }
  expect(new Map(sets.map(({labels, goroutines}) => [labels ?? '{}', goroutines]))).toEqual(expected);
  expect(expected.size).toBeGreaterThan(2);
  expect(sets.reduce((sum, {stack_bytes}) => sum + stack_bytes, 0)).toBe(all.reduce((sum, {stack_bytes}) => sum + stack_bytes, 0));
  const one = ask('key3');
  expect(new Map(one.map(({labels, goroutines}) => [labels, goroutines]))).toEqual(
    new Map([
      ['{"key3":"value9"}', 1],
      [null, all.length - 1],
    ]),
  );
});
