/**
 * Arrays that grew in the code of generic functions are called by the pointers and slices of the program's own types that lead to them:
 * `shapes` prints where each lies and its type; pointers of two types make no name.
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

describe.skipIf(obstacle !== undefined)('shapes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-shapes-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(pickTargets(['1.26.8'], ['1.21.13', '1.24.13', '1.27.1']))('%s', async (version) => {
    const core = makeCore(`shapes-${version}-kabrt`);
    const database = openDatabase(await convertCore(core, join(folder, `${version}.db`)));
    const {shared, opaque, ...named} = readTruth(core.truth).addresses;
    const at = database.prepare(
      `SELECT t.name AS type, o.evidence FROM objects o JOIN types t ON t.id = o.type_id WHERE o.address <= :at AND :at < o.address + o.size`,
    );
    const typeAt = (address: number) => at.get({at: address}) as {type: string; evidence: string};
    expect(Object.entries(named).map(([type, address]) => [type, typeAt(address).type])).toEqual(
      Object.keys(named).map((type) => [type, type]),
    );

    const hasRecords = !version.startsWith('1.21'); // of the allocator; before Go 1.22 there are pointer bits only
    if (hasRecords) {
      expect(typeAt(shared!).type).toBe('go.shape.struct { name string; links [14]*main.header }');
      expect(typeAt(opaque!)).toEqual({type: 'go.shape.struct { label string; rest [21]*main.header }', evidence: 'header'});
    }
    const leaves = database.prepare(
      `SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'main.leaf' AND o.reachable AND o.evidence IN ('element', 'field')`,
    );
    expect(leaves.pluck().get()).toBe(readTruth(core.truth).built['main.leaf']!.count);

    const owners = database.prepare(`SELECT package FROM owners WHERE name LIKE 'go.shape%' OR package LIKE 'go.shape%'`);
    expect(owners.all()).toEqual([]);
    const own = database.prepare('SELECT own_bytes FROM owners WHERE name = ?').pluck();
    const size = database.prepare('SELECT sum(o.size) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = ?').pluck();
    expect(own.get('main.header')).toBe(size.get('main.header'));
    database.close();
  });
});
