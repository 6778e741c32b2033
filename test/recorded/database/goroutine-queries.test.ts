/**
 * Groups of goroutines as the viewer lists them, over the recorded program stacks: whose they are, what they cost, where they are.
 */
import {afterAll, expect, test} from 'vitest';
import {goroutineGroups} from '../../../src/database/queries/goroutine-queries.js';
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
