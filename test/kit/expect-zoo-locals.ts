/**
 * Named locals of zoo's goroutines against what the program put into them (fixtures/programs/zoo): in the 51 frames of `deep` the
 * arguments and locals follow from the depth, and the goroutines that only wait each hold a number of their own. Besides, receivers of
 * methods are what the runtime printed as the first argument.
 */
import {expect} from 'vitest';
import type {Frame, Heap, NodeId, Value} from '../../src/index.js';

/** Waiting functions → A of the `*Scalar24` that their local holds. */
const HELD: Readonly<Record<string, number>> = {
  'main.startGoroutines.func1 local': 1,
  'main.startGoroutines.func5 l': 2,
  'main.startGoroutines.func9 l': 4,
  'main.startGoroutines.func10 l': 5,
  'main.startGoroutines.func11 l': 6,
  'main.startGoroutines.func12 l': 7,
  'main.startGoroutines.func13 l': 8,
  'main.startGoroutines.func18.1 l': 10,
  'main.startGoroutines.func19 l': 11,
};
const DEPTH = 50;

/** Needs DWARF. Returns the number of frames of which locals were compared. */
export function expectZooLocals(heap: Heap): number {
  const frames = Array.from(heap.goroutines()).flatMap((goroutine) => goroutine.frames);
  const deep = frames.filter((frame) => frame.function === 'main.deep');
  expect(deep.length).toBe(DEPTH + 1);
  for (const [depth, frame] of deep.entries()) expectDeep(heap, frame, depth);
  for (const [place, number] of Object.entries(HELD)) {
    const [name, variable] = place.split(' ') as [string, string];
    const frame = frames.find((candidate) => candidate.function === name);
    expect(frame && localOf(heap, frame, variable)?.decode(1), place).toEqual(scalar(number));
  }
  return deep.length + Object.keys(HELD).length;
}

/** `deep` calls itself with one less and a new *Scalar24 that holds its own depth; the outermost got 9. */
function expectDeep(heap: Heap, frame: Frame, depth: number): void {
  const where = `main.deep at depth ${depth}`;
  expect(localOf(heap, frame, 'p')?.decode(1), where).toEqual(scalar(depth < DEPTH ? depth + 1 : 9));
  const text = `deep stack string ${depth}`;
  expect(textOf(heap, frame, 's', text.length), where).toBe(text);
  const numbers = Array.from(localOf(heap, frame, 'arr')?.elements() ?? [], (element) => (element.isNil() ? null : element.number()));
  expect(numbers, where).toEqual(Array.from({length: 16}, (_, index) => (index === 3 ? depth : null)));
}

/** Where the compiler keeps a string's pointer and its length in two places, the local is a string whose length is not known: its pointer leads to the bytes. */
function textOf(heap: Heap, frame: Frame, name: string, length: number): string | undefined {
  const text = localOf(heap, frame, name)?.text();
  if (text !== undefined) return text;
  const node = nodeOf(heap, frame, name);
  const [bytes] = node === undefined ? [] : heap.references(node);
  return bytes && heap.value(bytes.target).as('[32]uint8').text(length);
}

function localOf(heap: Heap, frame: Frame, name: string): Value | undefined {
  const node = nodeOf(heap, frame, name);
  return node && heap.value(node);
}

function nodeOf(heap: Heap, frame: Frame, name: string): NodeId | undefined {
  return frame.locals.find((id) => heap.columns.strings[heap.columns.roots.name[id - 1]!] === name);
}

function scalar(number: number): object {
  return {A: number, B: number + 1, C: number + 2};
}

/**
 * A method's receiver that was printed without a question mark is alive: a local of that pointer type, where the frame has one, holds it.
 * `stacks` is the text of runtime.Stack. Returns how many receivers were compared.
 */
export function expectReceivers(heap: Heap, stacks: string): number {
  let compared = 0;
  const goroutines = new Map(Array.from(heap.goroutines(), (goroutine) => [goroutine.id, goroutine]));
  for (const block of stacks.trim().split('\n\n')) {
    const id = Number(/^goroutine (\d+) /.exec(block)![1]);
    if (id === 1) continue; // it has gone on to write the dump
    for (const [line, path, type, receiver] of block.matchAll(/^(\S+)\.\(\*(\w+)\)\.\w+\((0x[0-9a-f]+)[,)].*$/gm)) {
      const name = line.slice(0, line.lastIndexOf('('));
      const values = goroutines
        .get(id)!
        .frames.filter((frame) => frame.function === name)
        .flatMap(({locals}) => locals.map((local) => heap.value(local)))
        .filter((value) => value.type?.name === `*${path}.${type}`);
      if (values.length === 0) continue;
      compared++;
      const found = values.map((value) => value.as('uintptr').number());
      expect(found, `goroutine ${id}: ${line}`).toContain(Number(receiver));
    }
  }
  return compared;
}
