/**
 * A parked goroutine → what it is parked on, as the collector's search for leaked goroutines sees it: channels, and the words by which the locks of
 * package sync wait. It is `blocked` when nothing but those can let it run again.
 * Truth: runtime/mgc.go (isMaybeRunnable), mgcmark.go (internalBlocked), runtime2.go (waitReason), sema.go, sync/cond.go, Go 1.17 – 1.27.
 * From Go 1.26 on g.waiting has the sudog of a lock as well. Before, the sudog is known to the runtime's table of semaphores, which a stripped
 * program does not name, and to the goroutine itself: a live word of its stack leads there.
 */
import type {Address} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import {followLinks, WORD} from '../words.js';
import {type ChannelWait, sudogNumber} from './channel-waits.js';
import type {StackFrame} from './stack-frames.js';

/** One channel, lock, wait group or condition. */
export interface Wait {
  readonly how: 'send' | 'receive' | 'sync';
  readonly sudog: Address;
  readonly address: Address; // of the hchan; of a lock the semaphore or the list of those that wait, somewhere inside of it
  readonly elementType: Address; // of a channel: its runtime type; else 0
}
export interface Parking {
  /** Undefined where the dump cannot say. */
  readonly blocked: boolean | undefined;
  readonly waits: readonly Wait[]; // any of them may wake it; none: nothing can
}
export interface ParkedGoroutine {
  readonly g: Address;
  readonly reason: string;
  readonly channelWaits: readonly ChannelWait[] | undefined; // undefined: unreadable
  readonly frames: readonly StackFrame[];
  readonly words: Iterable<Address>; // live ones of its stack
}

/** Of runtime.waitReasonStrings: operations on channels that are nil, or on none. */
const ON_NOTHING: readonly string[] = ['chan receive (nil chan)', 'chan send (nil chan)', 'select (no cases)'];
const SELECT = 'select';
const ON_CHANNELS: readonly string[] = [SELECT, 'chan receive', 'chan send'];
const COND = 'sync.Cond.Wait';
const WAIT_GROUP = 'sync.WaitGroup.Wait';
const ON_LOCKS: readonly string[] = [COND, 'sync.Mutex.Lock', 'sync.RWMutex.RLock', 'sync.RWMutex.Lock', WAIT_GROUP];
/** What versions without a reason for each lock say; internal/poll and the runtime wait for such ones, too, and others wake them. */
const SEMAPHORE = 'semacquire';
const LOCK_CALL = /^(?:internal\/)?sync\.runtime_Semacquire/;
/** sync.Cond is a Locker and a runtime.notifyList: two numbers of 4 bytes, a runtime.mutex of a word, the first sudog and the last. */
const COND_LIST = 16;
const COND_TAIL = COND_LIST + 24;

export const NOT_PARKED: Parking = {blocked: false, waits: []};
export const UNKNOWN_PARKING: Parking = {blocked: undefined, waits: []};

export class ParkingPlaces {
  readonly #go: GoRuntime;
  readonly #offset: ReturnType<typeof lockOffsets>;
  readonly #namesLocks: boolean; // each lock has a reason of its own
  readonly #last = new Map<Address, Address>(); // of the list of waiters that a sudog is in

  /** `reasons`: all of this version of Go. */
  constructor(go: GoRuntime, reasons: readonly string[]) {
    this.#go = go;
    this.#offset = lockOffsets(go);
    this.#namesLocks = reasons.includes(WAIT_GROUP);
  }

  /** Throws `unmapped` or `bad-format` where its sudog is damaged or not in the dump. */
  read({g, reason, channelWaits, frames, words}: ParkedGoroutine): Parking {
    if (ON_NOTHING.includes(reason)) return {blocked: true, waits: []};
    if (ON_CHANNELS.includes(reason)) {
      if (channelWaits === undefined || (channelWaits.length === 0 && reason !== SELECT)) return UNKNOWN_PARKING; // a select may have nil channels alone
      return {blocked: true, waits: channelWaits.map(asWait)};
    }
    if (!ON_LOCKS.includes(reason) && !(reason === SEMAPHORE && !this.#namesLocks && frames.some(({fn}) => LOCK_CALL.test(fn.name)))) {
      return reason === '' ? UNKNOWN_PARKING : NOT_PARKED;
    }
    const waits = this.#readLock(g, reason, words);
    return waits === undefined ? UNKNOWN_PARKING : {blocked: true, waits: [waits]};
  }

  #readLock(g: Address, reason: string, words: Iterable<Address>): Wait | undefined {
    const {image} = this.#go;
    const offset = this.#offset;
    if (!offset) return undefined;
    const values = Float64Array.from(words, (address) => image.word(address));
    const sudog = image.word(g + offset.waiting) || this.#findSudog(g, values);
    if (sudog === 0) return undefined;
    const address = image.word(sudog + offset.element) || (reason === COND ? this.#findCondition(sudog, values) : 0);
    return address === 0 ? undefined : {how: 'sync', sudog, address, elementType: 0};
  }

  /** Sudogs are used again and keep their g: only one that this goroutine's own stack leads to is the one. 0 where there is not exactly one. */
  #findSudog(g: Address, values: Float64Array): Address {
    const {image} = this.#go;
    const {size, channel} = this.#offset!;
    const found = new Set<Address>();
    for (const at of values) {
      if (at % WORD === 0 && image.isMapped(at, size) && image.word(at) === g && image.word(at + channel) === 0) found.add(at);
    }
    return found.size === 1 ? [...found][0]! : 0;
  }

  /** Of those objects that its stack leads to the one whose list of waiters ends with the last sudog behind this one. */
  #findCondition(sudog: Address, values: Float64Array): Address {
    const {image} = this.#go;
    const last = this.#lastBehind(sudog);
    for (const at of values) {
      if (at % WORD === 0 && image.isMapped(at + COND_TAIL, WORD) && image.word(at + COND_TAIL) === last) return at + COND_LIST;
    }
    return 0;
  }

  /** A thousand goroutines may wait for one condition: each sudog is passed once. Throws `bad-format` for a circle. */
  #lastBehind(sudog: Address): Address {
    const {image} = this.#go;
    const {next, size} = this.#offset!;
    const passed: Address[] = [];
    let last: Address | undefined;
    for (const at of followLinks(image, sudog, next, size)) {
      last = this.#last.get(at);
      if (last !== undefined) break;
      passed.push(at);
    }
    last ??= passed.at(-1)!;
    for (const at of passed) this.#last.set(at, last);
    return last;
  }
}

function asWait({direction, sudog, channel, elementType}: ChannelWait): Wait {
  return {how: direction, sudog, address: channel, elementType};
}

/** Undefined where nothing tells the layouts. */
function lockOffsets({layouts}: GoRuntime) {
  const [g, sudog] = [layouts.find('runtime.g'), layouts.find('runtime.sudog')];
  if (!g || !sudog) return undefined;
  return {
    waiting: g.offsetOf('waiting'),
    size: sudog.size,
    next: sudog.offsetOf('next'),
    element: sudogNumber(sudog, 'elem'),
    channel: sudogNumber(sudog, 'c'),
  };
}
