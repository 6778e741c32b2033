/**
 * The moments that the runtime wrote down → when the dump was taken, and since when a goroutine can have waited. All on the monotonic clock of
 * runtime.nanotime; the end of the last collection, which the runtime keeps on both clocks, leads to wall time.
 * Truth: runtime/proc.go (sysmon, retake, pidleput), mgc.go (gcMark, gcMarkTermination), mgcmark.go (markroot), time.go, Go 1.17 – 1.27.
 * Nothing is noted while the process is stopped: all of this is as of the last moment at which it could run.
 */
import type {Address} from '../base/units.js';
import type {GoRuntime} from './go-runtime.js';
import {readProcessors} from './memory/page-allocator.js';
import {readWords} from './words.js';

/** Nanoseconds of runtime.nanotime; rounded a little on a machine that has been up for more than 104 days. */
type Nanotime = number;

export interface RuntimeClock {
  /** The latest moment that the runtime noted: the dump was taken then or later. NaN when it noted none. */
  readonly latest: Nanotime;
  /** By then it would have noted another one: the dump was taken before. Infinity when nothing says so. */
  readonly deadline: Nanotime;
  /** Added to a Nanotime it gives nanoseconds since 1970; NaN before the first collection. */
  readonly unixOffset: number;
  readonly collections: Collections;
}
interface Collections {
  /** How many have ended since the program began. */
  readonly count: number;
  /** When the latest of them ended, at most 256, ascending. */
  readonly ends: readonly Nanotime[];
  /** When the last of them began, or before that; 0 where that is not known. */
  readonly lastStart: Nanotime;
  /** How long the last of them took; 0 where that is not known, as during the next. */
  readonly lastTook: Nanotime;
}
/** Seconds; NaN where nothing is known. */
export interface WaitBounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** A wait whose bounds are no farther from each other is exact. */
const EXACT_SECONDS = 2;
/** runtime.forcegcperiod, and half of it: for so long sysmon may sleep. */
const FORCED_PERIOD: Nanotime = 180e9;
/** sysmon looks every 10 ms while anything runs, and timers fire in time; but machines may be busy. */
const DELAY: Nanotime = 5e8;
/** A limiterEventStamp without its upper three bits, which say what began. */
const STAMP_HIGH = 0x1fffffff;
const GC_OFF = 0;
const REMEMBERED = 256;
const MOST_TIMERS = 4096;
const UNKNOWN: RuntimeClock = {
  latest: Number.NaN,
  deadline: Number.POSITIVE_INFINITY,
  unixOffset: Number.NaN,
  collections: {count: 0, ends: [], lastStart: 0, lastTook: 0},
};

/** What of it cannot be read is a warning, and not known. */
export function readClock(go: GoRuntime): RuntimeClock {
  return go.warnings.attempt('clock', 'When the dump was taken is not known', UNKNOWN, () => {
    const {unixOffset, collections, times} = readCollections(go);
    const sched = fieldReader(go, 'runtime.sched', 'runtime.schedt');
    const noted = [...times, sched('lastpoll'), sched('procresizetime')];
    const due: Nanotime[] = [];
    for (const p of readProcessors(go)) readProcessor(go, p, noted, due);
    const latest = noted.reduce((a, b) => Math.max(a, b), 0);
    if (latest === 0) return UNKNOWN;
    return {latest, deadline: findDeadline(go, latest, due, collections), unixOffset, collections};
  });
}

/** When the runtime started; 0 where that is not known. */
export function readStartTime(go: GoRuntime): Nanotime {
  const address = go.findAddress('runtime.runtimeInitTime');
  return address === undefined ? 0 : readField(go, address, 0);
}

/**
 * How long a goroutine has waited, by its g.waitsince. Only the collector stamps it, when it first sees that the goroutine waits, and with when its cycle
 * before ended marking: so the goroutine began to wait after that stamp and before the end of the next cycle. The first cycle stamps 0.
 */
export function boundWait({latest, deadline, collections}: RuntimeClock, stamp: Nanotime): WaitBounds {
  const {count, ends, lastStart, lastTook} = collections;
  if (Number.isNaN(latest)) return {atLeast: Number.NaN, atMost: Number.NaN};
  const seconds = (time: Nanotime) => Math.max(0, time) / 1e9;
  if (stamp <= 0) {
    const earliest = count > 1 ? lastStart : 0; // what the last cycle saw waiting, it would have stamped
    return {atLeast: 0, atMost: earliest > 0 ? bounded(seconds(deadline - earliest)) : Number.NaN};
  }
  const own = ends.findIndex((end) => end >= stamp); // the cycle that ended marking at the stamp
  const seen = own < 0 ? undefined : ends[own + 1];
  return {
    atLeast: seen === undefined ? 0 : seconds(latest - seen),
    atMost: bounded(seconds(deadline - stamp + lastTook)), // the cycle before may have seen it running early, and it waits since soon after
  };
}

const bounded = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

export function isExactWait({atLeast, atMost}: WaitBounds): boolean {
  return atMost - atLeast <= EXACT_SECONDS;
}

/** As ISO 8601; undefined when it is not known. */
export function wallTime({unixOffset}: RuntimeClock, time: Nanotime): string | undefined {
  const milliseconds = (time + unixOffset) / 1e6;
  return Math.abs(milliseconds) < 8.64e15 ? new Date(milliseconds).toISOString() : undefined;
}

function readCollections(go: GoRuntime) {
  const statistics = go.findAddress('runtime.memstats');
  const layout = go.layouts.find('runtime.mstats');
  const read = fieldReader(go, 'runtime.memstats', 'runtime.mstats');
  const [unix, end] = [read('last_gc_unix'), read('last_gc_nanotime')];
  const work = fieldReader(go, 'runtime.work', 'runtime.workType');
  const times = [end, ...['tstart', 'tSweepTerm', 'tMark', 'tMarkTerm', 'tEnd'].map(work)];
  times.push(fieldReader(go, 'runtime.gcController', 'runtime.gcControllerState')('markStartTime'));
  if (statistics === undefined || !layout || end === 0) return {unixOffset: Number.NaN, collections: UNKNOWN.collections, times};
  const count = go.image.u32(statistics + layout.offsetOf('numgc'));
  const ring = readWords(go.image, statistics + layout.offsetOf('pause_end'), REMEMBERED);
  const ends = Array.from({length: Math.min(count, REMEMBERED)}, (_, i) => end - (unix - ring[(count - 1 - i) % REMEMBERED]!)).reverse();
  const phase = go.findAddress('runtime.gcphase');
  const isOff = phase !== undefined && go.image.u32(phase) === GC_OFF;
  const begun = work('tSweepTerm');
  const isLast = isOff && begun > 0 && begun <= end; // a cycle that runs has set its own
  const lastStart = isLast ? begun : (ends.at(-2) ?? 0);
  return {unixOffset: unix - end, collections: {count, ends, lastStart, lastTook: isLast ? end - begun : 0}, times};
}

/** When sysmon last saw the P do something else, when it became idle or stopped, and what its timers tell. */
function readProcessor(go: GoRuntime, p: Address, noted: Nanotime[], due: Nanotime[]): void {
  const {image, layouts} = go;
  const layout = layouts.get('runtime.p');
  const word = (field: string) => readField(go, p, layout.findOffset(field));
  const [tick, ticks] = [layout.findOffset('sysmontick'), layouts.find('runtime.sysmontick')];
  if (tick !== undefined && ticks)
    for (const field of ['schedwhen', 'syscallwhen']) noted.push(readField(go, p + tick, ticks.offsetOf(field)));
  noted.push(word('gcMarkWorkerStartTime'), word('gcStopTime'));
  const event = layout.findOffset('limiterEvent');
  if (event !== undefined) noted.push((image.u32(p + event + 4) & STAMP_HIGH) * 2 ** 32 + image.u32(p + event));
  const [timers, heap] = [layout.findOffset('timers'), layouts.find('runtime.timers')];
  if (timers === undefined) return;
  const at = p + timers;
  const wakes = heap // before Go 1.23 p.timers is the slice itself
    ? [readField(go, at, heap.findOffset('minWhenHeap')), readField(go, at, heap.findOffset('minWhenModified'))]
    : [word('timer0When'), word('timerModifiedEarliest')];
  due.push(...wakes.filter((time) => time > 0));
  noted.push(...ticksOf(go, heap ? at + heap.offsetOf('heap') : at, heap ? 2 : 1));
}

/** What is repeated was last due a period ago. `words`: of an entry of the slice, of which the first is the timer. */
function* ticksOf(go: GoRuntime, slice: Address, words: number): Generator<Nanotime> {
  const {image, layouts} = go;
  const timer = layouts.find('runtime.timer');
  const [when, period] = [timer?.findOffset('when'), timer?.findOffset('period')];
  if (!timer || when === undefined || period === undefined) return;
  const count = Math.min(image.word(slice + 8), MOST_TIMERS);
  const entries = readWords(image, image.word(slice), count * words);
  for (let i = 0; i < entries.length; i += words) {
    const at = entries[i]!;
    if (at === 0 || !image.isMapped(at, timer.size)) continue;
    const [next, each] = [image.word(at + when), image.word(at + period)];
    if (each > 0 && each < next) yield next - each;
  }
}

/** Timers wake the scheduler; sysmon, unless it sleeps because nothing runs, looks all the time; and it has the heap collected. */
function findDeadline(go: GoRuntime, latest: Nanotime, due: readonly Nanotime[], {ends}: Collections): Nanotime {
  const times = due.map((time) => Math.max(time, latest));
  const [sched, layout] = [go.findAddress('runtime.sched'), go.layouts.find('runtime.schedt')];
  const asleep = layout?.findOffset('sysmonwait');
  if (sched !== undefined && layout && asleep !== undefined && go.image.u8(sched + asleep) === 0) times.push(latest);
  const [controller, percent] = [
    go.findAddress('runtime.gcController'),
    go.layouts.find('runtime.gcControllerState')?.findOffset('gcPercent'),
  ];
  const isCollecting = controller !== undefined && percent !== undefined && go.image.i32(controller + percent) >= 0;
  const end = ends.at(-1);
  if (isCollecting && end !== undefined) times.push(Math.max(end + FORCED_PERIOD, latest));
  return times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) + DELAY;
}

/** Reads a field of a struct in a variable; 0 where the program, this version of Go or the dump has none. */
function fieldReader(go: GoRuntime, variable: string, struct: string): (field: string) => Nanotime {
  const address = go.findAddress(variable);
  const layout = go.layouts.find(struct);
  return (field) => (address === undefined ? 0 : readField(go, address, layout?.findOffset(field)));
}

/** Only what can be a time: damaged memory must not move the clock by centuries. */
function readField({image}: GoRuntime, struct: Address, offset: number | undefined): Nanotime {
  if (offset === undefined || !image.isMapped(struct + offset, 8)) return 0;
  const time = image.word(struct + offset);
  return time < 2 ** 61 ? time : 0;
}
