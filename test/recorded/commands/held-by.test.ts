/** `goheap held-by` as a person and a program read it, and what it refuses. */
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
  const all = 'SELECT id FROM objects';
  const answer = await goheapJson<{rows: object[]}>(['held-by', database, '--objects', all, '--exclude', 'main.index', '--top', '1']);
  expect(answer).toMatchObject({objects: 8, bytes: 376, garbage: 0, excluded: 0, unknown: 0});
  expect(answer.rows.length).toBeGreaterThan(3);
  expect(findJsonFaults('held-by', answer)).toEqual([]);
  for (const wrong of [
    {...answer, rows: 7},
    {...answer, rows: [{...answer.rows[0], exact: 1}]},
  ])
    expect(findJsonFaults('held-by', wrong)).not.toEqual([]);
});

test('as a person reads it', async () => {
  const {stdout} = await goheapHere(['held-by', database, '--type', 'shop.Item', '--exclude', 'shop.Cache.Items']);
  expect(stdout.split('\n')).toEqual([
    'BYTES  COUNT  RELEASES  NAME',
    '128 B      2  128 B     main.index',
    ' 64 B      1  64 B        shop.Item.Next',
    ' 64 B      1  160 B     main.server',
    ' 64 B      1  32 B        shop.Server.Cache',
    ' 64 B      1  0 B           shop.Cache.Last',
    '4 objects, 256 B.',
    'Nothing else holds 1 of them.',
    '',
  ]);
});

test.each([
  [[], 'Whose paths?'],
  [['--type', 'shop.Nothing'], 'shop.Nothing: no type that has objects'],
  [['--objects', "SELECT 'a'"], 'gives a, which is no node id'],
  [['--objects', 'SELECT 1'], '1 of 1 ids are of no object'],
  [['--type', 'shop.Item', '--objects', 'SELECT 1'], '--objects'],
])('refuses %j', async (flags, message) => {
  const {status, stderr} = await goheapHere(['held-by', database, ...flags]);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});
