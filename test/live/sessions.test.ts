/** The leak of 60,000 sessions in a map: exactly so many of everything a session consists of, for both kinds of maps, in a program that also removed some. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
if (obstacle !== undefined) console.warn(`The live tests are skipped: ${obstacle}.`);

describe.skipIf(obstacle !== undefined)('sessions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-sessions-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(['1.21.13', '1.24.13', '1.26.8'])('%s', async (version) => {
    const core = makeCore(`sessions-${version}-kabrt`);
    const database = openDatabase(await convertCore(core, join(folder, `${version}.db`)));
    const values = database.prepare('SELECT coalesce(sum("values"), 0) FROM types WHERE name = ?').pluck();
    const {built} = readTruth(core.truth);
    expect(Object.keys(built).length).toBe(4);
    for (const [type, {count}] of Object.entries(built)) {
      expect(count).toBe(60_000);
      expect(values.get(type), type).toBe(count);
    }
    database.close();
  });
});
