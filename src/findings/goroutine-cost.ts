/**
 * Goroutines → what they cost together: their stacks, the structures that the runtime has for them and for what they wait in, and what would
 * be garbage without all of them.
 */
import {findRetainedTogether} from '../analyses/retained-together.js';
import {GoroutineNodes} from '../answers/goroutine-nodes.js';
import {Column} from '../base/columns.js';
import {type Bytes, NONE} from '../base/units.js';
import type {FindingInput} from './finding-input.js';
import {SubtreeSet} from './subtree-set.js';

export interface GoroutineCost {
  readonly stacks: Bytes;
  readonly heap: Bytes; // g and sudogs included
  readonly set: SubtreeSet; // of what is in the heap
}

type Input = Pick<FindingInput, 'told' | 'objects'>;

export class GoroutineCosts {
  readonly #input: Input;
  readonly #own: readonly number[][]; // per goroutine: root node, g, sudogs

  constructor(input: Input) {
    const {graph} = input.told.columns;
    const nodes = new GoroutineNodes(graph);
    this.#input = input;
    this.#own = Array.from(graph.goroutines.root, (root) => [root]);
    for (const [g, goroutine] of nodes.gs()) this.#own[goroutine]!.push(g);
    for (const sudog of input.objects.sudogs) {
      const goroutine = nodes.goroutineOf(sudog);
      if (goroutine !== NONE) this.#own[goroutine]!.push(sudog);
    }
  }

  /** What each retains alone, added up: no more than what they do together. O(goroutines). */
  atLeast(goroutines: readonly number[]): Bytes {
    const {retained} = this.#input.told.columns;
    let bytes = this.#stacksOf(goroutines);
    for (const goroutine of goroutines) for (const node of this.#own[goroutine]!) bytes += retained[node]!;
    return bytes;
  }

  /** O(nodes + edges). */
  of(goroutines: readonly number[]): GoroutineCost {
    const nodes = new Column(Uint32Array);
    for (const goroutine of goroutines) nodes.append(this.#own[goroutine]!);
    const {told} = this.#input;
    const set = new SubtreeSet(told, findRetainedTogether(told.columns, nodes.finish()));
    return {stacks: this.#stacksOf(goroutines), heap: set.bytes, set};
  }

  #stacksOf(goroutines: readonly number[]): Bytes {
    const {stackBytes} = this.#input.told.columns.graph.goroutines;
    return goroutines.reduce((sum, goroutine) => sum + stackBytes[goroutine]!, 0);
  }
}
