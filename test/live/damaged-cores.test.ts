/** One bit of a core inverted, forty times: the short form of test/soak/damage.test.ts. Runs dist. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {damageCore} from '../soak/damage.js';

const FLIPS = 40;
const folder = mkdtempSync(join(tmpdir(), 'goheap-damage-'));
afterAll(() => rmSync(folder, {recursive: true}));

test.skipIf(findObstacle() !== undefined)(`${FLIPS} inverted bits end in answers or errors`, async () => {
  const {faults, answers} = await damageCore(makeCore('tiny-1.26.8-kabrt'), folder, FLIPS);
  expect(faults).toEqual([]);
  expect(answers).toBeGreaterThan(FLIPS / 2);
});
