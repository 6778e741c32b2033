/** `goheap whatif` as a person and a program read it, and what it refuses; test/recorded/database/find-cuts.test.ts has all ways to name a pointer or a node. */
import {beforeAll, expect, test} from 'vitest';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';
import {SHOP} from '../../kit/shop.js';
import {databaseFromText} from '../../kit/small-database.js';

let database = '';
beforeAll(async () => {
  database = await databaseFromText(SHOP);
});

test('--json is what docs/json says', async () => {
  const answer = await goheapJson<object>(['whatif', database, '--cut', 'main.server.Cache', '--drop', 'shop.Log', '--top', '1']);
  expect(answer).toMatchObject({pointers: 1, nodes: 1, garbage: {objects: 5, bytes: 232}, stays: {objects: 2, bytes: 128}});
  expect(findJsonFaults('whatif', answer)).toEqual([]);
  expect(findJsonFaults('whatif', {...answer, garbage: 7})).not.toEqual([]);
});

test('as a person reads it', async () => {
  const {stdout} = await goheapHere(['whatif', database, '--cut', 'main.server.Cache', '--top', '1']);
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'Without 1 pointer garbage: 120 B in 3 objects, 31.9% of the live heap.',
    'Stays, because others hold it too: 192 B in 3 objects.',
  ]);
  expect(stdout).toContain('Still held (the first 1)');
});

test('nothing to leave out is wrong usage', async () => {
  const {status, stderr} = await goheapHere(['whatif', database]);
  expect(stderr).toContain('Without what?');
  expect(status).toBe(2);
});
