/**
 * What differs between the architectures that goheap reads Go programs of: registers, and how a call leaves its return address.
 * Truth: runtime/{stkframe,traceback}.go and signal_<arch>.go, internal/abi/abi_<arch>.go, Linux arch/<arch>/include/uapi/asm
 * (ptrace.h, sigcontext.h, ucontext.h), and for the numbers of registers the DWARF supplement of each ABI.
 */
import type {Bytes} from '../base/units.js';
import type {Arch} from '../image/core-notes.js';

export interface Architecture {
  /** What a call instruction pushes: the return address on amd64; nothing on arm64, where the callee saves it at the end of its frame's low side. */
  readonly pushedByCall: Bytes;
  /** Between the end of a frame and the arguments that its caller passed. */
  readonly minFrameSize: Bytes;
  /** What the signal handler pushes when it makes interrupted code look as if it had called sigpanic or asyncPreempt: its link register. */
  readonly pushedByInjectedCall: Bytes;
  /** DWARF numbers. */
  readonly stackPointer: number;
  readonly linkRegister: number | undefined;
  /** Per DWARF number: the position in NT_PRSTATUS. */
  readonly prstatusOrder: readonly number[];
  readonly signalFrame: SignalFrame;
  /** internal/abi.RegArgs: how many integer and floating-point registers pass arguments. */
  readonly argumentRegisters: {readonly integer: number; readonly float: number};
}

/** struct ucontext, which the kernel pushes on the signal stack; offsets of uc_stack's fields and of the interrupted registers. */
export interface SignalFrame {
  readonly stackStart: Bytes;
  readonly stackSize: Bytes;
  readonly registers: Bytes;
  readonly count: number; // words at `registers`
  readonly pc: number; // position among them
  /** Per DWARF number: the position among them. */
  readonly order: readonly number[];
}

/** x0 … x30 and sp stand in their order in every structure. */
const ARM64_ORDER = Array.from({length: 32}, (_, number) => number);

export const ARCHITECTURES: Readonly<Record<Arch, Architecture>> = {
  // DWARF: rax rdx rcx rbx rsi rdi rbp rsp r8 … r15.
  amd64: {
    pushedByCall: 8,
    minFrameSize: 0,
    pushedByInjectedCall: 0,
    stackPointer: 7,
    linkRegister: undefined,
    prstatusOrder: [10, 12, 11, 5, 13, 14, 4, 19, 9, 8, 7, 6, 3, 2, 1, 0],
    signalFrame: {
      stackStart: 16,
      stackSize: 32,
      registers: 40,
      count: 23,
      pc: 16,
      order: [13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7],
    },
    argumentRegisters: {integer: 9, float: 15},
  },
  // DWARF: x0 … x30 sp. sigcontext begins with the fault address; pstate follows pc.
  arm64: {
    pushedByCall: 0,
    minFrameSize: 8,
    pushedByInjectedCall: 16,
    stackPointer: 31,
    linkRegister: 30,
    prstatusOrder: ARM64_ORDER,
    signalFrame: {stackStart: 16, stackSize: 32, registers: 184, count: 34, pc: 32, order: ARM64_ORDER},
    argumentRegisters: {integer: 16, float: 16},
  },
};
