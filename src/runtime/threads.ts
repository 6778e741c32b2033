/**
 * The runtime's Ms and the core's threads → where each running goroutine really stopped.
 * In a crash core every M sits in a signal handler: the interrupted registers lie in the frame that the kernel pushed on
 * the M's signal stack (linux/amd64 rt_sigframe: arch/x86/include/asm/sigframe.h, asm/ucontext.h).
 */
import type {Address} from '../base/units.js';
import type {Thread} from '../image/core-file.js';
import type {GoRuntime} from './go-runtime.js';
import type {StackBounds, StackStart} from './unwind.js';

/** Registers by DWARF number (System V ABI, AMD64 supplement, figure 3.36): rax rdx rcx rbx rsi rdi rbp rsp r8 … r15. */
export type Registers = Float64Array;

export interface Machine {
  readonly address: Address; // of its runtime.m
  readonly curg: Address; // 0 = none
  readonly g0: StackBounds;
  readonly signal: StackBounds | undefined;
  readonly thread: Thread | undefined;
  readonly vdsoPc: Address;
  readonly vdsoSp: Address;
}
/** Where a running goroutine stopped, and its registers when the thread ran its own code just then. */
export interface RunningStart {
  readonly start: StackStart;
  readonly registers?: Registers;
}

/** Positions of rax rdx rcx rbx rsi rdi rbp rsp r8 … r15 in NT_PRSTATUS, and in the kernel's sigcontext. */
const PRSTATUS_ORDER = [10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0];
const SIGCONTEXT_ORDER = [13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7];
const RSP = 7;
const SIGCONTEXT_RIP = 16;
/** Offsets in ucontext: uc_stack.ss_sp, uc_stack.ss_size, the registers. */
const UCONTEXT = {stackStart: 16, stackSize: 32, registers: 40, bytes: 40 + 23 * 8} as const;
const MAX_MACHINES = 1 << 20;

export function readMachines(go: GoRuntime, threads: readonly Thread[]): Machine[] {
  const {image} = go;
  const layout = go.layouts.get('runtime.m');
  const stackOffset = go.layouts.get('runtime.g').offsetOf('stack');
  const bounds = (g: Address): StackBounds => ({lo: image.word(g + stackOffset), hi: image.word(g + stackOffset + 8)});
  const machines: Machine[] = [];
  const seen = new Set<Address>();
  for (
    let m = image.word(go.address('runtime.allm'));
    m !== 0 && !seen.has(m) && seen.size < MAX_MACHINES;
    m = image.word(m + layout.offsetOf('alllink'))
  ) {
    seen.add(m);
    const signal = image.word(m + layout.offsetOf('gsignal'));
    const procid = image.word(m + layout.offsetOf('procid'));
    const machine = {
      address: m,
      curg: image.word(m + layout.offsetOf('curg')),
      g0: bounds(image.word(m + layout.offsetOf('g0'))),
      signal: signal === 0 ? undefined : bounds(signal),
      vdsoPc: image.word(m + layout.offsetOf('vdsoPC')),
      vdsoSp: image.word(m + layout.offsetOf('vdsoSP')),
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

/** Undefined when no thread tells: then only the goroutine's saved state (`sched`) can. */
export function findRunningStart(go: GoRuntime, machine: Machine, stack: StackBounds): RunningStart | undefined {
  const {thread} = machine;
  if (!thread) return undefined;
  if (machine.vdsoSp !== 0 && within(machine.vdsoSp, stack)) {
    return {start: {pc: machine.vdsoPc, sp: machine.vdsoSp, at: 'call'}};
  }
  if (within(thread.sp, stack)) {
    return {start: {pc: thread.pc, sp: thread.sp, at: 'anywhere'}, registers: reorder(thread.registers, PRSTATUS_ORDER)};
  }
  if (machine.signal && within(thread.sp, machine.signal)) return findInterrupted(go, machine.signal, stack);
  return undefined;
}

/** The oldest signal frame on the signal stack that interrupted code on `stack`. */
function findInterrupted(go: GoRuntime, signal: StackBounds, stack: StackBounds): RunningStart | undefined {
  const {image} = go;
  const bytes = image.find(signal.lo, signal.hi - signal.lo)?.slice();
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer);
  const word = (at: number) => view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
  for (let at = bytes.length - UCONTEXT.bytes; at >= 0; at -= 8) {
    if (word(at + UCONTEXT.stackStart) !== signal.lo || word(at + UCONTEXT.stackSize) !== signal.hi - signal.lo) continue;
    const saved = Float64Array.from({length: 23}, (_, i) => word(at + UCONTEXT.registers + i * 8));
    const registers = reorder(saved, SIGCONTEXT_ORDER);
    if (within(registers[RSP]!, stack)) return {start: {pc: saved[SIGCONTEXT_RIP]!, sp: registers[RSP]!, at: 'anywhere'}, registers};
    return undefined; // the interrupted code ran on the system stack: the goroutine had been switched out
  }
  return undefined;
}

function reorder(values: Float64Array, order: readonly number[]): Registers {
  return Float64Array.from(order, (position) => values[position]!);
}

export function within(address: Address, stack: StackBounds): boolean {
  return address >= stack.lo && address < stack.hi;
}
