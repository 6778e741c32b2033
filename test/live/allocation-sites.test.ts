/**
 * Allocation sites against the program's own memory profile: `sites` has every allocation sampled and prints runtime.MemProfile.
 * And against the heap dump, which lists the sampled objects.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {readTruth} from '../oracle/truth.js';

interface Site {
  readonly frames: string;
  readonly allocations: number;
  readonly frees: number;
  readonly live_bytes: number;
}

/** The functions whose allocations are over before the profile is printed. */
const SETTLED = /^main\.(makeLeaf|inlinedLeaf|makeBuffer|recurse|drop) /m;

describe.skipIf(findObstacle() !== undefined)('sites', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-sites-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const core = makeCore(`sites-${findInstalledGo()}-kabrt`);
  const path = await convertCore(core, join(folder, 'sites.db'));
  const database = openDatabase(path);
  afterAll(() => database.close());
  const truth = readTruth(core.truth);

  test('every stack with its counts as the program printed it', () => {
    const found = (database.prepare('SELECT frames, allocations, frees, live_bytes FROM sites').all() as Site[]).map((site) => {
      const calls = JSON.parse(site.frames) as {function: string; file: string; line: number}[];
      const stack = calls.map((call) => `${call.function} ${call.file}:${call.line}`).join('\n');
      return `${site.allocations} ${site.frees} ${site.live_bytes}\n${stack}`;
    });
    const printed = Object.entries(truth.facts).flatMap(([key, text]) => (key.startsWith('profile ') && SETTLED.test(text) ? [text] : []));
    expect(printed.length).toBeGreaterThan(4);
    for (const text of printed) expect(found).toContain(text);
  });

  test.each([
    ['leaf', 'main.inlinedLeaf'],
    ['buffer', 'main.makeBuffer'],
    ['data', 'main.makeBuffer'],
    ['deep', 'main.makeBuffer'],
    ['large', 'main.makeBuffer'],
  ])('where %s was allocated', (name, expected) => {
    const address = `0x${truth.addresses[name]!.toString(16)}`;
    const {stdout, stderr} = runGoheap(['object', path, address, '--json']);
    expect(stderr).toBe('');
    const {allocated} = JSON.parse(stdout) as {allocated: {function: string}[]};
    expect(allocated.map((call) => call.function).find((fn) => fn.startsWith('main.'))).toBe(expected);
    if (name === 'deep') expect(allocated.filter((call) => call.function === 'main.recurse')).toHaveLength(11);
  });
});
