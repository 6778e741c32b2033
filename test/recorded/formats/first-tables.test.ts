/** A database whose tables of objects and pointers are still to be written says the same as the finished one, of all that the viewer's Overview asks. */
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {sqlite} from '../../../formats/sqlite/export-sqlite.js';
import {runQuery} from '../../../src/database/queries/run-query.js';
import {writeHeap} from '../../../src/index.js';
import {openDatabase} from '../../../src/sql/index.js';
import {EARLY_QUERIES} from '../../../viewer/server/early-queries.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {temporaryFolder} from '../../kit/small-database.js';

const PARAMETERS = {limit: 100, filter: ''};

test('the first tables answer', async () => {
  const path = join(temporaryFolder(), 'heap.db');
  const ask = async (file: string) => {
    const database = await openDatabase(file);
    const answers = new Map<string, unknown>();
    for (const query of EARLY_QUERIES) {
      const params = Object.fromEntries(Object.keys(query.params).map((name) => [name, PARAMETERS[name as keyof typeof PARAMETERS]]));
      answers.set(query.id, await runQuery(database, query, params as never));
    }
    const [objects] = await database.rows<{n: number}>('SELECT count(*) AS n FROM objects', {});
    await database.close();
    return {answers, objects: objects!.n};
  };
  const heap = await analyzedFixture('leak-1.26.8');
  let early: Awaited<ReturnType<typeof ask>> | undefined;
  const onFirstTables = async (file: string) => {
    early = await ask(file);
  };
  await writeHeap(heap, sqlite, path, {}, {onFirstTables});
  const whole = await ask(path);
  expect([early!.objects, whole.objects > 0]).toEqual([0, true]);
  expect(early!.answers).toEqual(whole.answers);
  expect([...whole.answers.values()].every((rows) => Array.isArray(rows))).toBe(true);
});
