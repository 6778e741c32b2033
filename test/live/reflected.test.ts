/**
 * Types that only reflect made: `reflected` prints what reflect calls the type of each of its values, how fmt prints them, and where they lie.
 */
import {afterAll, describe, expect, test} from 'vitest';
import {type Heap, openHeap, type Value} from '../../src/index.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {readTruth} from '../oracle/truth.js';

const obstacle = findObstacle();
/** What reflect writes of a field beside its name and its type. */
const TAG = / "(?:[^"\\]|\\.)*"/g;

describe.skipIf(obstacle !== undefined)('reflected', () => {
  const open: Heap[] = [];
  afterAll(() => {
    for (const heap of open) heap.close();
  });

  test.each(pickTargets(['1.17.13', '1.26.8'], ['1.21.13', '1.24.13', '1.27.1']))('%s', async (version) => {
    const core = makeCore(`reflected-${version}-kabrt`);
    const {facts, addresses, built} = readTruth(core.truth);
    const heap = await openHeap(core.core, {executable: core.executable});
    open.push(heap);
    const factsOf = (what: string) =>
      Object.entries(facts).flatMap(([fact, text]) => (fact.startsWith(what) ? [[fact.slice(what.length), text]] : []));
    const types = factsOf('type ');
    expect(types).toHaveLength(9);
    expect(types.map(([name]) => [name, heap.global(name!).dynamic().type?.name])).toEqual(
      types.map(([name, type]) => [name, type!.replace(TAG, '')]),
    );
    const values = factsOf('value ');
    expect(values).toHaveLength(8);
    expect(values.map(([name]) => [name, print(heap.global(name!).dynamic(), true)])).toEqual(values);

    const evidence = Object.values(addresses).map((address) => heap.node(heap.at(address)!).evidence);
    expect(evidence).toEqual(evidence.map(() => 'interface'));
    expect(heap.objects({type: 'main.payload'}).count()).toBe(built['main.payload']!.count);
    const interfaces = heap.objects({type: /^map\.group\[int\]|^bucket<int,\*struct/}).count();
    expect(interfaces).toBeGreaterThan(0); // the memory of a map that reflect made is called as that of any other
  });
});

/** As fmt's %v does. */
function print(value: Value, outermost = false): string {
  const list = (values: Iterable<Value>) => Array.from(values, (each) => print(each)).join(' ');
  switch (value.kind) {
    case 'struct':
      return `{${list(value.type!.fields.map(({name}) => value.field(name)))}}`;
    case 'slice':
    case 'array':
    case 'chan':
      return `[${list(value.elements())}]`;
    case 'map': {
      const entries = Array.from(
        value.entries(),
        ([key, element]) => [key.kind === 'string' ? 0 : key.number(), `${print(key)}:${print(element)}`] as const,
      );
      return `map[${entries
        .sort(([a], [b]) => a! - b!)
        .map(([, text]) => text)
        .join(' ')}]`;
    }
    case 'interface':
      return print(value.dynamic());
    case 'ptr':
      if (value.isNil()) return '<nil>';
      return outermost ? `&${print(value.target())}` : `0x${value.target().address!.toString(16)}`;
    case 'string':
      return value.text()!;
    default:
      return String(value.number());
  }
}
