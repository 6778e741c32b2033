/**
 * The same heap typed twice: with the program's DWARF, and from the runtime's own types alone, as in a stripped program.
 * What the second way names may not contradict the first, and of the bytes of objects with pointers most must get a name.
 */
import {expect, test} from 'vitest';
import {type AssignedTypes, assignTypes} from '../../../src/types/assign/assign-types.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {traceCore} from '../../kit/traced-core.js';

/** Of the bytes of objects with pointers; `tiny` has 30 KB of them. Before Go 1.22 the allocator kept no types in front of large objects. */
function leastShare(name: string): number {
  const minor = Number(/-1\.(\d+)/.exec(name)![1]);
  return name.startsWith('maps') ? 0.9 : minor < 22 ? 0.55 : name.startsWith('tiny') ? 0.93 : 0.95;
}

test.each([...fixtureNames('zoo'), ...fixtureNames('tiny'), ...fixtureNames('busy'), ...fixtureNames('maps')])('%s', async (name) => {
  const {core, executable} = unpackFixture(name);
  const whole = await traceCore(core, executable);
  const stripped = await traceCore(core, executable, true);
  const truth = await assignTypes(whole.source, whole.heap, {});
  const found = await assignTypes(stripped.source, stripped.heap, {});
  whole.close();
  stripped.close();
  const {spans, firstObject} = whole.heap;
  const contradictions: string[] = [];
  const bytes = {all: 0, named: 0};
  for (let span = 0; span < spans.count; span++) {
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      const names = [nameOf(truth, object), nameOf(found, object)] as const;
      if (names[0] !== '' && names[1] !== '' && names[0] !== names[1] && !isStandIn(names[0], names[1]) && !isPart(names[0], names[1]))
        contradictions.push(names.join(' | '));
      if (spans.scan[span] === 0) continue;
      bytes.all += spans.slotSize[span]!;
      if (names[1] !== '') bytes.named += spans.slotSize[span]!;
    }
  }
  expect(contradictions).toEqual([]);
  expect(bytes.named / bytes.all).toBeGreaterThan(leastShare(name));
});

/** '' when the object has no type: the kind of `noscan` is unknown. */
function nameOf({type, types}: AssignedTypes, object: number): string {
  return types.kind[type[object]!] === 0 ? '' : types.name[type[object]!]!;
}

/** With less known of who points there, fewer parts of a block of small values are seen; two values of one type are one. */
function isPart(whole: string, part: string): boolean {
  return whole.startsWith('tiny block {') && whole.includes(part.replace(/^tiny block \{ (?:at\d+ )?| \}$/g, ''));
}

/** One is the runtime's structure for all channels, the other its version for one type of channels: the same memory, known less or more precisely. */
function isStandIn(a: string, b: string): boolean {
  const [general, special] = a.startsWith('runtime.') ? [a, b] : [b, a];
  return general.startsWith('runtime.') && special.startsWith(`${general.slice('runtime.'.length)}<`);
}
