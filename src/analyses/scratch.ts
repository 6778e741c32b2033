/**
 * Uint32 columns of one row per node that the phases of `computeAnalyses` pass on to each other: a phase takes what it needs
 * and gives back what is not its result. Node frees an ArrayBuffer only when the garbage collector comes round to it, so
 * without this every phase would add its scratch memory to the peak.
 */

export interface Scratch {
  /** A column with undefined values in it. It may become a result: then it is simply not given back. */
  take(): Uint32Array;
  give(column: Uint32Array): void;
}

/** `free`: columns that there are already, which no one else may use; those that are given are added to them. */
export function createScratch(nodes: number, free: Uint32Array[] = []): Scratch {
  return {
    take: () => free.pop() ?? new Uint32Array(nodes),
    give: (column) => void free.push(column),
  };
}
