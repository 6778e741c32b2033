/**
 * runtime.allgs → one goroutine after the other: what its g struct says, its frames and its live stack words.
 * Truth: runtime/runtime2.go, proc.go, traceback.go (isSystemGoroutine), mgcmark.go (scanstack), Go 1.17 – 1.27.
 * A generator, because a leak can be a million goroutines: nothing of one is kept when the next is read.
 */
import {GoheapError, isGoheapError} from '../../base/errors.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {Thread} from '../../image/core-file.js';
import type {GoFunction} from '../functions/function-table.js';
import {printedName} from '../functions/logical-frames.js';
import {type GoRuntime, readGoString} from '../go-runtime.js';
import {boundWait, isExactWait, type RuntimeClock, readClock} from '../runtime-clock.js';
import {readPresentWords, readWords, WORD} from '../words.js';
import {type ChannelWait, ChannelWaits} from './channel-waits.js';
import {readLabels} from './goroutine-labels.js';
import {KEPT_AT_ENDS, KeptFrames, type OmittedFrames} from './kept-frames.js';
import {findLostGoroutines} from './lost-goroutines.js';
import {findRunningStart, type Machine, type Registers, type RunningStart, readMachines, within} from './machines.js';
import {NOT_PARKED, type ParkedGoroutine, type Parking, ParkingPlaces, UNKNOWN_PARKING} from './parking.js';
import {type ScannedStack, StackScanner, type WordFilter} from './scan-stack.js';
import {type StackBounds, type StackFrame, StackFrames} from './stack-frames.js';
import {StackMaps} from './stack-maps.js';
import {type StackStart, unwind} from './unwind.js';

export interface GoroutineState {
  readonly address: Address; // of its g
  readonly id: number;
  readonly status: string;
  readonly waitReason: string;
  readonly waitSeconds: number; // at least; NaN when it does not wait, or nothing is known
  readonly waitAtMost: number; // seconds; NaN as well when nothing bounds it
  readonly waitExact: boolean;
  readonly system: boolean;
  readonly labels: string; // a JSON object; '' without labels
  readonly entryFunction: string;
  readonly createdBy: string;
  readonly createdFile: string;
  readonly createdLine: number;
  readonly stack: StackBounds;
  readonly frames: readonly StackFrame[]; // those that are kept
  readonly omitted: OmittedFrames | undefined; // the others, of a deep stack
  readonly scanned: ScannedStack;
  readonly deferWords: readonly Address[]; // words of defer records on its stack that the collector scans besides
  readonly channelWaits: readonly ChannelWait[]; // what it is blocked in
  readonly parking: Parking;
  readonly registers: Registers | undefined; // of a thread that ran its code, by DWARF number; else the vector registers of a preempted goroutine
}

const STATUS = [
  'idle',
  'runnable',
  'running',
  'syscall',
  'waiting',
  'moribund',
  'dead',
  'enqueue',
  'copystack',
  'preempted',
  'leaked',
  'deadextra',
];
/** The runtime's search for leaked goroutines has found the last of these: it waits as the others do. */
const PARKED: readonly string[] = ['waiting', 'leaked'];
/** The collector stamps those that it finds in these. */
const WAITING: readonly string[] = [...PARKED, 'syscall'];
const SCAN_BIT = 0x1000;
const NO_WAIT = {atLeast: Number.NaN, atMost: Number.NaN};
/** Go's own limit is 1 GB unless the program raises it. */
const MAX_STACK: Bytes = 2 ** 33;
const LONGEST_REASON = 100;
/** Minor version of Go; later the g has a number of a table of texts. */
const LAST_WITH_REASON_TEXTS = 10;

export interface GoroutineReadOptions {
  /** A new filter for each goroutine. */
  filterWords(): WordFilter;
  /** Frames to keep at each end of a stack. */
  readonly keptAtEnds?: number;
}

export class GoroutineReader {
  readonly machines: readonly Machine[];
  readonly clock: RuntimeClock;
  readonly #go: GoRuntime;
  readonly #machineOf = new Map<Address, Machine>();
  readonly #offset: ReturnType<typeof gOffsets>;
  readonly #waitReasons: readonly string[];
  readonly #channelWaits: ChannelWaits;
  readonly #parkingPlaces: ParkingPlaces;
  readonly #ids = new Set<number>(); // of the goroutines read so far
  readonly #maps: StackMaps;
  readonly #options: GoroutineReadOptions;

  constructor(go: GoRuntime, threads: readonly Thread[], options: GoroutineReadOptions) {
    this.#go = go;
    this.#options = options;
    this.#maps = new StackMaps(go);
    this.machines = readMachines(go, threads);
    for (const machine of this.machines) if (machine.curg !== 0) this.#machineOf.set(machine.curg, machine);
    this.#offset = gOffsets(go);
    this.#waitReasons = readWaitReasons(go);
    this.clock = readClock(go);
    this.#channelWaits = new ChannelWaits(go);
    this.#parkingPlaces = new ParkingPlaces(go, this.#waitReasons);
  }

  /** All goroutines that are not dead, in the order of their creation slots. One that cannot be read is a warning. */
  *read(): Generator<GoroutineState> {
    const {image, warnings} = this.#go;
    for (const g of this.#list()) {
      try {
        const word = image.u32(g + this.#offset.atomicstatus);
        const status = STATUS[word & ~SCAN_BIT] ?? 'unknown';
        const moving = status === 'copystack' || (word & SCAN_BIT) !== 0; // the collector shrinks the stacks that it scans
        if (status !== 'idle' && status !== 'dead' && status !== 'deadextra') yield this.#readOne(g, status, moving);
      } catch (error) {
        if (!isGoheapError(error)) throw error;
        warnings.add(
          'goroutine-unreadable',
          `The goroutine at ${hex(g)} cannot be read (${error.message}): what only it holds looks unreachable.`,
        );
      }
    }
  }

  /** runtime.allgs; of an array that the dump lacks in part what is there, who was running, and who is found in the heap. */
  #list(): Iterable<Address> {
    const {image, layouts, warnings} = this.#go;
    const allgs = this.#go.findAddress('runtime.allgs'); // a cut dump may not tell
    if (allgs === undefined) return this.#found([], Number.NaN);
    // The runtime keeps length and place of the array a second time, for readers without a lock.
    const counter = this.#go.findAddress('runtime.allglen');
    const copy = counter !== undefined && image.isMapped(counter, 8) ? image.word(counter) || undefined : undefined; // never 0: a heap dump lacks it
    const count = image.word(allgs + 8);
    const most = Math.ceil(image.size / layouts.get('runtime.g').size);
    const {words, lost} = readPresentWords(image, image.word(allgs), Math.min(count, copy ?? count), most);
    if (count === 0) {
      const problem = 'The list of all goroutines is empty, and every Go program has some';
      warnings.add('goroutines-missing', `${problem}: its memory is missing or damaged, or it died before it began.`);
    }
    if (copy !== undefined && copy !== count) {
      const problem = `The list of all goroutines has ${count} entries, the runtime counts ${copy}`;
      warnings.add('goroutines-missing', `${problem}: it was growing when the dump was taken, or it is damaged.`, Math.abs(copy - count));
    }
    return lost === 0 && count > 0 ? words : this.#found(words, count);
  }

  /** Those of the list, as far as there is one, and all others. `count`: how many there are; NaN when nothing tells. */
  #found(listed: Iterable<Address>, count: number): Set<Address> {
    const {warnings} = this.#go;
    const others = warnings.attempt('goroutines-missing', 'Goroutines cannot be searched', [], () => findLostGoroutines(this.#go));
    const found = new Set([...listed, ...this.#machineOf.keys(), ...others]);
    if (found.size >= count) return found;
    const of = Number.isNaN(count) ? '' : ` of ${count} goroutines, dead ones among them,`;
    warnings.add(
      'goroutines-missing',
      `The list of all goroutines is not in the dump:${of} ${found.size} are known.`,
      count - found.size || 1,
    );
    return found;
  }

  #readOne(g: Address, status: string, moving: boolean): GoroutineState {
    const {image} = this.#go;
    const offset = this.#offset;
    const stack: StackBounds = {lo: image.word(g + offset.stack), hi: image.word(g + offset.stack + 8)};
    const isSound = stack.lo % WORD === 0 && stack.hi % WORD === 0 && stack.hi >= stack.lo;
    if (!isSound || stack.hi - stack.lo > Math.min(MAX_STACK, image.size))
      throw new GoheapError('bad-format', `its stack is said to reach from ${hex(stack.lo)} to ${hex(stack.hi)}`);
    const running = this.#findStart(g, status, stack);
    const {keptAtEnds = KEPT_AT_ENDS} = this.#options;
    const wants = this.#options.filterWords();
    const walked = new StackFrames(this.#go, stack);
    const scanner = new StackScanner(this.#go, this.#maps, walked, {
      keptAtEnds,
      wants,
      stoppedAnywhere: running.start.at === 'anywhere',
      moving,
    });
    const complete = unwind(this.#go, running.start, walked, () => scanner.scanPassed());
    const kept = new KeptFrames(walked, keptAtEnds);
    const frames = kept.list();
    const id = image.word(g + offset.goid);
    if (!Number.isSafeInteger(id)) throw new GoheapError('bad-format', `its number is ${id}`);
    if (this.#ids.has(id)) throw new GoheapError('bad-format', `another one has its number, ${id}`);
    this.#ids.add(id);
    if (!complete) {
      const top = frames.at(-1)?.fn.name ?? 'nothing';
      this.#go.warnings.add(
        'stack-incomplete',
        `The stack of goroutine ${id} was unwound only to ${top}: its remaining frames hold nothing here.`,
      );
    }
    const records = this.#readRecords(g, stack, kept, wants);
    const registers = running.registers ?? this.#readExtendedRegisters(g);
    const seeds = [...records.seeds, ...(registers ?? [])];
    const scanned = scanner.finish(kept, seeds);
    const created = this.#creation(image.word(g + offset.gopc));
    const isParked = PARKED.includes(status);
    const reason = isParked ? this.#readWaitReason(g) : '';
    const channelWaits = isParked ? this.#readChannelWaits(g) : [];
    const wait = WAITING.includes(status) ? boundWait(this.clock, image.word(g + offset.waitsince)) : NO_WAIT;
    return {
      address: g,
      id,
      status,
      waitReason: reason,
      waitSeconds: wait.atLeast,
      waitAtMost: wait.atMost,
      waitExact: isExactWait(wait),
      labels: this.#readLabels(g),
      entryFunction: printedName(this.#go.functions.find(image.word(g + offset.startpc))?.name ?? ''),
      system: this.#isSystem(image.word(g + offset.startpc), frames),
      ...created,
      stack,
      frames,
      omitted: kept.begin < kept.end ? kept.countOmitted() : undefined,
      scanned,
      deferWords: records.words,
      channelWaits: channelWaits ?? [],
      parking: isParked ? this.#readParking({g, reason, channelWaits, frames, words: scanned.words}) : NOT_PARKED,
      registers,
    };
  }

  #findStart(g: Address, status: string, stack: StackBounds): RunningStart {
    const {image} = this.#go;
    const offset = this.#offset;
    const syscallSp = image.word(g + offset.syscallsp); // set in running goroutines too, from Go 1.26 on
    if (syscallSp !== 0 && within(syscallSp, stack)) return {start: {pc: image.word(g + offset.syscallpc), sp: syscallSp, at: 'call'}};
    const saved: StackStart = {
      pc: image.word(g + offset.schedPc),
      sp: image.word(g + offset.schedSp),
      lr: image.word(g + offset.schedLr),
      at: 'call',
    };
    const machine = this.#machineOf.get(g);
    const running = status === 'running' && machine && findRunningStart(this.#go, machine, saved, stack);
    return running || {start: saved};
  }

  /** Go 1.10 and older keep the text itself. */
  #readWaitReason(g: Address): string {
    const {image, minor} = this.#go;
    const at = g + this.#offset.waitreason;
    if (minor <= LAST_WITH_REASON_TEXTS) return readGoString(image, at, LONGEST_REASON);
    return this.#waitReasons[image.u8(at)] ?? '';
  }

  /** Labels that cannot be read are none: nothing else depends on them. */
  #readLabels(g: Address): string {
    const {labels} = this.#offset;
    if (labels === undefined) return '';
    return this.#go.warnings.attempt('goroutine-labels', `The labels of the goroutine at ${hex(g)} cannot be read`, '', () =>
      readLabels(this.#go, this.#go.image.word(g + labels)),
    );
  }

  /** Without them types are lost, and whether anything can wake it. */
  #readChannelWaits(g: Address): ChannelWait[] | undefined {
    return this.#attemptWaits(g, undefined, () => this.#channelWaits.read(g));
  }
  #readParking(goroutine: ParkedGoroutine): Parking {
    return this.#attemptWaits(goroutine.g, UNKNOWN_PARKING, () => this.#parkingPlaces.read(goroutine));
  }
  #attemptWaits<T>(g: Address, otherwise: T, read: () => T): T {
    return this.#go.warnings.attempt('goroutine-waits', `What the goroutine at ${hex(g)} waits for cannot be read`, otherwise, read);
  }

  /**
   * Defer records may lie on the stack, panics always do: pointers into the stack that no frame's map shows. Of records in frames that are not
   * kept only the words that are wanted are listed.
   */
  #readRecords(g: Address, stack: StackBounds, kept: KeptFrames, wants: WordFilter): {seeds: Address[]; words: Address[]} {
    const {image} = this.#go;
    const offset = this.#offset;
    const words: Address[] = [];
    const seeds = [image.word(g + offset.panic), image.word(g + offset.schedContext)].filter((address) => address !== 0);
    let passed = 0; // a record that was passed: whoever comes back to it runs in a circle
    let record = image.word(g + offset.defer);
    for (let i = 1; record !== 0 && record !== passed; i++) {
      const [fn, link] = [image.word(record + offset.deferFn), image.word(record + offset.deferLink)];
      if (within(record, stack)) {
        const isKept = kept.covers(record);
        if (isKept || wants(fn)) words.push(record + offset.deferFn);
        if (isKept || wants(link)) words.push(record + offset.deferLink);
      }
      if (within(fn, stack)) seeds.push(fn);
      if (Math.log2(i) % 1 === 0) passed = record;
      record = link;
    }
    return {seeds, words};
  }

  /** Go 1.27 and newer: the vector registers of a goroutine that was preempted at any instruction may hold pointers. */
  #readExtendedRegisters(g: Address): Registers | undefined {
    const {image, layouts, minor} = this.#go;
    const {asyncSafePoint, extendedRegisters} = this.#offset;
    const size = layouts.find('runtime.xRegs')?.size;
    if (minor < 27 || asyncSafePoint === undefined || extendedRegisters === undefined || size === undefined) return undefined;
    const state = image.u8(g + asyncSafePoint) === 0 ? 0 : image.word(g + extendedRegisters);
    return state === 0 ? undefined : readWords(image, state, Math.floor(size / 8));
  }

  #creation(gopc: Address): {createdBy: string; createdFile: string; createdLine: number} {
    const fn: GoFunction | undefined = gopc === 0 ? undefined : this.#go.functions.find(gopc);
    if (!fn) return {createdBy: '', createdFile: '', createdLine: 0};
    const {file, line} = this.#go.functions.position(fn, gopc > fn.entry ? gopc - 1 : gopc);
    return {createdBy: printedName(fn.name), createdFile: file, createdLine: line};
  }

  /** As runtime.NumGoroutine excludes: started by the runtime, but for main and for queue goroutines that run user code. */
  #isSystem(startpc: Address, frames: readonly StackFrame[]): boolean {
    const name = this.#go.functions.find(startpc)?.name ?? '';
    if (!name.startsWith('runtime.') || name === 'runtime.main' || name === 'runtime.corostart') return false;
    const runsUserCode = name === 'runtime.runfinq' || name === 'runtime.runFinalizers' || name === 'runtime.runCleanups';
    return !(runsUserCode && frames.some((frame) => !frame.fn.name.startsWith('runtime.')));
  }
}

function gOffsets(go: GoRuntime) {
  const g = go.layouts.get('runtime.g');
  const sched = go.layouts.get('runtime.gobuf');
  const record = go.layouts.get('runtime._defer');
  return {
    stack: g.offsetOf('stack'),
    atomicstatus: g.offsetOf('atomicstatus'),
    goid: g.offsetOf('goid'),
    waitsince: g.offsetOf('waitsince'),
    waitreason: g.offsetOf('waitreason'),
    gopc: g.offsetOf('gopc'),
    labels: g.findOffset('labels'),
    startpc: g.offsetOf('startpc'),
    syscallsp: g.offsetOf('syscallsp'),
    syscallpc: g.offsetOf('syscallpc'),
    schedPc: g.offsetOf('sched') + sched.offsetOf('pc'),
    schedSp: g.offsetOf('sched') + sched.offsetOf('sp'),
    schedLr: g.offsetOf('sched') + sched.offsetOf('lr'),
    schedContext: g.offsetOf('sched') + sched.offsetOf('ctxt'),
    asyncSafePoint: g.findOffset('asyncSafePoint'),
    extendedRegisters: g.findOffset('xRegs'),
    panic: g.offsetOf('_panic'),
    defer: g.offsetOf('_defer'),
    deferFn: record.offsetOf('fn'),
    deferLink: record.offsetOf('link'),
  } satisfies Record<string, Bytes | undefined>;
}

/** The runtime's own texts for waitReason numbers, which change between versions. */
function readWaitReasons(go: GoRuntime): string[] {
  const address = go.findAddress('runtime.waitReasonStrings');
  const reasons: string[] = [];
  if (address === undefined) return reasons;
  for (let i = 0; i < 256; i++) {
    const at = address + i * 16;
    if (!go.image.isMapped(at, 16)) break;
    const length = go.image.word(at + 8);
    if (length > LONGEST_REASON || (length > 0 && !go.image.isMapped(go.image.word(at), length))) break;
    reasons.push(length === 0 ? '' : readGoString(go.image, at));
  }
  return reasons;
}
