/**
 * Columns of one row per node that the phases of `computeAnalyses` pass on to each other: a phase takes what it needs and gives back what is
 * not its result. Node frees an ArrayBuffer only when the garbage collector comes round to it, so without this every phase would add its
 * scratch memory to the peak.
 */

export interface Scratch {
  /** A column with undefined values in it. It may become a result: then it is simply not given back. */
  take(): Uint32Array;
  /** A column of twice the width, likewise: in the memory of two that were given back, as a rule. */
  takeWide(): Float64Array;
  give(column: Uint32Array): void;
}

/** `free`: columns that there are already, which no one else may use; those that are given are added to them. */
export function createScratch(nodes: number, free: Uint32Array[] = []): Scratch {
  return {
    take: () => free.pop() ?? takeHalf(nodes, free),
    takeWide: () => new Float64Array(takeBothHalves(nodes, free) ?? new ArrayBuffer(8 * nodes)),
    give: (column) => void free.push(column),
  };
}

/** Columns are made by two, so that a wide one has room where both have been given back. Memory that nobody writes to costs address space only. */
function takeHalf(nodes: number, free: Uint32Array[]): Uint32Array {
  const buffer = new ArrayBuffer(8 * nodes);
  free.push(new Uint32Array(buffer, 4 * nodes, nodes));
  return new Uint32Array(buffer, 0, nodes);
}

function takeBothHalves(nodes: number, free: Uint32Array[]): ArrayBufferLike | undefined {
  for (const {buffer} of free) {
    const halves = free.filter((column) => column.buffer === buffer);
    if (buffer.byteLength !== 8 * nodes || halves.length < 2) continue;
    for (const half of halves) free.splice(free.indexOf(half), 1);
    return buffer;
  }
  return undefined;
}
