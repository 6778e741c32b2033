/** Each rule of goheap fires on the program that breaks all of them, names what is there, and none does on programs that are healthy. */
import {basename} from 'node:path';
import {describe, expect, test} from 'vitest';
import {fixtureDatabase} from '../kit/fixture-database.js';
import {convertCore, goheapHere} from '../kit/goheap-here.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {projectFiles} from '../kit/source-files.js';

const TARGETS = pickTargets(['1.26.8'], ['1.17.13', '1.20.14', '1.23.12', '1.24.13', '1.27.1', '1.26.8-stripped']);
interface Verdict {
  readonly check: string;
  readonly passed: boolean | null;
  readonly measured: number | null;
  readonly message: string;
}

async function check(path: string): Promise<{readonly status: number | string | null; readonly verdicts: readonly Verdict[]}> {
  const {status, stdout} = await goheapHere(['check', path, '--rules', 'go', '--json', '--quiet']);
  return {status, verdicts: JSON.parse(stdout) as Verdict[]};
}

const RULES = projectFiles('src/checks/rules/').map((name) => basename(name, '.sql'));

describe.skipIf(findObstacle() !== undefined)('the rules of goheap', () => {
  test.each(TARGETS)('%s: each fires', async (target) => {
    const core = makeCore(`rules-${target}`);
    const database = await convertCore(core, `${core.folder}/full.db`, ['--contents', 'full']);
    const {status, verdicts} = await check(database);
    expect(status).toBe(3);
    expect(RULES.length).toBe(10);
    const fired = new Set(verdicts.filter(({passed}) => passed === false).map(({check: rule}) => rule));
    // The map is a variable, which has no type in a stripped program.
    const known = RULES.filter((rule) => rule !== 'sparse-maps' || !target.endsWith('stripped'));
    expect([...fired].sort()).toEqual(known.toSorted());
    const told = verdicts.map(({message}) => message).join('\n');
    for (const part of [
      /1500 contexts/,
      /1500 timers will call main\.startTimers/,
      /1500 tickers/,
      /150 idle connections/,
      /1500 compiled regular/,
      /200 buffered writers/,
    ])
      expect(told).toMatch(part);
  });

  test.each(['zoo-1.26.8', 'leak-1.26.8', 'stacks-1.26.8', 'maps-1.21.13'])('%s breaks none', async (name) => {
    const {status, verdicts} = await check(await fixtureDatabase(name));
    expect(verdicts.filter(({passed}) => passed === false)).toEqual([]);
    expect(status).toBe(0);
    expect(verdicts.filter(({passed}) => passed === null).map(({check: rule}) => rule)).toEqual(['unflushed-writers']);
  });
});
