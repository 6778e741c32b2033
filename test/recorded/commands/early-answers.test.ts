/** What tables without a row per object or pointer answer is printed while the others are being written, and is what the whole database says. */
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {unpackFixture} from '../../kit/fixtures.js';
import {goheapHere} from '../../kit/goheap-here.js';
import {firstInterrupted, runGoheap} from '../../kit/run-goheap.js';
import {temporaryFolder} from '../../kit/small-database.js';

const {core, executable} = unpackFixture('tiny-1.26.8');
/** Its tables of objects and pointers take a while. */
const large = unpackFixture('zoo-1.26.8');

test.each([['top'], ['info'], ['histogram', '--by', 'owner']])('%s of a core', async (...command) => {
  const environment = {XDG_CACHE_HOME: temporaryFolder()};
  const line = [...command, core, '--exe', executable];
  const both = await runGoheap(line, {environment, after: 'exec 2>&1'});
  const whole = await goheapHere(line, {environment});
  expect([both.status, whole.status, whole.stderr]).toEqual([0, 0, '']);
  const [before] = both.stdout.split('That is all. ') as [string, string];
  expect(before).toContain(`\n${whole.stdout}`);
  expect(before).not.toContain('"write objects"');
});

test('Ctrl-C behind the answer leaves the rest out', async () => {
  let cache = '';
  // On a busy machine the rest may be over before the signal comes: then once more.
  const {status, stdout} = await firstInterrupted(() => {
    cache = temporaryFolder();
    return runGoheap(['top', large.core, '--exe', large.executable], {
      environment: {XDG_CACHE_HOME: cache},
      onStderr: (text, child) => void (text.includes('That is all.') && child.kill('SIGINT')),
    });
  });
  expect(status).toBe(130);
  expect(stdout).toContain('main.');
  expect(existsSync(join(cache, 'goheap')) ? readdirSync(join(cache, 'goheap')).filter((name) => !name.startsWith('.')) : []).toEqual([]);
});
