/**
 * Waste to the byte: the program `waste` holds each kind at a place of its own and prints how much it is.
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
const OTHERS = ['1.17', '1.18', '1.19', '1.20', '1.22', '1.23', '1.24', '1.25', '1.27'];
const LATEST = ['13', '10', '13', '14', '12', '12', '13', '12', '1'];
const TARGETS = pickTargets(
  ['1.26.8', '1.21.13'],
  OTHERS.map((version, at) => `${version}.${LATEST[at]}`),
);
/** Kinds of which the program knows all there is, at the places that it names. */
const ROW = `SELECT total(w.bytes) || '' AS bytes, total(w.count) || '' AS count FROM waste w LEFT JOIN types t ON t.id = w.type_id
  WHERE w.kind = :kind AND (w.path = :place OR (w.kind IN ('padding', 'pooled') AND t.name = :place))`;

describe.skipIf(obstacle !== undefined)('waste', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-waste-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(TARGETS)('%s: every kind has the bytes that the program knows of', async (version) => {
    const core = makeCore(`waste-${version}-kabrt`);
    const database = openDatabase(await convertCore(core, join(folder, `${version}.db`)));
    const row = database.prepare<object, {bytes: string; count: string}>(ROW);
    const {facts} = readTruth(core.truth);
    const planted = Object.keys(facts);
    const found = planted.map((fact) => {
      const [kind, ...place] = fact.split(' ');
      const {bytes, count} = row.get({kind, place: place.join(' ')})!;
      return [fact, `${Number(bytes)} ${Number(count)}`];
    });
    expect(planted.length).toBeGreaterThan(15);
    expect(Object.fromEntries(found)).toEqual(facts);
    const reslices = database.prepare('SELECT path, reslices FROM waste WHERE reslices > 0').all();
    expect(reslices).toEqual([{path: 'main.parts[…]', reslices: 2}]);
    const silent = database.prepare(
      `SELECT kind, path FROM waste WHERE path IN ('main.seen', 'main.full', 'main.small') OR (kind = 'padding' AND type_id IN (SELECT id FROM types WHERE name = 'main.Fine'))`,
    );
    expect(silent.all()).toEqual([]);
    database.close();
  });

  test('spans: free slots and tails by size, and rounding, are what the table of spans says', () => {
    const database = openDatabase(join(folder, '1.26.8.db'));
    const sums = database.prepare('SELECT kind, path, bytes, count FROM waste WHERE kind = ? ORDER BY path');
    const spans = (bytes: string, count: string, kind: string) =>
      database
        .prepare(
          `SELECT '${kind}' AS kind, CASE WHEN slot_size > 32768 THEN 'large objects' ELSE slot_size || '-byte slots' END AS path, sum(${bytes}) AS bytes, sum(${count}) AS count
          FROM spans WHERE state = 'in-use' AND ${bytes} > 0 GROUP BY path ORDER BY path`,
        )
        .all();
    expect(sums.all('free-slots')).toEqual(spans('(slots - allocated) * slot_size', 'slots - allocated', 'free-slots'));
    expect(sums.all('span-tails')).toEqual(spans('size - slots * slot_size', '1', 'span-tails'));
    const memory = database.prepare('SELECT bytes FROM memory WHERE part = ?').pluck();
    const total = database.prepare('SELECT sum(bytes) FROM waste WHERE kind = ?').pluck();
    expect(total.get('free-slots')).toBe(memory.get('free slots'));
    expect(total.get('span-tails')).toBe(memory.get('span tails'));
    // Rounding, capacity and what is pinned lie in live slots.
    const {live, wasted} = database
      .prepare<[], {live: number; wasted: number}>(
        `SELECT (SELECT sum(size) FROM objects WHERE reachable = 1) AS live,
          (SELECT sum(bytes) FROM waste WHERE kind NOT IN ('free-slots', 'span-tails')) AS wasted`,
      )
      .get()!;
    expect(wasted).toBeLessThan(live);
    database.close();
  });
});
