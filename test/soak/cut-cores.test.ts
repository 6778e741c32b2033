/**
 * Cores without the runtime's records of its spans, and cores that were cut: how much of what is in the file is found along pointers, and how much
 * of what is found is true. The whole core is the truth. Versions without allocation headers and stripped programs have no bound on
 * what is missing.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {compareCut, cutCore, dropSpans} from '../kit/cut-cores.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {writeSoakReport} from './soak-report.js';

const obstacle = findObstacle();

/** Target, and the least share of the objects that a path inside the file leads to. */
const TARGETS: readonly (readonly [target: string, share: number])[] = [
  ['zoo-1.26.8-kabrt', 0.95],
  ['zoo-1.26.8', 0.95],
  ['kinds-1.26.8-kabrt', 0.95],
  ['kinds-1.22.12-kabrt', 0.95],
  ['service-1.26.8-kabrt', 0.85],
  ['service-1.26.8', 0.85],
  ['service-1.22.12-kabrt', 0.85],
  ['zoo-1.26.8-stripped', 0],
  ['zoo-1.21.13', 0],
  ['kinds-1.17.13-kabrt', 0],
  ['sessions-1.21.13-kabrt', 0],
];
const CUTS = [99, 90, 60, 30];
const WITHOUT_SPANS = 'without spans';
/** Of what a path inside the file leads to, the share that is found at least. */
const OF_CUT = 0.85;
const folder = mkdtempSync(join(tmpdir(), 'goheap-cuts-'));
const rows: (readonly (string | number)[])[] = [];
afterAll(() => {
  rmSync(folder, {recursive: true});
  if (new Set(rows.map(([target]) => target)).size < TARGETS.length) return;
  writeSoakReport('soak-cuts', [
    {
      title: 'Objects of cut cores',
      text:
        'Reachable objects of the whole core. *In the file*: all of their bytes are. *Led to*: those to which a path leads whose words are in the file. ' +
        '*Found*: with the same address and size; of these the share whose type agrees. *Wrong*: objects that the whole core has not. *Goroutines*: listed of those whose g is in the file.',
      header: ['core', 'file', 'in the file', 'found', 'led to', 'found', 'types', 'wrong', 'goroutines'],
      rows,
    },
  ]);
});

describe.skipIf(obstacle !== undefined).each(TARGETS)('%s', (target, share) => {
  test('without spans, and cut', {timeout: 3_600_000}, async () => {
    const fixture = makeCore(target);
    const {core, executable} = fixture;
    const copy = join(folder, target);
    const whole = await openCoreHeap(core, {executable});
    const check = async (what: string) => {
      const cut = await openCoreHeap(copy, {executable});
      const {present, found, led, ledFound, sameType, wrong, objects, ...listed} = compareCut(whole.graph, cut.graph, copy);
      const goroutines = `${listed.goroutinesFound} of ${listed.goroutines}`;
      rows.push([target, what, present, percent(found, present), led, percent(ledFound, led), percent(sameType, found), wrong, goroutines]);
      if (led > 0) expect(ledFound / led, what).toBeGreaterThanOrEqual(what === WITHOUT_SPANS ? share : Math.min(share, OF_CUT));
      if (found > 0 && share > 0) expect(sameType / found, what).toBeGreaterThanOrEqual(0.98);
      expect(listed.goroutinesFound, what).toBe(listed.goroutines);
      expect(wrong, what).toBeLessThanOrEqual(0.005 * objects);
      cut.close();
    };
    if (!target.endsWith('stripped')) {
      dropSpans(fixture, copy); // by their names
      await check(WITHOUT_SPANS);
    }
    for (const share of CUTS) {
      cutCore(fixture, copy, share);
      await check(`cut to ${share} %`);
    }
    whole.close();
    rmSync(copy);
  });
});

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}
