/**
 * Why leaked goroutines are leaked, what they keep, and what is said of it: on graphs of a few lines, and costs against brute force on random ones.
 */
import {expect, test} from 'vitest';
import {markReachable} from '../../../src/analyses/reachability.js';
import {computeHolders} from '../../../src/answers/holders.js';
import {computeOwners} from '../../../src/answers/owners.js';
import {createBitset, getBit, setBit} from '../../../src/base/bitset.js';
import {readFindingInput} from '../../../src/findings/finding-input.js';
import {findGoroutineLeaks} from '../../../src/findings/goroutine-leaks.js';
import {findLeakCauses} from '../../../src/findings/leak-causes.js';
import {measureLeaks} from '../../../src/findings/leak-costs.js';
import {findLeakedGoroutines} from '../../../src/findings/leaked-goroutines.js';
import {firstObjectNode, nodeCount, sizeOf} from '../../../src/graph/objects.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {seededRandom} from '../../kit/random-graph.js';
import {tellText} from '../../kit/told-heaps.js';

/** By goroutine: the first goroutine of the cause that it follows from, with `!` where it is a cause itself. */
function causesOf(text: string): Record<number, string> {
  const graph = graphFromText(text);
  const leaks = findLeakedGoroutines(graph);
  const {causeOf, isCause} = findLeakCauses(graph, leaks);
  const id = (index: number) => graph.goroutines.id[leaks.leaked[index]!]!;
  return Object.fromEntries(leaks.leaked.map((_, index) => [id(index), `${isCause[index] === 1 ? '!' : ''}${id(causeOf[index]!)}`]));
}

test.each([
  [
    'a chain',
    'goroutine 2 -> c; blocked 2 s=c; goroutine 2 -> d; goroutine 3 -> d e; blocked 3 t=d; goroutine 4 -> e; blocked 4 u=e',
    {2: '!2', 3: '2', 4: '2'},
  ],
  ['for each other', 'goroutine 2 -> c d; blocked 2 s=c; goroutine 3 -> d c; blocked 3 t=d', {2: '!2', 3: '!2'}],
  ['for one thing', 'goroutine 2 -> c; blocked 2 s=c; goroutine 3 -> c; blocked 3 t=c', {2: '!2', 3: '!2'}],
  [
    'two causes',
    'goroutine 2 -> c x; blocked 2 s=c; goroutine 3 -> d x; blocked 3 t=d; goroutine 4 -> x; blocked 4 u=x',
    {2: '!2', 3: '!3', 4: '2'},
  ],
  ['by way of objects', 'goroutine 3 -> d; blocked 3 t=d; goroutine 2 -> c a; a -> b; b -> d; blocked 2 s=c', {2: '!2', 3: '2'}],
  ['for nothing', 'goroutine 2; blocked 2; goroutine 3 -> c; blocked 3 s=c', {2: '!2', 3: '!3'}],
  [
    'a queue tells nothing',
    'goroutine 2 -> c; c -> s; s -> c; blocked 2 s=c; goroutine 3 -> d; d -> t; t -> d; blocked 3 t=d',
    {2: '!2', 3: '!3'},
  ],
])('causes: %s', (_, text, expected) => {
  expect(causesOf(text)).toEqual(expected);
});

test('what groups keep alone and together equals what is not reached without them, on random graphs', async () => {
  let shared = 0;
  for (let seed = 0; seed < 200; seed++) {
    const {columns} = await tellText(randomWaits(seed));
    const {graph} = columns;
    const {leaked} = findLeakedGoroutines(graph);
    const groupOf = Uint32Array.from(leaked, (row) => row % 2);
    const costs = measureLeaks(columns, leaked, groupOf, 2);
    const without = (groups: readonly number[]) => {
      const gone = createBitset(nodeCount(graph));
      leaked.forEach((row, index) => {
        if (!groups.includes(groupOf[index]!)) return;
        setBit(gone, graph.goroutines.root[row]!);
        for (const [wait, waiting] of graph.waits.goroutine.entries()) if (waiting === row) setBit(gone, graph.waits.sudog[wait]!);
      });
      const rest = markReachable(graph, gone);
      let bytes = 0;
      for (let node = firstObjectNode(graph); node < nodeCount(graph); node++) {
        if (getBit(columns.reachable, node) && !getBit(rest, node)) bytes += sizeOf(graph, node - firstObjectNode(graph));
      }
      return bytes;
    };
    expect([...costs.heap]).toEqual([without([0]), without([1])]);
    expect(costs.heap[0]! + costs.heap[1]! + costs.shared).toBe(without([0, 1]));
    expect([...costs.stacks]).toEqual([0, 1].map((group) => 8192 * groupOf.filter((own) => own === group).length));
    shared += costs.shared;
  }
  expect(shared).toBeGreaterThan(0);
});

/** Goroutines that all wait for a channel of their own, and hold objects that others may hold. */
function randomWaits(seed: number): string {
  const random = seededRandom(seed);
  const lines = ['global main.x -> o0'];
  for (let object = 0; object < 10; object++)
    lines.push(`o${object} : size=${64 * (1 + random(4))}; o${object} -> ${random(2) === 0 ? `o${random(10)}` : ''}`);
  for (let id = 2; id < 8; id++) {
    lines.push(`c${id} : size=64; s${id} : size=128; c${id} -> s${id} o${random(10)}; s${id} -> c${id}`);
    lines.push(
      `goroutine ${id} -> c${id} s${id} o${random(10)} ${random(3) === 0 ? `c${2 + random(6)}` : ''}; blocked ${id} s${id}=c${id}`,
    );
    if (random(2) === 0) lines.push(`global runtime.semtable -> s${id}`);
  }
  return lines.join('\n');
}

async function sentencesOf(text: string, metadata = {}) {
  const whole = await tellText(text);
  const told = {...whole, columns: {...whole.columns, graph: {...whole.columns.graph, metadata}}};
  const input = readFindingInput(told, {holders: computeHolders(told), owners: computeOwners(told)});
  return findGoroutineLeaks(input).map(({sentence, count, bytes, isProved}) => ({sentence, count, bytes, isProved}));
}

test('what is said: how many, for what, who follows, what they keep; and that a dump with gaps proves nothing', async () => {
  const text = `goroutine 2 reason=chan_receive -> c d; c : size=96; d : size=96; s : size=96; t : size=96
    blocked 2 s=c; goroutine 3 reason=chan_send -> d; blocked 3 t=d`;
  const sentence =
    '1 goroutine waits for ever to receive from a channel: nothing that can still run leads there. 1 more goroutine waits for what it holds. ' +
    'Together they keep 16.4 KiB: 16.0 KiB of stacks, 384 B of heap.';
  expect(await sentencesOf(text)).toEqual([{sentence, count: 2, bytes: 16_384 + 4 * 96, isProved: true}]);
  const [cut] = await sentencesOf(text, {complete: 0});
  expect(cut!.isProved).toBe(false);
  expect(cut!.sentence).toContain('nothing that can still run leads there, as far as the dump has what there was.');
});

test.each([
  ['chan_send_(nil_chan)', '', 'waits for ever to send to a nil channel'],
  ['select_(no_cases)', '', 'waits for ever in a select without cases'],
  ['select', '', 'waits for ever in a select of nil channels'],
  ['sync.Mutex.Lock', 's=c', 'waits for ever to lock a lock of unknown type'],
  ['sync.WaitGroup.Wait', 's=c', 'waits for ever for Done of a lock of unknown type'],
])('reason %s', async (reason, waits, words) => {
  const [found] = await sentencesOf(`goroutine 2 reason=${reason} -> c; blocked 2 ${waits}`);
  expect(found!.sentence).toContain(words);
});
