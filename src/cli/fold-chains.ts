/**
 * Nodes by what they retain → chains as one row: an owner, what it alone owns and so on, each of which retains nearly as much as the one
 * before. Of twelve rows that say the same thing the first stays.
 */

/** Of the one before. */
const NEARLY = 0.95;

export interface ChainNode {
  readonly id: number | null;
  readonly dominator_id: number | null;
  readonly retained: number | null;
}

/** The rows must come by retained size, dominators first. Each stays, or is in `folded` of the first one of its chain, from there on down. */
export function foldChains<R extends ChainNode>(rows: readonly R[]): {readonly row: R; readonly folded: readonly number[]}[] {
  const ends = new Map<number, {row: R; folded: number[]; retained: number}>(); // by the last node of the chain
  const chains: {row: R; folded: number[]}[] = [];
  for (const row of rows) {
    const above = ends.get(row.dominator_id!);
    if (above !== undefined && row.retained! >= NEARLY * above.retained) {
      ends.delete(row.dominator_id!);
      above.folded.push(row.id!);
      above.retained = row.retained!;
      ends.set(row.id!, above);
    } else {
      const chain = {row, folded: [], retained: row.retained!};
      ends.set(row.id!, chain);
      chains.push(chain);
    }
  }
  return chains.map(({row, folded}) => ({row, folded}));
}
