/**
 * Why a leaked goroutine waits → what a sentence says of it, and what to do about it.
 */

interface WaitWords {
  /** Of one goroutine, in front of what it waits for; `#` is where a plural needs another form: `wait#`. */
  readonly waits: string;
  readonly fix: string;
}

const CANCEL = 'select with a second case, <-ctx.Done(), and cancel that context';
const RECEIVE: WaitWords = {
  waits: 'wait# for ever to receive from',
  fix: `Close the channel on every way out of what should send, or ${CANCEL}.`,
};
const SEND: WaitWords = {
  waits: 'wait# for ever to send to',
  fix: `Give the channel a buffer for all values that may be sent, receive all of them, or ${CANCEL}.`,
};
const LOCK: WaitWords = {
  waits: 'wait# for ever to lock',
  fix: 'Unlock on every way out (defer mu.Unlock()), lock several always in one order, and never lock again what is locked.',
};
const ON_NIL = 'Make the channel before it is used: an operation on a nil channel never ends.';

const WORDS: Readonly<Record<string, WaitWords>> = {
  'chan receive': RECEIVE,
  'chan send': SEND,
  'chan receive (nil chan)': {waits: 'wait# for ever to receive from a nil channel', fix: ON_NIL},
  'chan send (nil chan)': {waits: 'wait# for ever to send to a nil channel', fix: ON_NIL},
  select: {waits: 'wait# for ever in a select of', fix: 'Add a case <-ctx.Done() to the select, and cancel that context.'},
  'select (no cases)': {waits: 'wait# for ever in a select without cases', fix: 'Return instead: select {} never ends.'},
  'sync.Mutex.Lock': LOCK,
  'sync.RWMutex.Lock': LOCK,
  'sync.RWMutex.RLock': {...LOCK, waits: 'wait# for ever to read-lock'},
  'sync.WaitGroup.Wait': {waits: 'wait# for ever for Done of', fix: 'Call Done once for each Add, by defer: one is missing.'},
  'sync.Cond.Wait': {waits: 'wait# for ever for a signal of', fix: 'Call Broadcast also when what they wait for cannot happen any more.'},
};
/** Go up to 1.23 has one reason for several locks: the call tells. */
const CALLS: readonly (readonly [call: RegExp, reason: string])[] = [
  [/^sync\.\(\*WaitGroup\)\.Wait$/, 'sync.WaitGroup.Wait'],
  [/^sync\.\(\*RWMutex\)\.RLock/, 'sync.RWMutex.RLock'],
  [/^sync\.\(\*RWMutex\)\.Lock/, 'sync.RWMutex.Lock'],
];

/** `reason`: as the runtime names it. `calls`: of the stack. */
export function exactReason(reason: string, calls: Iterable<string>): string {
  if (reason !== 'semacquire') return reason;
  for (const name of calls) {
    const found = CALLS.find(([call]) => call.test(name));
    if (found) return found[1];
  }
  return 'sync.Mutex.Lock';
}

/** `what`: what it waits for, with a blank in front; '' for nothing. `waits for ever to lock main.mu`, of several `wait …`. */
export function waitsText(reason: string, count: number, what: string): string {
  const {waits} = WORDS[reason] ?? {waits: `wait# for ever (${reason}) for`};
  return waits.replace('#', count === 1 ? 's' : '') + (what || (reason === 'select' ? ' nil channels' : ''));
}
export function fixText(reason: string): string {
  return WORDS[reason]?.fix ?? 'Give it a way to end.';
}
