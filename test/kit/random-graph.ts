/**
 * Seeded random graphs with everything that makes dominators and bridges hard: parallel edges, self-loops, cycles, unreachable
 * owners, goroutines with children, edges that are not followed. They come as text (graph-from-text.ts), so that a failing one can
 * be read, cut down and kept as a test.
 */

/** Numbers in [0, limit), the same for the same seed (xorshift32). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** 1 to 24 objects o0, o1, … of three types or none, and 1 to 5 root nodes. */
export function randomGraphText(seed: number): string {
  const random = seededRandom(seed);
  const objects = 1 + random(24);
  const lines = ['type T0 8; type T1 16; type T2 24'];
  for (let object = 0; object < objects; object++) {
    lines.push(`o${object} : size=${(1 + random(6)) * 64} ${['T0', 'T1', 'T2', ''][random(4)]}`);
  }
  // Sparse and dense graphs: few edges leave much unreachable, many leave few bridges.
  const edges = random(objects * (1 + random(3)) + 1);
  const pointer = (target: number) => `${random(12) === 0 ? '!' : ''}o${target}`;
  const room = new Map<number, number>();
  for (let edge = 0; edge < edges; edge++) {
    const owner = random(objects);
    if ((room.get(owner) ?? 0) >= 8) continue; // the smallest object holds eight pointers
    room.set(owner, (room.get(owner) ?? 0) + 1);
    const near = Math.min(objects - 1, owner + random(3)); // neighbours: chains, self-loops and parallel edges
    lines.push(`o${owner} -> ${pointer(random(2) === 0 ? near : random(objects))}`);
  }
  for (let root = 0; root < 1 + random(5); root++) {
    const targets = Array.from({length: random(3)}, () => pointer(random(objects))).join(' ');
    const kind = ['global g', 'goroutine ', 'local l'][random(3)]!;
    if (kind === 'local l') lines.push(`goroutine 100; local l${root} in 100 -> ${targets}`);
    else lines.push(`${kind}${root} -> ${targets}`);
  }
  return lines.join('\n');
}
