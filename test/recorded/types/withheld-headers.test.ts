/**
 * The rule of propagation against the allocator: the types that it recorded in front of large objects are withheld, and what pointers
 * alone claim of these objects must not contradict them.
 */
import {expect, test} from 'vitest';
import {EVIDENCE} from '../../../src/graph/heap-graph.js';
import {assignTypes} from '../../../src/types/assign/assign-types.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {traceCore} from '../../kit/traced-core.js';

test.each(fixtureNames('zoo'))('%s', async (name) => {
  const {core, executable} = unpackFixture(name);
  const {source, heap, close} = await traceCore(core, executable);
  const known = await assignTypes(source, heap, {});
  const claimed = await assignTypes(source, {...heap, headerObject: new Uint32Array(0), headerType: new Float64Array(0)}, {});
  close();
  let agreed = 0;
  const contradictions: string[] = [];
  for (const object of heap.headerObject) {
    const truth = known.types.name[known.type[object]!]!;
    const claim = claimed.types.name[claimed.type[object]!]!;
    if (claimed.type[object] === 0 || EVIDENCE[claimed.evidence[object]!] === 'guess') continue;
    if (claim !== truth && !isOtherNameFor(claim, truth)) contradictions.push(`${claim} for ${truth}`);
    else if (claim === truth && claimed.length[object] !== known.length[object])
      contradictions.push(`${claimed.length[object]} ${claim}, not ${known.length[object]}`);
    else agreed++;
  }
  expect(contradictions).toEqual([]);
  expect(agreed).toBeGreaterThan(heap.headerObject.length * 0.8);
});

/** What the allocator calls by another name: Go 1.23's buckets, an array by its elements, and runtime.m, which has a padded twin. */
function isOtherNameFor(claim: string, truth: string): boolean {
  return (claim.startsWith('bucket<') && truth.startsWith('map.bucket[')) || truth.endsWith(`]${claim}`) || truth === `${claim}Padded`;
}
