/**
 * How much of recorded heaps has a type, what some of the harder types are, that no exact type was contradicted, and that docs/types.md
 * tells of all that stays unknown or was refused. What is counted is what the programs printed.
 */
import {describe, expect, test} from 'vitest';
import {expectDocumentedPairs, expectDocumentedUnknowns, refusedPairs, typedShare} from '../../kit/expect-types.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {traceCore} from '../../kit/traced-core.js';
import {readTruth} from '../../oracle/truth.js';

const VALUES = 'SELECT coalesce(sum("values"), 0) FROM types WHERE name = ?';

describe.each(fixtureNames('zoo'))('%s', async (name) => {
  const database = await openFixtureDatabase(name);
  const truth = readTruth(unpackFixture(name).truth);
  const minor = Number(/-1\.(\d+)/.exec(name)![1]);
  const values = (type: string) => database.prepare(VALUES).pluck().get(type) as number;

  test('99 % of the bytes and 98 % of the objects have a type', () => {
    const share = typedShare(database);
    expect(share.bytes).toBeGreaterThanOrEqual(0.99);
    expect(share.objects).toBeGreaterThanOrEqual(0.98);
  });

  test('closures and what channels hold, as many as were built', () => {
    expect(values('closure main.counter.func1')).toBe(truth.built['closure main.counter.func1']!.count);
    expect(values('main.ListNode')).toBe(truth.built['main.ListNode']!.count + 20 + truth.built['main.ListNode in GChan']!.count);
  });

  test.skipIf(minor < 23)('captured variables have their names', () => {
    const fields = database.prepare(
      'SELECT f.name, f.offset FROM fields f JOIN types t ON t.id = f.type_id WHERE t.name = ? ORDER BY position',
    );
    const captured = fields.all('closure main.counter.func1') as {name: string; offset: number}[];
    expect(captured.slice(0, 2)).toEqual([
      {name: 'F', offset: 0},
      {name: '&n', offset: 8},
    ]);
    expect(captured).toContainEqual({name: 'start', offset: 24});
  });

  test.skipIf(minor < 24)('what sync.Map keeps behind pointers to a common first field', () => {
    expect(values('internal/sync.indirect[interface {},interface {}]')).toBeGreaterThan(0);
    expect(values('internal/sync.entry[interface {},interface {}]')).toBeGreaterThan(10);
  });

  test('no pointer contradicts what the allocator recorded', () => {
    expect(database.prepare("SELECT message FROM warnings WHERE code = 'type-contradiction'").all()).toEqual([]);
  });
});

/** Not `tiny`: of its 40 KB a thousandth is one object. */
describe.each(fixtureNames().filter((name) => !name.startsWith('tiny')))('%s', (name) => {
  const [, program, version] = /^(\w+)-([\d.]+)/.exec(name)!;

  test('docs/types.md gives the reason for each group that stays unknown', async () => {
    expectDocumentedUnknowns(await openFixtureDatabase(name), program!, version!);
  });

  test('docs/types.md explains what exact types refused', async () => {
    const {core, executable} = unpackFixture(name);
    const traced = await traceCore(core, executable);
    expectDocumentedPairs(await refusedPairs(traced));
    traced.close();
  });
});
