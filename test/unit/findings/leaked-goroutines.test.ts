/**
 * Which goroutines are leaked, on graphs of a few lines, and against the runtime's own rounds on random ones.
 */
import {expect, test} from 'vitest';
import {NONE} from '../../../src/base/units.js';
import {findLeakedGoroutines, judgeGoroutines} from '../../../src/findings/leaked-goroutines.js';
import {type HeapGraph, ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {graphFromText} from '../../kit/graph-from-text.js';
import {seededRandom} from '../../kit/random-graph.js';

function leakedOf(text: string): number[] {
  const graph = graphFromText(text);
  return findLeakedGoroutines(graph).leaked.map((row) => graph.goroutines.id[row]!);
}

/** Each has a channel c that goroutine 7 waits for by its sudog s, on its own stack and in the queue of the channel. */
const WAITER = 'goroutine 7 -> c s; c -> s; s -> c; blocked 7 s=c';

test.each([
  ['nobody else has the channel', WAITER, [7]],
  ['a global has it', `${WAITER}; global main.x -> c`, []],
  ['a global has what has it', `${WAITER}; global main.x -> a; a -> c`, []],
  ['a runnable goroutine has it', `${WAITER}; goroutine 8 -> c`, []],
  ['a local of a runnable goroutine has it', `${WAITER}; goroutine 8; local y in 8 -> c`, []],
  ['the runtime has only the sudog', `${WAITER}; global runtime.semtable -> s`, [7]],
  ['its own g has it, by a defer record', `${WAITER}; g g7 in 7 -> d; d -> c`, []],
  ['a leaked goroutine has it', `${WAITER}; goroutine 8 -> c; blocked 8`, [7, 8]],
  ['the g of a leaked goroutine has it', `${WAITER}; goroutine 8; g g8 in 8 -> d; d -> c; blocked 8`, [8]],
  ['nobody knows what the other one waits for', `${WAITER}; goroutine 8 -> c; blocked 8 ?`, []],
  ['what one waits for lies outside of the heap', `${WAITER}; goroutine 8 -> c t; blocked 8 t=-`, []],
  ['a select has a second channel, which a global has', `${WAITER}; goroutine 8 -> c e; blocked 8 t=c u=e; global main.x -> e`, []],
  ['a chain that a global wakes', `${WAITER}; goroutine 8 -> c e t; t -> e; blocked 8 t=e; global main.x -> e`, []],
  ['only main in select {} has it', `${WAITER}; goroutine 1 reason=select_(no_cases) -> c; blocked 1`, [7]],
  ['an object with a finalizer leads to it', `${WAITER}; goroutine 8 -> o; blocked 8; o -> c; finalizer f of=o`, [8]],
  ['an object with a finalizer is what has it', `${WAITER}; goroutine 7 -> o; o -> c; finalizer f of=o`, []],
  ['it is the object with a finalizer', `${WAITER}; finalizer f of=c`, [7]],
  ['its cleanup has it', `${WAITER}; goroutine 7 -> o; cleanup f of=o -> c`, []],
  ['its g points there, which is not followed', `${WAITER}; global runtime.allgs -> gee; gee -> !c`, [7]],
])('%s', (_, text, leaked) => {
  expect(leakedOf(text)).toEqual(leaked);
});

const WEAK = `${WAITER}; goroutine 7 -> o; o -> c; weak-handle w of=o -> h`;

test.each([
  ['only its own special has the handle', WEAK, [7], []],
  ['a global has the weak pointer', `${WEAK}; global main.w -> h`, [], [7]],
  ['a leaked goroutine has the weak pointer', `${WEAK}; goroutine 8 -> h; blocked 8`, [7, 8], []],
  ['a global has the channel besides', `${WEAK}; global main.w -> h; global main.x -> c`, [], []],
  ['what a weak pointer wakes wakes another', `${WEAK}; global main.w -> h; goroutine 7 -> e; goroutine 8 -> e; blocked 8 t=e`, [], [7, 8]],
])('weak pointers: %s', (_, text, leaked, weakly) => {
  const graph = graphFromText(text);
  const found = findLeakedGoroutines(graph);
  const ids = (rows: readonly number[]) => rows.map((row) => graph.goroutines.id[row]!);
  expect([ids(found.leaked), ids(found.weakly)]).toEqual([leaked, weakly]);
});

test('a dump that lacks a part proves nothing, and says what is alive all the same', () => {
  const text = `${WAITER}; goroutine 8 -> d; blocked 8 t=d; global main.x -> d; goroutine 9; blocked 9 ?`;
  const verdicts = (graph: HeapGraph) => [...judgeGoroutines(graph, findLeakedGoroutines(graph))];
  expect(verdicts(graphFromText(text))).toEqual([1, 0, 2]);
  const cut = graphFromText(text);
  expect(verdicts({...cut, metadata: {complete: 0}})).toEqual([2, 0, 2]);
  expect(verdicts({...cut, warnings: [{code: 'stack-incomplete', message: '', count: 1}]})).toEqual([2, 0, 2]);
});

test.each(Array.from({length: 300}, (_, seed) => seed))('random graph %i', (seed) => {
  const graph = graphFromText(randomLeaks(seed));
  const expected = leakedByRounds(graph);
  expect(findLeakedGoroutines(graph).leaked).toEqual(expected);
});

test('the random graphs have all kinds', () => {
  const counts = Array.from({length: 300}, (_, seed) => leakedByRounds(graphFromText(randomLeaks(seed))).length);
  expect(counts.filter((count) => count === 0).length).toBeGreaterThan(20);
  expect(counts.filter((count) => count > 3).length).toBeGreaterThan(30);
});

function randomLeaks(seed: number): string {
  const random = seededRandom(seed);
  const objects = 4 + random(12);
  const goroutines = 2 + random(7);
  const any = () => `o${random(objects)}`;
  const some = (most: number) => Array.from({length: random(most + 1)}, any).join(' ');
  const lines = [`global main.x -> ${random(3) === 0 ? any() : ''}`];
  for (let object = 0; object < objects; object++) lines.push(`o${object} : size=192; o${object} -> ${random(2) === 0 ? some(2) : ''}`);
  for (let id = 2; id < 2 + goroutines; id++) {
    const waits = Array.from({length: random(3)}, (_, index) => ({sudog: `s${id}_${index}`, object: random(12) === 0 ? '-' : any()}));
    const own = waits.map(({sudog, object}) => (object === '-' ? sudog : `${sudog} ${object}`)).join(' ');
    lines.push(`goroutine ${id} -> ${own} ${some(1)}`);
    if (random(3) === 0) lines.push(`local l${id} in ${id} -> ${some(2)}`);
    if (random(6) === 0) lines.push(`g g${id} in ${id} -> ${some(1)}`);
    if (random(5) === 0) continue; // it runs
    lines.push(`blocked ${id} ${random(15) === 0 ? '?' : waits.map(({sudog, object}) => `${sudog}=${object}`).join(' ')}`);
    for (const {sudog, object} of waits) {
      if (object === '-') continue;
      lines.push(`${sudog} : size=128; ${sudog} -> ${object}`);
      if (random(2) === 0) lines.push(`${object} -> ${sudog}`);
    }
  }
  if (random(4) === 0) lines.push(`finalizer f of=${any()} -> ${any()}`);
  return lines.join('\n');
}

/** As the runtime does it: mark, see who may run by what is marked, mark from these, until nobody is added. */
function leakedByRounds(graph: HeapGraph): number[] {
  const {roots, edges, goroutines, waits} = graph;
  const hidden = new Set(Array.from({length: waits.count}, (_, wait) => `${waits.sudog[wait]} ${waits.object[wait]}`));
  const targetsOf = (node: number) =>
    Array.from(edges.target.subarray(edges.firstEdge[node], edges.firstEdge[node + 1])).filter(
      (target) => !hidden.has(`${node} ${target}`),
    );
  const waitsOf = (row: number) => Array.from(waits.object).filter((_, wait) => waits.goroutine[wait] === row);
  const runs = new Set(Array.from(goroutines.id.keys()).filter((row) => goroutines.blocked[row] !== 1));
  for (;;) {
    const marked = new Set<number>();
    const mark = (node: number): void => {
      if (marked.has(node)) return;
      marked.add(node);
      targetsOf(node).forEach(mark);
    };
    for (let row = 0; row < roots.count; row++) {
      const kind = ROOT_KINDS[roots.kind[row]!];
      if (roots.goroutine[row] === NONE || kind === 'g' || runs.has(roots.goroutine[row]!)) mark(row + 1);
      if (kind === 'finalizer') targetsOf(roots.object[row]!).forEach(mark);
    }
    const woken = Array.from(goroutines.id.keys()).filter(
      (row) => !runs.has(row) && waitsOf(row).some((object) => object === NONE || marked.has(object)),
    );
    if (woken.length === 0) return Array.from(goroutines.id.keys()).filter((row) => !runs.has(row));
    for (const row of woken) runs.add(row);
  }
}
