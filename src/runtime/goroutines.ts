/**
 * runtime.allgs → one goroutine after the other: what its g struct says, its frames and its live stack words.
 * Truth: runtime/runtime2.go, proc.go, traceback.go (isSystemGoroutine), mgcmark.go (scanstack), Go 1.22 – 1.27.
 * A generator, because a leak can be a million goroutines: nothing of one is kept when the next is read.
 */
import {GoheapError} from '../base/errors.js';
import {type Address, type Bytes, hex} from '../base/units.js';
import type {Thread} from '../image/core-file.js';
import {FunctionTable, type GoFunction} from './functions.js';
import {type GoRuntime, readGoString} from './go-runtime.js';
import {type ScannedStack, scanStack} from './scan-stack.js';
import {readWords} from './spans.js';
import {findRunningStart, type Machine, type Registers, readMachines, within} from './threads.js';
import {type StackBounds, type StackFrame, type StackStart, unwind} from './unwind.js';

export interface Goroutine {
  readonly address: Address; // of its g
  readonly id: number;
  readonly status: string;
  readonly waitReason: string;
  readonly waitSeconds: number; // NaN when unknown
  readonly system: boolean;
  readonly entryFunction: string;
  readonly createdBy: string;
  readonly createdFile: string;
  readonly createdLine: number;
  readonly stack: StackBounds;
  readonly frames: readonly StackFrame[];
  readonly scanned: ScannedStack;
  readonly deferWords: readonly Address[]; // words of defer records on its stack that the collector scans besides
  readonly registers: Registers | undefined; // of a thread that ran its code, by DWARF number
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
const SCAN_BIT = 0x1000;
const MAX_DEFERS = 1 << 20;
/** Go's own limit is 1 GB unless the program raises it. */
const MAX_STACK: Bytes = 2 ** 33;

export class GoroutineReader {
  readonly functions: FunctionTable;
  readonly #go: GoRuntime;
  readonly #machineOf = new Map<Address, Machine>();
  readonly #offset: ReturnType<typeof gOffsets>;
  readonly #waitReasons: readonly string[];
  readonly #now: number;

  constructor(go: GoRuntime, threads: readonly Thread[]) {
    this.#go = go;
    this.functions = new FunctionTable(go);
    for (const machine of readMachines(go, threads)) if (machine.curg !== 0) this.#machineOf.set(machine.curg, machine);
    this.#offset = gOffsets(go);
    this.#waitReasons = readWaitReasons(go);
    this.#now = readLatestClock(go);
  }

  /** All goroutines that are not dead, in the order of their creation slots. One that cannot be read is a warning. */
  *read(): Generator<Goroutine> {
    const {image, warnings} = this.#go;
    const allgs = this.#go.address('runtime.allgs');
    for (const g of readWords(image, image.word(allgs), image.word(allgs + 8))) {
      try {
        const status = STATUS[image.u32(g + this.#offset.atomicstatus) & ~SCAN_BIT] ?? 'unknown';
        if (status !== 'idle' && status !== 'dead' && status !== 'deadextra') yield this.#readOne(g, status);
      } catch (error) {
        if (!(error instanceof GoheapError)) throw error;
        warnings.add(
          'goroutine-unreadable',
          `The goroutine at ${hex(g)} cannot be read (${error.message}): what only it holds looks unreachable.`,
        );
      }
    }
  }

  #readOne(g: Address, status: string): Goroutine {
    const {image} = this.#go;
    const offset = this.#offset;
    const stack: StackBounds = {lo: image.word(g + offset.stack), hi: image.word(g + offset.stack + 8)};
    if (!(stack.hi >= stack.lo && stack.hi - stack.lo <= MAX_STACK))
      throw new GoheapError('bad-format', `its stack is said to reach from ${hex(stack.lo)} to ${hex(stack.hi)}`);
    const running = this.#findStart(g, status, stack);
    const walked = unwind(this.#go, this.functions, running.start, stack);
    const id = image.word(g + offset.goid);
    if (!walked.complete) {
      const top = walked.frames.at(-1)?.fn.name ?? 'nothing';
      this.#go.warnings.add(
        'stack-incomplete',
        `The stack of goroutine ${id} was unwound only to ${top}: its remaining frames hold nothing here.`,
      );
    }
    const records = this.#readRecords(g, stack);
    const scanned = scanStack(this.#go, this.functions, walked.frames, running.start, stack, records.seeds);
    const created = this.#creation(image.word(g + offset.gopc));
    const waitsince = image.word(g + offset.waitsince);
    return {
      address: g,
      id,
      status,
      waitReason: status === 'waiting' ? (this.#waitReasons[image.u8(g + offset.waitreason)] ?? '') : '',
      waitSeconds: status === 'waiting' && waitsince > 0 && this.#now > waitsince ? (this.#now - waitsince) / 1e9 : Number.NaN,
      entryFunction: this.functions.find(image.word(g + offset.startpc))?.name ?? '',
      system: this.#isSystem(image.word(g + offset.startpc), walked.frames),
      ...created,
      stack,
      frames: walked.frames,
      scanned,
      deferWords: records.words,
      registers: running.registers,
    };
  }

  #findStart(g: Address, status: string, stack: StackBounds): {start: StackStart; registers?: Registers} {
    const {image} = this.#go;
    const offset = this.#offset;
    const syscallSp = image.word(g + offset.syscallsp); // set in running goroutines too, from Go 1.26 on
    if (syscallSp !== 0 && within(syscallSp, stack)) return {start: {pc: image.word(g + offset.syscallpc), sp: syscallSp, at: 'call'}};
    const machine = this.#machineOf.get(g);
    if (status === 'running' && machine) {
      const running = findRunningStart(this.#go, machine, stack);
      if (running && this.functions.find(running.start.pc)) return running;
    }
    return {start: {pc: image.word(g + offset.schedPc), sp: image.word(g + offset.schedSp), at: 'call'}};
  }

  /** Defer records may lie on the stack, panics always do: pointers into the stack that no frame's map shows. */
  #readRecords(g: Address, stack: StackBounds): {seeds: Address[]; words: Address[]} {
    const {image} = this.#go;
    const offset = this.#offset;
    const words: Address[] = [];
    const seeds = [image.word(g + offset.panic)].filter((address) => address !== 0);
    let record = image.word(g + offset.defer);
    for (let i = 0; record !== 0 && i < MAX_DEFERS; i++) {
      if (within(record, stack)) words.push(record + offset.deferFn, record + offset.deferLink);
      const fn = image.word(record + offset.deferFn);
      if (within(fn, stack)) seeds.push(fn);
      record = image.word(record + offset.deferLink);
    }
    return {seeds, words};
  }

  #creation(gopc: Address): {createdBy: string; createdFile: string; createdLine: number} {
    const fn: GoFunction | undefined = gopc === 0 ? undefined : this.functions.find(gopc);
    if (!fn) return {createdBy: '', createdFile: '', createdLine: 0};
    const {file, line} = this.functions.position(fn, gopc > fn.entry ? gopc - 1 : gopc);
    return {createdBy: fn.name, createdFile: file, createdLine: line};
  }

  /** As runtime.NumGoroutine excludes: started by the runtime, but for main and for queue goroutines that run user code. */
  #isSystem(startpc: Address, frames: readonly StackFrame[]): boolean {
    const name = this.functions.find(startpc)?.name ?? '';
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
    startpc: g.offsetOf('startpc'),
    syscallsp: g.offsetOf('syscallsp'),
    syscallpc: g.offsetOf('syscallpc'),
    schedPc: g.offsetOf('sched') + sched.offsetOf('pc'),
    schedSp: g.offsetOf('sched') + sched.offsetOf('sp'),
    panic: g.offsetOf('_panic'),
    defer: g.offsetOf('_defer'),
    deferFn: record.offsetOf('fn'),
    deferLink: record.offsetOf('link'),
  } satisfies Record<string, Bytes>;
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
    if (length > 100 || (length > 0 && !go.image.isMapped(go.image.word(at), length))) break;
    reasons.push(length === 0 ? '' : readGoString(go.image, at));
  }
  return reasons;
}

/** The latest time, on the clock of g.waitsince, that the runtime wrote down anywhere; 0 when there is none. */
function readLatestClock(go: GoRuntime): number {
  const sched = go.findAddress('runtime.sched');
  const lastpoll = go.layouts.find('runtime.schedt')?.findOffset('lastpoll');
  return sched === undefined || lastpoll === undefined ? 0 : go.image.word(sched + lastpoll);
}
