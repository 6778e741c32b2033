/** Every command that gives JSON has a schema in docs/json, and gives what that says: those that json-schemas.test.ts and tests of their own do not ask. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {readCommands} from '../../kit/flag-tables.js';
import {goheapJson} from '../../kit/goheap-here.js';
import {findJsonFaults} from '../../kit/json-schema.js';
import {temporaryFolder} from '../../kit/small-database.js';
import {ROOT} from '../../kit/source-files.js';

/** The columns of a query are its own; the others print no result. */
const WITHOUT = ['fleet query', 'query', 'mcp', 'view'];
const DUMPS = ['zoo-1.26.8', 'suspects-1.26.8', 'stacks-1.26.8', 'busy-1.26.8', 'tiny-1.17.13'];
const paths = new Map<string, string>();
beforeAll(async () => {
  for (const name of DUMPS) paths.set(name, await fixtureDatabase(name));
});

test('there is one', () => {
  const missing = Object.keys(readCommands()).filter((name) => !existsSync(join(ROOT, `docs/json/${name.replace(' ', '-')}.schema.json`)));
  expect(missing.sort()).toEqual([...WITHOUT].sort());
});

/** `more`: whatever is behind INPUT. */
async function check(schema: string, name: string, more: readonly string[]): Promise<void> {
  const answer = await goheapJson<unknown>([schema, paths.get(name)!, ...more]);
  expect(findJsonFaults(schema, answer), `${schema} ${name} ${more.join(' ')}`).toEqual([]);
  const wrong = Array.isArray(answer) ? [{...(answer[0] as object), more: 1}] : {...(answer as object), more: 1};
  expect(findJsonFaults(schema, wrong), `${schema} ${name}`).not.toEqual([]);
}

test.each(DUMPS)('%s', async (name) => {
  await check('info', name, []);
  for (const flags of [[], ['--locals'], ['--group'], ['--group', '--locals']]) await check('goroutines', name, flags);
  for (const id of [1, 5, 30, 60, 90]) {
    await check('object', name, [String(id)]);
    await check('path', name, [String(id)]);
    await check('path', name, [String(id), '--all', '3']);
  }
});

test('convert, its list of formats, raw bytes, and the cache', async () => {
  const folder = temporaryFolder();
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const environment = {XDG_CACHE_HOME: folder};
  const faults = async (schema: string, args: readonly string[]) =>
    expect(findJsonFaults(schema, await goheapJson(args, {environment})), args.join(' ')).toEqual([]);
  const database = join(folder, 'tiny.db');
  await faults('convert', ['convert', core, '--exe', executable, '--to', 'sqlite', '-o', database]);
  await faults('convert', ['convert', '--list']);
  await faults('object', ['object', database, '100', '--raw', '--output', join(folder, 'raw')]);
  await faults('cache', ['cache']);
  await faults('info', ['info', core, '--exe', executable]);
  await faults('cache', ['cache']);
  await faults('cache', ['cache', '--clear']);
});
