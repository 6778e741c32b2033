/**
 * What `spare` has beside live objects of its own – queued finalizers, a pool, garbage, a peak's pages, a mapping – are findings with its numbers.
 */
import {describe, expect, test} from 'vitest';
import {openHeap, type Suspect} from '../../src/index.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {readTruth} from '../oracle/truth.js';

const KIB = 1024;
const TARGETS = pickTargets(
  ['1.26.8-kabrt'],
  ['1.17.13', '1.19.13', '1.21.13', '1.23.12', '1.24.13', '1.25.12', '1.27.1', '1.26.8-stripped'],
);
/** Bytes beyond those that the program counts: lists of the pool, stacks of threads, what its start left. */
const BESIDE: Readonly<Record<string, number>> = {
  finalizers: 64 * KIB,
  pooled: 16 * KIB,
  garbage: 64 * KIB,
  'off-heap': 512 * KIB,
  idle: 256 * KIB,
};

describe.skipIf(findObstacle() !== undefined)('spare', () => {
  test.each(TARGETS)('%s', async (target) => {
    const core = makeCore(`spare-${target}`);
    const {facts, memstats} = readTruth(core.truth);
    await using heap = await openHeap(core.core, {executable: core.executable, analyze: true});
    const findings = (await heap.analyze()).suspects();
    const ofKind = (kind: string): Suspect => {
      const found = findings.filter((finding) => finding.kind === kind);
      expect(found.length, `${kind} among ${findings.map(({sentence}) => sentence).join('\n')}`).toBe(1);
      return found[0]!;
    };
    const idle = memstats.HeapIdle! - memstats.HeapReleased!;
    const told = {...facts, 'idle bytes': String(idle)};
    for (const [kind, beside] of Object.entries(BESIDE)) {
      const {bytes} = ofKind(kind);
      const least = Number(told[`${kind} bytes` as keyof typeof told]);
      expect(bytes - least, kind).toBeGreaterThanOrEqual(kind === 'idle' ? -beside : 0);
      expect(bytes - least, kind).toBeLessThan(beside);
    }
    // Go 1.25 alone has those that have begun in its queue until they end.
    expect(ofKind('finalizers').count).toBe(Number(facts.finalizers) + (target.startsWith('1.25.') ? Number(facts.begun) : 0));
    expect(findings.filter(({level}) => level === 'problem').map(({kind}) => kind)).toEqual(['finalizers']);
  });
});
