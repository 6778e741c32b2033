/** A process that asks many questions has one thread that watches its parent, not one for each of them. */
import {readdirSync} from 'node:fs';
import {expect, test} from 'vitest';
import {goheapHere} from '../../kit/goheap-here.js';
import {databaseFromText} from '../../kit/small-database.js';

test('fifty queries start no thread each', async () => {
  const database = await databaseFromText('roots: a; a -> b');
  const threads = () => readdirSync('/proc/self/task').length;
  const ask = async () => expect(await goheapHere(['query', database, 'SELECT 1 AS one'])).toMatchObject({status: 0});
  await ask();
  const before = threads();
  for (let count = 0; count < 50; count++) await ask();
  expect(threads() - before).toBeLessThan(10);
});
