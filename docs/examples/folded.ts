/**
 * An exporter of one's own: the dominator tree as folded stacks, a line each with the bytes of its objects, as flamegraph.pl, speedscope and inferno read them.
 * Compiled to folded.js it is a format for `goheap convert CORE --to ./folded.js`, which takes its option as `--option packages=short`.
 */
import {writeFile} from 'node:fs/promises';
import type {AnalyzedHeap, Exporter, NodeId} from 'goheap';

interface FoldedOptions {
  /** Without it, import paths are written as a whole. */
  readonly packages?: 'short';
}

/** A stack is a number: the one below it and its last frame are in arrays, so that no node has a text of its own. */
class Stacks {
  readonly below: number[] = [0];
  readonly frame: string[] = [''];
  readonly bytes: number[] = [0];
  readonly #numbers = new Map<string, number>();

  /** A frame that repeats, as in lists, is one. */
  push(stack: number, frame: string): number {
    if (this.frame[stack] === frame) return stack;
    const key = `${stack} ${frame}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.below.push(stack) - 1;
      this.frame.push(frame);
      this.bytes.push(0);
      this.#numbers.set(key, number);
    }
    return number;
  }

  *lines(): Generator<string> {
    for (let stack = 1; stack < this.below.length; stack++) {
      if (this.bytes[stack] === 0) continue;
      const frames: string[] = [];
      for (let at = stack; at > 0; at = this.below[at]!) frames.push(this.frame[at]!);
      yield `${frames.reverse().join(';')} ${this.bytes[stack]}\n`;
    }
  }
}

function foldStacks(heap: AnalyzedHeap, {packages}: FoldedOptions): Stacks {
  const stacks = new Stacks();
  const known = new Map<NodeId, number>([[heap.id(0), 0]]);
  const frameOf = (id: NodeId) => {
    const {kind, name, type} = heap.node(id);
    const text = (kind === 'object' ? (type?.name ?? 'unknown') : name).replaceAll(';', ',');
    return packages === 'short' ? text.replaceAll(/[\w.~%+-]+\//g, '') : text;
  };
  const waiting: NodeId[] = [];
  for (const object of heap.objects()) {
    let id = object;
    for (; !known.has(id); id = heap.dominator(id)!) waiting.push(id); // up to what has a stack; a loop, since lists are deep
    for (let stack = known.get(id)!; waiting.length > 0; known.set(waiting.pop()!, stack))
      stack = stacks.push(stack, frameOf(waiting.at(-1)!));
    stacks.bytes[known.get(object)!]! += heap.node(object).size;
  }
  return stacks;
}

export const folded: Exporter<FoldedOptions> = {
  name: 'folded',
  extension: '.folded',
  summary: 'the dominator tree as folded stacks, for flame graphs',
  losses: ['pointers', 'values', 'garbage', 'addresses'],
  options: {packages: {kind: 'choice', values: ['short'], help: 'leave out all but the last part of import paths'}},
  write: (heap, path, options, {signal}) => writeFile(path, foldStacks(heap, options).lines(), {signal}),
};
