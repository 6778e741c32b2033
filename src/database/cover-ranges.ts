/**
 * Nodes whose rows are wanted → a few ranges of ids that have them all: what lies between them and far from them is not read. Objects of a type lie together in memory, and ids go by address.
 */
import type {KeyRange} from '../sql/page-scan.js';

const MOST_RANGES = 1000;

/** `nodes`: bit per node. Ranges ascend, and may have others in them. */
export function coverNodes(nodes: Uint8Array, most = MOST_RANGES): KeyRange[] {
  for (let gap = 1; ; gap *= 4) {
    const ranges = joinNear(nodes, gap, most);
    if (ranges !== undefined) return ranges;
  }
}

/** What is less than `gap` bytes of eight nodes apart becomes one; undefined for more than `most`. */
function joinNear(nodes: Uint8Array, gap: number, most: number): KeyRange[] | undefined {
  const ranges: [number, number][] = [];
  for (let byte = 0; byte < nodes.length; byte++) {
    if (nodes[byte] === 0) continue;
    const last = ranges.at(-1);
    if (last !== undefined && 8 * (byte - gap) <= last[1]) last[1] = 8 * byte + 7;
    else if (ranges.push([8 * byte, 8 * byte + 7]) > most) return undefined;
  }
  return ranges;
}
