/** What info says of a dump that is not whole, by the facts in its database. */
import {expect, test} from 'vitest';
import {AT_LEAST, listLosses} from '../../../src/database/losses.js';

const WHOLE = {
  source: 'core',
  executable: '/srv/app',
  dwarf: 'full',
  runtime_names: 'dwarf',
  threads: 9,
  complete: 1,
  go_version: 'go1.26.8',
};

/** What is said of these facts, by words that each sentence must have, in this order. */
function check(facts: Record<string, unknown>, expected: readonly (string | RegExp)[]): void {
  const losses = listLosses({...WHOLE, ...facts});
  expect(losses).toHaveLength(expected.length);
  expected.forEach((words, i) => void expect(losses[i]).toMatch(words));
}

test('nothing is lost of a whole dump', () => check({}, []));
test('a graph from elsewhere has no executable to miss', () => check({source: 'text', executable: undefined}, []));
test('incomplete dumps come first', () => check({threads: 0, complete: 0}, [AT_LEAST, /^No threads/]));
test('stripped programs: what is lost and what brings it back', () => {
  check({dwarf: 'none', runtime_names: 'search'}, [/^No debug information: .*--debug-file/, /^No symbols: .*go1\.26\.8/]);
  check({dwarf: 'none', runtime_names: 'symbols'}, [/^No debug information/]);
  check({lost_variables: 'runtime.allfin, runtime.work'}, [/^Not found in this program: runtime\.allfin, runtime\.work/]);
});
test('no executable', () => check({executable: undefined}, [/^No executable: .*--exe FILE/]));
