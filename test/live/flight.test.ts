/**
 * Objects that only a blocked goroutine holds: `flight` has each way in which one can, with a type of its own for each, and says how many it made.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
const TARGETS = pickTargets(
  ['1.26.8'],
  ['1.26.8-noinline', '1.17.13', '1.21.13', '1.24.13', '1.27.1', '1.17.13-noinline', '1.21.13-noinline', '1.27.1-noinline'],
);
/** Of the objects of each way: a goroutine may still have been on its way to where it blocks. */
const TYPED = 0.995;

describe.skipIf(obstacle !== undefined)('flight', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-flight-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const convert = async (target: string) => {
    const core = makeCore(`flight-${target}${target.includes('-') ? '+' : '-'}kabrt`);
    return {core, path: await convertCore(core, join(folder, `${target}.db`))};
  };

  test.each(TARGETS)('%s: what only a blocked goroutine holds has its type, and not by a guess', async (target) => {
    const {core, path} = await convert(target);
    const database = openDatabase(path);
    const count = database
      .prepare(
        `SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id
        WHERE o.reachable = 1 AND o.evidence <> 'guess' AND t.name = ? AND o.length * t.size = ?`,
      )
      .pluck();
    const made = Object.entries(readTruth(core.truth).built);
    expect(made.length).toBeGreaterThan(20);
    const few = made.filter(([name, {count: wanted, bytes}]) => (count.get(name, bytes / wanted) as number) < wanted * TYPED);
    expect(few.map(([name]) => name)).toEqual([]);
    database.close();
  });

  test('stripped: the runtime still tells what a send or select holds', async () => {
    const {core, path} = await convert('1.26.8-stripped');
    const database = openDatabase(path);
    const {built} = readTruth(core.truth);
    const names = database.prepare(`SELECT DISTINCT t.name FROM roots r JOIN types t ON t.id = r.type_id WHERE r.name = '‹sent›'`).pluck();
    expect(names.all().sort()).toEqual(SENT_TYPES);
    const count = database
      .prepare('SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id WHERE o.reachable = 1 AND t.name = ?')
      .pluck();
    for (const name of ['main.sent', 'main.sentFar', 'main.selected', 'main.selectedOther'])
      expect(count.get(name), name).toBeGreaterThanOrEqual(built[name]!.count * TYPED);
    database.close();
  });
});

/** Of the slots from which the program sends, as its channels have them. */
const SENT_TYPES = [
  '*main.genericSent',
  '*main.selected',
  '*main.selectedMany',
  '*main.selectedOther',
  '*main.sent',
  '*main.sentFar',
  '[]main.sentSlice',
  'func() int',
  'interface {}',
  'main.packet',
];
