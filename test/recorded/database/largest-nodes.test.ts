/** Going through the pages of all objects finds the same as SQL that sorts them: however many are wanted, and with many equal ones. */
import {expect, test} from 'vitest';
import {findLargestOfOwner, findMostRetained} from '../../../src/database/largest-nodes.js';
import {openDatabase} from '../../../src/sql/index.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';

const LIMITS = [1, 7, 500, 100_000];

test('zoo', async () => {
  const plain = await openFixtureDatabase('zoo-1.26.8');
  const database = await openDatabase(plain.name);
  const ofOwner = plain
    .prepare<[{owner: number; type: number}], number>(
      'SELECT id FROM objects WHERE owner_id = @owner AND (type_id = @type OR @type = -1) ORDER BY size DESC, retained DESC, id',
    )
    .pluck();
  for (const owner of plain.prepare<[], number>('SELECT rank FROM owners ORDER BY objects DESC LIMIT 12').pluck().all()) {
    const types = plain.prepare<[number], number>('SELECT DISTINCT type_id FROM objects WHERE owner_id = ? LIMIT 3').pluck().all(owner);
    for (const type of [undefined, ...types]) {
      const sorted = ofOwner.all({owner, type: type ?? -1});
      for (const limit of LIMITS)
        for (const few of [undefined, 300])
          expect(await findLargestOfOwner(database, {owner, type, limit}, {}, few), `${owner} ${type} ${limit}`).toEqual(
            sorted.slice(0, limit),
          );
    }
  }
  const all = plain
    .prepare<[], number>(
      'SELECT id FROM (SELECT id, retained FROM objects WHERE reachable UNION ALL SELECT id, retained FROM roots) ORDER BY retained DESC, id',
    )
    .pluck()
    .all();
  for (const limit of LIMITS) expect(await findMostRetained(database, limit, {})).toEqual(all.slice(0, limit));
  await database.close();
  plain.close();
});
