/** `goheap object --raw`: the bytes of an object and of a variable from the dump, beside those that the database of all contents keeps, and why there are none. */
import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {rawSize, readRaw} from '../../../src/database/raw-bytes.js';
import type {StoredValues} from '../../../src/database/stored-values.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {openDatabase} from '../../kit/goheap.js';
import {convertCore, goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';

const {core, executable} = unpackFixture('tiny-1.26.8');
const folder = temporaryFolder();
const full = join(folder, 'full.db');
beforeAll(async () => void (await convertCore({core, executable}, full, ['--contents', 'full'])));

test('is the whole slot or storage, byte for byte', async () => {
  const database = openDatabase(full);
  const find = database.prepare('SELECT address, bytes FROM contents WHERE address <= ? ORDER BY address DESC LIMIT 1').raw();
  const nodes = database
    .prepare(
      `SELECT * FROM (SELECT id, address, size FROM objects WHERE reachable = 1 ORDER BY size DESC LIMIT 3)
      UNION ALL SELECT * FROM (SELECT id, address, size FROM roots WHERE kind = 'global' AND size > 8 ORDER BY id LIMIT 1)`,
    )
    .all() as {id: number; address: number; size: number}[];
  expect(nodes).toHaveLength(4);
  for (const {id, address, size} of nodes) {
    const [start, kept] = find.get(address) as [number, Buffer];
    const expected = kept.subarray(address - start, address - start + size);
    expect(expected.length).toBe(size);
    for (const [from, input] of [
      ['dump', [core, '--exe', executable]],
      ['kept', [full]],
    ] as const) {
      const output = join(folder, `${id}.${from}`);
      const said = await goheapJson(['object', input[0]!, String(id), ...input.slice(1), '--raw', '-o', output]);
      expect(said).toEqual({id, address: `0x${address.toString(16)}`, bytes: size, output});
      expect(readFileSync(output).equals(expected)).toBe(true);
      expect(statSync(output).mode & 0o777).toBe(0o600);
    }
  }
  database.close();
});

test('leaves a file alone that is there already', async () => {
  const output = join(folder, 'mine');
  writeFileSync(output, 'mine');
  const {status, stderr} = await goheapHere(['object', full, '1', '--raw', '-o', output]);
  expect([status, stderr]).toEqual([2, expect.stringContaining(`${output}: exists already`)]);
  expect(readFileSync(output, 'utf8')).toBe('mine');
});

test('says why there are no bytes, and leaves no file', async () => {
  const without = await databaseFromText('roots: a; a -> b');
  const output = join(folder, 'none');
  for (const [input, node, message] of [
    [without, 'main.a', 'not kept'],
    [full, '0xc000', '0xc000'],
  ] as const) {
    const {status, stderr} = await goheapHere(['object', input, node, '--raw', '-o', output]);
    expect([status !== 0, stderr]).toEqual([true, expect.stringContaining(message)]);
    expect(existsSync(output)).toBe(false);
  }
  expect(await goheapHere(['object', full, '1', '--raw'])).toMatchObject({status: 2, stderr: expect.stringContaining('--output')});
});

test('what has no memory, and what a dump lacks', () => {
  expect(() => rawSize({name: 'goroutine 7', address: null, size: null})).toThrow('goroutine 7 has no bytes of its own');
  const hole = {contents: {bytes: () => undefined}, absence: 'unmapped', remark: undefined} as Partial<StoredValues> as StoredValues;
  expect(() => readRaw(hole, {name: null, address: 0xc000, size: 32}, 16)).toThrow('the dump lacks bytes between 0xc010 and 0xc020');
});
