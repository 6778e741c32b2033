/**
 * Heaps with everything that answers need, for tests: from text, such as that of random graphs whose names are of every class that the
 * table of costs knows.
 */
import {computeAnalyses} from '../../src/analyses/analyze.js';
import {type ToldHeap, tellHeap} from '../../src/answers/told-heap.js';
import {graphFromText, noContents} from './graph-from-text.js';
import {randomGraphText, seededRandom} from './random-graph.js';

export async function tellText(text: string): Promise<ToldHeap> {
  return tellHeap(await computeAnalyses(graphFromText(text), noContents));
}

/** One for each cost that a pointer may have. */
const TYPES = ['main.T', 'shop.Cart', 'context.cancelCtx', 'runtime.p', 'runtime.timeTimer', 'sync.poolLocal', 'hchan<main.T>', 'closure'];
/** One for each cost that a variable may have. */
const VARIABLES = ['main.v', 'shop.v', 'main..stmp_', 'bss+0x', 'runtime.v', 'internal/poll.v'];

/** `randomGraphText` with such names, and small type names that tie. */
export function randomNamedText(seed: number): string {
  const random = seededRandom(seed + 7777);
  const pick = (names: readonly string[]) => names[random(names.length)]!;
  const types = new Map<string, string>();
  for (const type of ['T0', 'T1', 'T2']) types.set(type, `${pick(TYPES)}${type}`);
  const text = randomGraphText(seed).replaceAll(/\bT[012]\b/g, (type) => types.get(type)!);
  const entered = text.replaceAll(/ (!?o\d+)(?= |$)/gm, (pointer) => (random(8) === 0 ? `${pointer}:16` : pointer));
  return entered.replaceAll(/global g(\d)/g, (_, number: string) => `global ${pick(VARIABLES)}${number}`);
}
