/**
 * Physical frames → the calls that a stack trace shows: the calls that the compiler inlined become frames of their own, and wrappers that it
 * made itself are left out, as runtime.Stack leaves them out. Works without DWARF.
 * Truth: runtime/symtabinl.go and traceback.go (traceback2, showfuncinfo, elideWrapperCalling, funcNameForPrint), Go 1.17 – 1.27.
 */
import {remember} from '../../base/remember.js';
import type {Address} from '../../base/units.js';
import {ARCHITECTURES} from '../arch.js';
import type {GoRuntime} from '../go-runtime.js';
import type {Registers} from '../goroutines/machines.js';
import type {StackFrame} from '../goroutines/stack-frames.js';
import type {GoFunction} from './function-table.js';

export interface LogicalFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly inlined: boolean;
  readonly wrapper: boolean; // made by the compiler
}

/** More calls than any compiler inlines into each other: a tree that is deeper is damaged. */
const MAX_INLINED = 1000;
/** runtime.funcID_wrapper (internal/abi.FuncIDWrapper) by the first minor version that has the number. */
const WRAPPER_ID: readonly (readonly [minor: number, id: number])[] = [
  [25, 23],
  [22, 22],
  [18, 21],
  [17, 22],
  [14, 22],
  [12, 20],
];
/** Wrappers that called these are shown. */
const SHOWS_WRAPPER: ReadonlySet<string> = new Set(['runtime.gopanic', 'runtime.sigpanic', 'runtime.panicwrap']);

export class LogicalFrames {
  readonly #go: GoRuntime;
  readonly #wrapperId: number;
  readonly #at = new Map<Address, readonly LogicalFrame[]>();

  constructor(go: GoRuntime) {
    this.#go = go;
    const known = WRAPPER_ID.find(([minor]) => go.minor >= minor)?.[1];
    this.#wrapperId = go.constant('internal/abi.FuncIDWrapper', 'runtime.funcID_wrapper') ?? known ?? -1;
  }

  /** The calls of one physical frame at an instruction of it, innermost first; the last one is the function itself. */
  at(fn: GoFunction, pc: Address): readonly LogicalFrame[] {
    return remember(this.#at, pc, () => this.#read(fn, pc));
  }

  #read(fn: GoFunction, pc: Address): LogicalFrame[] {
    const {functions, image} = this.#go;
    const {inlinedCall, tables} = fn.format;
    const {size, funcId, name, parentPc} = inlinedCall;
    const tree = functions.funcdata(fn, tables.inlinedCalls);
    const calls: LogicalFrame[] = [];
    let at = pc;
    while (tree !== undefined && calls.length < MAX_INLINED) {
      const index = functions.pcdata(fn, tables.inlinedCall, at);
      if (index < 0) break;
      const call = tree + index * size;
      const wrapper = image.u8(call + funcId) === this.#wrapperId;
      const called = printedName(functions.nameAt(fn.module, image.i32(call + name)));
      calls.push({name: called, ...functions.position(fn, at), inlined: true, wrapper});
      at = fn.entry + image.i32(call + parentPc);
    }
    const wrapper = fn.funcId === this.#wrapperId;
    calls.push({name: printedName(fn.name), ...functions.position(fn, at), inlined: false, wrapper});
    return calls;
  }
}

/** Whether a stack trace leaves the call out; `callee` is the name of the call that it made. */
export function isElided(call: LogicalFrame, callee: string): boolean {
  return call.wrapper && !SHOWS_WRAPPER.has(callee);
}

/** As stack traces print it: without the shapes that stand for type arguments. */
export function printedName(name: string): string {
  const open = name.indexOf('[');
  const close = name.lastIndexOf(']');
  return open < 0 || close < open ? name : `${name.slice(0, open)}[...]${name.slice(close + 1)}`;
}

/** Whether the registers of a thread are those of a goroutine's innermost frame. */
export function holdsInnermost(go: GoRuntime, registers: Registers | undefined, frames: readonly StackFrame[]): registers is Registers {
  return registers !== undefined && frames.length > 0 && registers[ARCHITECTURES[go.image.arch].stackPointer] === frames[0]!.sp;
}

/**
 * The address of the instruction at which a frame stands. A return address is behind the call; but what a signal interrupted did not
 * call. `interrupted`: the innermost frame was.
 */
export function instructionOf(frames: readonly StackFrame[], depth: number, interrupted: boolean): Address {
  const frame = frames[depth]!;
  return (depth === 0 ? interrupted : frame.interrupted) ? frame.pc : callOf(frame);
}
/** The address of the call that returns to where a frame stands. */
export function callOf({fn, pc}: Pick<StackFrame, 'fn' | 'pc'>): Address {
  return pc === fn.entry ? pc : pc - 1;
}
