/**
 * Cores that a limit or a full disk cut: the runtime's records of its spans are gone, the heap's pages are there. What the walk finds of what the
 * whole core has; the long form is test/soak/cut-cores.test.ts.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {ROOT_KINDS} from '../../src/graph/heap-graph.js';
import {type CoreHeap, openCoreHeap} from '../../src/open-core-heap.js';
import {compareCut, cutCore, dropSpans} from '../kit/cut-cores.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';

const obstacle = findObstacle();
const go = findInstalledGo();
const folder = mkdtempSync(join(tmpdir(), 'goheap-cut-'));
afterAll(() => rmSync(folder, {recursive: true}));

/**
 * Target, the least share of objects in the file that is found, and which parts of the file are looked at besides. Of kinds one object in twenty is
 * held by finalizers and cleanups alone, of which the spans' records told.
 */
const TARGETS: readonly (readonly [target: string, share: number, cuts: readonly number[]])[] = [
  [`zoo-${go}-kabrt`, 0.95, []],
  [`zoo-${go}`, 0.95, [60]],
  [`kinds-${go}-kabrt`, 0.94, [60]],
  ['kinds-1.22.12-kabrt', 0.94, []],
  [`service-${go}-kabrt`, 0.8, [99]],
];
/** Variables that lead into the middle of an object alone: nothing tells where it begins. */
const MOST_INTERIOR = 0.02;

describe.skipIf(obstacle !== undefined).each(TARGETS)('%s', (target, share, cuts) => {
  test('without spans, and cut', {timeout: 300_000}, async () => {
    const fixture = makeCore(target);
    const {core, executable} = fixture;
    const copy = join(folder, target);
    const whole = await openCoreHeap(core, {executable});
    const check = async (what: string, least: number, leastLed: number) => {
      const cut = await openCoreHeap(copy, {executable});
      const {present, found, led, ledFound, sameType, wrong, objects} = compareCut(whole.graph, cut.graph, copy);
      expect(found / present, what).toBeGreaterThanOrEqual(least);
      expect(ledFound / led, what).toBeGreaterThanOrEqual(leastLed);
      expect(sameType / found, what).toBeGreaterThanOrEqual(0.98);
      expect(wrong / objects, what).toBeLessThanOrEqual(0.005);
      expect(cut.graph.metadata.complete, what).toBe(0);
      cut.close();
      return cut;
    };
    dropSpans(fixture, copy);
    const cut = await check('without spans', share, 0.95);
    expect(cut.graph.goroutines.count).toBe(whole.graph.goroutines.count);
    const known = new Set(namesOfGlobals(cut));
    const names = namesOfGlobals(whole);
    expect(names.filter((name) => !known.has(name)).length / names.length).toBeLessThanOrEqual(MOST_INTERIOR);
    for (const percent of cuts) {
      cutCore(fixture, copy, percent);
      await check(`cut to ${percent} %`, 0, 0.85);
    }
    whole.close();
    rmSync(copy);
  });
});

function namesOfGlobals({graph: {roots, strings}}: CoreHeap): string[] {
  const names = Array.from(roots.kind.keys()).filter((root) => ROOT_KINDS[roots.kind[root]!] === 'global');
  return names.map((root) => strings[roots.name[root]!]!);
}
