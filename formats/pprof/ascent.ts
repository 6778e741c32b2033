/**
 * Up from a node to the nearest one whose answer is known, and down again, with an answer for each node on the way.
 */
import type {NodeIndex} from '../../src/base/units.js';

export class Ascent {
  readonly #chain: Uint32Array; // the nodes that were passed last, round and round

  /** `chain`: nodes that are remembered on the way up; what is beyond takes another turn. */
  constructor(chain: number) {
    this.#chain = new Uint32Array(chain);
  }

  /** `answer` is called for each node behind the first known one, with the node above it, whose answer is known then. */
  descend(
    node: NodeIndex,
    aboveOf: (node: NodeIndex) => NodeIndex,
    isKnown: (node: NodeIndex) => boolean,
    answer: (node: NodeIndex, above: NodeIndex) => void,
  ): void {
    const chain = this.#chain;
    while (!isKnown(node)) {
      let passed = 0;
      let at = node;
      for (; !isKnown(at); at = aboveOf(at)) chain[passed++ % chain.length] = at;
      for (let left = Math.min(passed, chain.length); left > 0; left--) {
        const below = chain[--passed % chain.length]!;
        answer(below, at);
        at = below;
      }
    }
  }
}
