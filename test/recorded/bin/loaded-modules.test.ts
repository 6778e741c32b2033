/**
 * What the command line loads, counted and not timed: a command on a database starts without the readers of cores, did-you-mean waits
 * for a failed look-up, and nothing comes from the user's folders. test/live/start-cost.test.ts has the times.
 */

import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {spawnSync} from '../../kit/child-process.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {RUN, runGoheap} from '../../kit/goheap.js';
import {ROOT} from '../../kit/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-loaded-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** Runs goheap with a hook that notes every module; their paths below the project, '/' between folders. */
function loadedBy(args: readonly string[]): string[] {
  const list = join(folder, 'list');
  const hook = join(folder, 'hook.mjs');
  writeFileSync(list, '');
  writeFileSync(
    hook,
    `import {appendFileSync} from 'node:fs';
    import {registerHooks} from 'node:module';
    import {fileURLToPath} from 'node:url';
    registerHooks({load(url, context, next) {
      if (url.startsWith('file:')) appendFileSync(${JSON.stringify(list)}, fileURLToPath(url) + '\\n');
      return next(url, context);
    }});`,
  );
  spawnSync(process.execPath, ['--import', hook, RUN, ...args]);
  return readFileSync(list, 'utf8')
    .trimEnd()
    .split('\n')
    .map((path) => relative(ROOT, path));
}

describe('goheap info DATABASE', async () => {
  const modules = loadedBy(['info', (await openFixtureDatabase('tiny-1.26.8')).name]);
  test('loads what asks the database', () => {
    expect(modules).toContain('dist/src/sql/open-database.js');
  });
  test('loads no reader of cores, no analysis and no format', () => {
    const heavy = /^dist\/(formats|src\/(elf|dwarf|runtime|heap|types|graph|values|analyses|tables|library|sql\/write))\//;
    const words = 'dist/src/graph/language.js'; // a few of either language
    expect(modules.filter((path) => heavy.test(path) && path !== words)).toEqual([]);
  });
  test('loads no plugin', () => {
    expect(modules.filter((path) => path.includes('/@oclif/plugin-'))).toEqual([]);
  });
});

test('--help loads the command line and no command', () => {
  const modules = loadedBy(['--help']);
  expect(modules).toContain('bin/run.js');
  expect(modules.filter((path) => path.startsWith('dist/') || path.includes('/@oclif/plugin-'))).toEqual([]);
});

test("a plugin that the user's folder names adds no command", () => {
  const plugin = join(folder, 'plugin');
  const data = join(folder, 'data', 'goheap');
  for (const path of [plugin, data]) mkdirSync(path, {recursive: true});
  const command = {id: 'surprise', summary: 'A surprise.', aliases: [], args: {}, flags: {}};
  writeFileSync(join(plugin, 'oclif.manifest.json'), JSON.stringify({version: '1.0.0', commands: {surprise: command}}));
  writeFileSync(join(plugin, 'package.json'), JSON.stringify({name: 'plugin', version: '1.0.0', oclif: {commands: './commands'}}));
  const plugins = [{type: 'link', name: 'plugin', root: plugin}];
  writeFileSync(join(data, 'package.json'), JSON.stringify({name: 'goheap', dependencies: {}, oclif: {schema: 1, plugins}}));
  const {status, stdout} = runGoheap(['--help'], {env: {...process.env, XDG_DATA_HOME: join(folder, 'data')}});
  expect(status).toBe(0);
  expect(stdout).not.toContain('surprise');
});
