/**
 * The runtime's Ms and the core's threads → where each running goroutine really stopped.
 * In a crash core every M sits in a signal handler: the interrupted registers lie in the frame that the kernel pushed on
 * the M's signal stack. Where they lie there is in `arch`.
 */
import {wordAt} from '../../base/bytes.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {Thread} from '../../image/core-file.js';
import {ARCHITECTURES} from '../arch.js';
import type {GoRuntime} from '../go-runtime.js';
import {readWords} from '../words.js';
import {type StackBounds, StackFrames} from './stack-frames.js';
import {type StackStart, unwind} from './unwind.js';

/** Registers by the DWARF numbers of their architecture. */
export type Registers = Float64Array;

export interface Machine {
  readonly address: Address; // of its runtime.m
  readonly curg: Address; // 0 = none
  readonly g0: StackBounds;
  readonly g0Sp: Address; // where calls on the system stack begin
  readonly signal: StackBounds | undefined;
  readonly thread: Thread | undefined;
  readonly vdsoPc: Address;
  readonly vdsoSp: Address;
}
/** Where a running goroutine stopped, and its registers when the thread ran its own code just then. */
export interface RunningStart {
  readonly start: StackStart;
  readonly registers?: Registers | undefined;
}

const MAX_MACHINES = 1 << 20;
/** How far up the system stack C code called from Go is looked through. */
const MAX_C_FRAMES: Bytes = 1 << 16;

export function readMachines(go: GoRuntime, threads: readonly Thread[]): Machine[] {
  const {image} = go;
  const layout = go.layouts.get('runtime.m');
  const wordOrZero = (m: Address, offset: Bytes | undefined) => (offset === undefined ? 0 : image.word(m + offset));
  const [vdsoPc, vdsoSp] = [layout.findOffset('vdsoPC'), layout.findOffset('vdsoSP')]; // Go 1.10 and older have none
  const g = go.layouts.get('runtime.g');
  const stackOffset = g.offsetOf('stack');
  const spOffset = g.offsetOf('sched') + go.layouts.get('runtime.gobuf').offsetOf('sp');
  const bounds = (g: Address): StackBounds =>
    image.isMapped(g + stackOffset, 16) ? {lo: image.word(g + stackOffset), hi: image.word(g + stackOffset + 8)} : {lo: 0, hi: 0};
  const machines: Machine[] = [];
  const seen = new Set<Address>();
  const allm = go.findAddress('runtime.allm'); // a cut dump may not tell
  for (
    let m = allm === undefined ? 0 : image.word(allm);
    m !== 0 && !seen.has(m) && seen.size < MAX_MACHINES;
    m = image.word(m + layout.offsetOf('alllink'))
  ) {
    seen.add(m);
    if (!image.isMapped(m, layout.size)) {
      const where = `The thread's struct at ${hex(m)} is not in the dump`;
      go.warnings.add('threads-missing', `${where}: goroutines that ran on it or on those after it stand where they last were scheduled.`);
      break;
    }
    const [g0, signal] = [image.word(m + layout.offsetOf('g0')), image.word(m + layout.offsetOf('gsignal'))];
    const procid = image.word(m + layout.offsetOf('procid'));
    const machine = {
      address: m,
      curg: image.word(m + layout.offsetOf('curg')),
      g0: bounds(g0),
      g0Sp: image.isMapped(g0 + spOffset, 8) ? image.word(g0 + spOffset) : 0,
      signal: signal === 0 ? undefined : bounds(signal),
      vdsoPc: wordOrZero(m, vdsoPc),
      vdsoSp: wordOrZero(m, vdsoSp),
    };
    machines.push({...machine, thread: findThread(threads, procid, [machine.g0, machine.signal])});
  }
  return machines;
}

/** By thread id, as long as the process and the dump agree on ids (a container's differ); else by the stack it stands on. */
function findThread(threads: readonly Thread[], procid: number, stacks: readonly (StackBounds | undefined)[]): Thread | undefined {
  const byId = threads.find((thread) => thread.tid === procid);
  return byId ?? threads.find((thread) => stacks.some((stack) => stack !== undefined && within(thread.sp, stack)));
}

/**
 * Undefined when no thread tells, or when the goroutine had been switched out: then `saved` (its `sched`) is where it stopped.
 * The runtime clears saved.sp when it lets a goroutine run, but not after calls of the system and of C.
 */
export function findRunningStart(go: GoRuntime, machine: Machine, saved: StackStart, stack: StackBounds): RunningStart | undefined {
  const {thread} = machine;
  if (!thread) return undefined;
  if (machine.vdsoSp !== 0 && within(machine.vdsoSp, stack)) {
    return {start: {pc: machine.vdsoPc, sp: machine.vdsoSp, at: 'call'}};
  }
  const found =
    machine.signal && within(thread.sp, machine.signal)
      ? findInterrupted(go, machine.signal)
      : stoppedAt(go, thread.pc, thread.registers, ARCHITECTURES[go.image.arch].prstatusOrder);
  if (!found) return undefined;
  const {start, registers} = found;
  if (!within(start.sp, stack))
    return saved.sp === 0 || isInRaceDetector(go, machine) ? findBelowSystemStack(go, machine, found, stack) : undefined;
  const name = go.functions.find(start.pc)?.name;
  // Just being switched to: it stands already on its stack, but not yet in its code.
  if (name === 'gogo' || name === 'runtime.gogo') return {start: {...saved, sp: start.sp, lr: saved.lr || start.lr || 0}, registers};
  return name === undefined && start.pc !== 0 ? undefined : found;
}

/** Whether the first call on the thread's system stack was made by what calls the race detector: it aligns the stack and saves nothing. */
function isInRaceDetector({image, functions}: GoRuntime, {g0, g0Sp}: Machine): boolean {
  const returnAddress = g0Sp - (g0Sp % 16) - 8;
  return within(returnAddress, g0) && image.isMapped(returnAddress, 8) && functions.find(image.word(returnAddress))?.name === 'racecall';
}

/**
 * Assembly that calls C on the system stack without saving the goroutine's state, as calls of the race detector do, keeps the stack pointer in
 * a callee-saved register, or C has saved that register on the system stack: the first such word from which the stack unwinds
 * to its end. Only where a call leaves its return address on the stack.
 */
function findBelowSystemStack(
  go: GoRuntime,
  machine: Machine,
  {start, registers}: RunningStart,
  stack: StackBounds,
): RunningStart | undefined {
  const {image, functions} = go;
  if (ARCHITECTURES[image.arch].pushedByCall === 0 || !within(start.sp, machine.g0)) return undefined;
  const size = Math.min(machine.g0.hi - start.sp, MAX_C_FRAMES) & ~7;
  const words = image.isMapped(start.sp, size) ? readWords(image, start.sp, size / 8) : [];
  for (const sp of [...(registers ?? []), ...words]) {
    if (!within(sp, stack) || sp % 8 !== 0 || !image.isMapped(sp, 8)) continue;
    const below: StackStart = {pc: image.word(sp), sp: sp + 8, at: 'anywhere'};
    if (functions.find(below.pc) && unwind(go, below, new StackFrames(go, stack))) return {start: below, registers};
  }
  return undefined;
}

/** What the oldest signal frame on the signal stack interrupted. */
function findInterrupted(go: GoRuntime, signal: StackBounds): RunningStart | undefined {
  const bytes = go.image.find(signal.lo, signal.hi - signal.lo);
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const word = (at: Bytes) => wordAt(view, at);
  const frame = ARCHITECTURES[go.image.arch].signalFrame;
  for (let at = bytes.length - frame.registers - frame.count * 8; at >= 0; at -= 8) {
    if (word(at + frame.stackStart) !== signal.lo || word(at + frame.stackSize) !== signal.hi - signal.lo) continue;
    const saved = Float64Array.from({length: frame.count}, (_, i) => word(at + frame.registers + i * 8));
    return stoppedAt(go, saved[frame.pc]!, saved, frame.order);
  }
  return undefined;
}

/** `order`: per DWARF number, the register's position in `values`. */
function stoppedAt(go: GoRuntime, pc: Address, values: Float64Array, order: readonly number[]): RunningStart {
  const {stackPointer, linkRegister} = ARCHITECTURES[go.image.arch];
  const registers = Float64Array.from(order, (position) => values[position]!);
  const lr = linkRegister === undefined ? 0 : registers[linkRegister]!;
  return {start: {pc, sp: registers[stackPointer]!, lr, at: 'anywhere'}, registers};
}

export function within(address: Address, stack: StackBounds): boolean {
  return address >= stack.lo && address < stack.hi;
}
