/**
 * Static data behind package-level variables: `statics` has each form of it and prints where it is, by which name it is to be found and what it is.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {findNode} from '../../src/database/find-node.js';
import {openDatabase as openSql} from '../../src/sql/index.js';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
const TARGETS = pickTargets(['1.26.8', '1.26.8-external'], ['1.26.8-race', '1.17.13', '1.21.13', '1.24.13', '1.27.1', '1.26.8-pie']);
/** Of the reachable bytes: what a variable of no name may retain. */
const NAMELESS_SHARE = 0.001;

/** Expressions through several pointers and into struct values, and the type of the node that each stands for. */
const SELECTED = {
  'main.reg.inner.deeper': 'main.section',
  'main.reg.inner.deeper.first.next': 'main.payload',
  'main.config.backup.first.next': 'main.payload',
  'main.rows[1].first': 'main.payload',
  'main.rows[1]': '[2]main.section',
  'main.wide.right.first.next': 'main.payload',
  'main.wide.right': 'struct { left main.section; right main.section }',
  'main.list.tail.next': 'main.payload',
  'main.any2[0].first': 'main.payload',
};

describe.skipIf(obstacle !== undefined)('statics', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-statics-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const convert = async (target: string) => {
    const core = makeCore(`statics-${target}${target.includes('-') ? '+' : '-'}kabrt`);
    return {core, path: await convertCore(core, join(folder, `${target}.db`))};
  };

  test.each(TARGETS)('%s: every block has its name and its type, and retains what it holds', async (target) => {
    const {core, path} = await convert(target);
    const database = openDatabase(path);
    const find = database.prepare(
      'SELECT r.kind, r.name, t.name AS type FROM roots r JOIN types t ON t.id = r.type_id WHERE r.address = ?',
    );
    const planted = Object.entries(readTruth(core.truth).addresses);
    const expected = planted.map(([line]) => line.split(' <- '));
    const found = planted.map(([, address]) => find.get(address) as {kind: string; name: string; type: string} | undefined);
    expect(found.map((row) => [row?.name, row?.type, row?.kind])).toEqual(expected.map(([name, type]) => [name, type, 'static']));

    const {total} = database.prepare('SELECT sum(size) AS total FROM objects WHERE reachable = 1').get() as {total: number};
    const nameless = database.prepare(`SELECT name FROM roots WHERE (name LIKE 'bss+%' OR name LIKE 'data+%') AND retained > ?`);
    expect(nameless.all(total * NAMELESS_SHARE)).toEqual([]);
    const retained = database.prepare('SELECT retained_objects FROM roots WHERE name = ?').pluck();
    expect(retained.get('main.reg')).toBeGreaterThan(1000 + 100 + 10 + 20 + 30);
    expect(retained.get('main.reg.inner')).toBe(20 + 30);
    expect(retained.get('main.fixed')).toBe(2 * 6);

    const {facts} = readTruth(core.truth);
    const variableOf = database.prepare('SELECT DISTINCT variable_address FROM roots WHERE name = ?').pluck();
    for (const name of ['main.reg', 'main.rows', 'main.certain']) {
      expect(variableOf.all(name), name).toEqual([Number(facts[`variable ${name}`])]);
    }
    expect(variableOf.get('main.config.primary')).toBe(Number(facts['variable main.config']));
    expect(database.prepare(`SELECT count(*) FROM roots WHERE kind <> 'static' AND variable_address IS NOT NULL`).pluck().get()).toBe(0);
    // main.otherwise or main.disputed, and main.boxed
    expect(database.prepare(`SELECT count FROM warnings WHERE code = 'static-claims'`).pluck().get()).toBeGreaterThanOrEqual(2);
    database.close();

    const sql = await openSql(path);
    const steps = ['main.reg.newest', 'main.reg.newest.next', 'main.reg.newest.next.next'];
    const list = await Promise.all(steps.map((text) => findNode(sql, text)));
    const block = await findNode(sql, 'main.reg');
    const followed = await sql.rows<{source_id: number; target_id: number}>(
      'SELECT source_id, target_id FROM edges WHERE source_id IN (SELECT value FROM json_each(?)) AND target_id IN (SELECT value FROM json_each(?))',
      [JSON.stringify([block, ...list]), JSON.stringify(list)],
    );
    const pairs = list.map((id, at) => ({source_id: at === 0 ? block : list[at - 1]!, target_id: id}));
    expect(followed).toEqual(expect.arrayContaining(pairs));
    const typeOf = async (text: string) => {
      const [row] = await sql.rows(
        'SELECT t.name AS type FROM (SELECT id, type_id FROM objects UNION ALL SELECT id, type_id FROM roots) n JOIN types t ON t.id = n.type_id WHERE n.id = ?',
        [await findNode(sql, text)],
      );
      return row;
    };
    for (const [text, type] of Object.entries(SELECTED)) expect(await typeOf(text), text).toEqual({type});
    await expect(findNode(sql, 'main.reg.newest.nothing')).rejects.toThrow('no object or variable');
    await sql.close();
  });

  test('object and path say that only clearing fields frees what a block holds', async () => {
    const {path} = await convert('1.26.8');
    const note = 'main.reg is static data: to set the variable to nil frees nothing of what it holds. Clear its fields.';
    for (const args of [['object', path, 'main.reg'], ['path', path, 'main.reg.newest']]) expect(runGoheap(args).stdout).toContain(note); // biome-ignore format: one line
    expect(runGoheap(['object', path, 'main.reg.newest']).stdout).not.toContain('static data');
  });

  test('stripped: nothing says what leads to static data, so its words stand by their place', async () => {
    const database = openDatabase((await convert('1.26.8-stripped')).path);
    expect(database.prepare(`SELECT name FROM roots WHERE kind = 'static' OR name LIKE 'main.%'`).all()).toEqual([]);
    const biggest = database.prepare(`SELECT r.kind, r.name, r.type_id FROM roots r WHERE r.kind = 'global' ORDER BY retained DESC`).get();
    expect(biggest).toMatchObject({kind: 'global', name: expect.stringMatching(/^(data|bss)\+0x/), type_id: 0});
    const {name} = biggest as {name: string};
    const path = database.name;
    database.close();
    expect(runGoheap(['object', path, name]).stdout).toContain(`${name} is a place: no variable or static data is known there`);
    expect(runGoheap(['info', path]).stdout.replace(/\s+/g, ' ')).toContain('it stands by its place (data+0x…, bss+0x…)');
  });
});
