/**
 * The finished columns → the `HeapGraph` that consumers get: every table, list and record is frozen.
 *
 * The elements of typed arrays cannot be frozen in JavaScript; that nobody writes to them is a rule, not a mechanism.
 * Nothing is copied and nothing is checked here: `check.ts` knows the invariants.
 */
import type {HeapGraph} from './heap-graph.js';

/** Freezes `parts` in place, its tables and their lists included, and returns it. O(number of containers). */
export function freezeGraph(parts: HeapGraph): HeapGraph {
  for (const table of Object.values(parts)) freezeContainer(table);
  for (const layout of Object.values(parts.valueLayouts)) Object.freeze(layout);
  return Object.freeze(parts);
}

/** A table of columns, or a list of rows: itself and the plain containers in it. */
function freezeContainer(container: object): void {
  for (const part of Object.values(container)) {
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) Object.freeze(part);
  }
  Object.freeze(container);
}
