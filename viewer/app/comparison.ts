/**
 * What became another since a base, where --base gave one: asked once for each base, for the screen Compare and for the columns Δ of the others.
 */
import {signal} from '@preact/signals';
import type {Comparison} from '../protocol.js';
import {type Pending, postCompare, status, usePromise} from './api.js';

/** Index of the base that is compared with. */
export const chosenBase = signal(0);

const answers = new Map<number, Promise<Comparison>>();

/** Asks for nothing while there is no base that is open. */
export function useComparison(): Pending<Comparison> {
  const base = chosenBase.value;
  const isOpen = status.value?.bases[base]?.state === 'ready' && status.value.state === 'ready';
  return usePromise(isOpen ? String(base) : undefined, () => compareWith(base));
}

function compareWith(base: number): Promise<Comparison> {
  const answer = answers.get(base) ?? postCompare(base);
  answers.set(base, answer);
  answer.catch(() => answers.delete(base)); // whoever comes back tries again
  return answer;
}
