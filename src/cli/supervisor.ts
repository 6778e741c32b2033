/**
 * The process that watches this one (bin/supervise.js) hears of what is to be removed when this one cannot do it. Undefined where nothing watches.
 */

interface Supervisor {
  temporary(path: string): void;
}

export const supervisor = (globalThis as {[key: symbol]: Supervisor | undefined})[Symbol.for('goheap.supervisor')];
