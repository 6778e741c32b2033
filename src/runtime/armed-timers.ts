/**
 * The heaps of timers of all Ps → the timers that will fire. Truth: runtime/time.go, time/sleep.go, Go 1.17 – 1.27: until Go 1.22 p.timers is a slice of
 * *timer with a status each, from 1.23 on a struct whose heap has {timer, when}, and a timer has bits of state. From 1.23 on one whose channel nobody
 * waits for is in no heap: the collector may free it.
 */
import type {Address} from '../base/units.js';
import type {GoRuntime} from './go-runtime.js';
import type {Layout} from './layout.js';
import {readProcessors} from './memory/page-allocator.js';
import {readPresentWords} from './words.js';

/** Nanoseconds are those of runtime.nanotime. */
export interface ArmedTimer {
  readonly address: Address; // of its runtime.timer
  readonly when: number; // nanoseconds
  readonly period: number; // nanoseconds; 0: it fires once
  readonly function: Address; // funcval that it calls
  readonly argument: Address; // what it calls it with: 0, a channel, a funcval, a g, …
}

/** timerWaiting, timerRunning, timerModifiedEarlier, timerModifiedLater, timerMoving. */
const ARMED = new Set([1, 2, 7, 8, 9]);
/** timerModifiedEarlier, timerModifiedLater: they fire at `nextwhen`. */
const MODIFIED = new Set([7, 8]);
/** timerZombie: stopped, and still in the heap. */
const ZOMBIE = 4;
/** More than any process has: damage. */
const MOST_TIMERS = 2 ** 26;

/** What of them is not in the dump is a warning. */
export function* readArmedTimers(go: GoRuntime): Generator<ArmedTimer> {
  const {image, layouts} = go;
  const timer = layouts.find('runtime.timer');
  const place = layouts.find('runtime.p')?.findOffset('timers');
  if (!timer || place === undefined) return;
  const heap = layouts.find('runtime.timers');
  const words = heap ? 2 : 1; // of an entry, of which the first is the timer
  let lost = 0;
  for (const p of readProcessors(go)) {
    const slice = p + place + (heap ? heap.offsetOf('heap') : 0);
    const entries = readPresentWords(image, image.word(slice), image.word(slice + 8) * words, MOST_TIMERS);
    lost += Math.ceil(entries.lost / words);
    for (let entry = 0; entry < entries.words.length; entry += words) {
      const at = entries.words[entry]!;
      if (at === 0) continue;
      if (!image.isMapped(at, timer.size)) lost++;
      else yield* armed(go, timer, at);
    }
  }
  if (lost > 0) go.warnings.add('timers', 'Timers are missing: the dump lacks their memory.', lost);
}

function* armed({image}: GoRuntime, timer: Layout, address: Address): Generator<ArmedTimer> {
  const status = timer.findOffset('status');
  let when = image.word(address + timer.offsetOf('when'));
  if (status === undefined) {
    if ((image.u8(address + timer.offsetOf('state')) & ZOMBIE) !== 0) return;
  } else {
    const state = image.u32(address + status);
    if (!ARMED.has(state)) return;
    if (MODIFIED.has(state)) when = image.word(address + timer.offsetOf('nextwhen'));
  }
  if (when === 0) return;
  yield {
    address,
    when,
    period: image.word(address + timer.offsetOf('period')),
    function: image.word(address + timer.offsetOf('f')),
    argument: image.word(address + timer.offsetOf('arg') + 8), // behind the type: funcs, channels and pointers are the word itself
  };
}
