/**
 * Goroutines one after the other → GoroutineTable and FrameTable, row by row: frames are calls, those that a stack trace leaves out are marked.
 */
import {Column} from '../../base/columns.js';
import type {StringTable} from '../../base/string-table.js';
import type {NodeIndex} from '../../base/units.js';
import type {FrameTable, GoroutineTable} from '../../graph/heap-graph.js';
import {
  callOf,
  holdsInnermost,
  instructionOf,
  isElided,
  type LogicalFrame,
  type LogicalFrames,
} from '../../runtime/functions/logical-frames.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import type {GoroutineState} from '../../runtime/goroutines/goroutine-reader.js';
import type {OmittedFrames} from '../../runtime/goroutines/kept-frames.js';
import type {StackFrame} from '../../runtime/goroutines/stack-frames.js';

/** GoroutineTable.blocked, by number. */
const BLOCKED: readonly (boolean | undefined)[] = [false, true, undefined];

/** Rows of FrameTable that one physical frame became, innermost call first. */
export interface FrameRows {
  readonly first: number;
  readonly end: number; // exclusive
  readonly calls: readonly LogicalFrame[]; // all of the frame's
}

export class GoroutineColumns {
  readonly #go: GoRuntime;
  readonly #calls: LogicalFrames;
  readonly #strings: StringTable;
  readonly #groups = new Map<string, number>();
  readonly #goroutine = {
    id: new Column(Float64Array),
    root: new Column(Uint32Array),
    status: new Column(Uint32Array),
    waitReason: new Column(Uint32Array),
    waitSeconds: new Column(Float64Array),
    waitAtMost: new Column(Float64Array),
    waitExact: new Column(Uint8Array),
    blocked: new Column(Uint8Array),
    system: new Column(Uint8Array),
    entryFunction: new Column(Uint32Array),
    createdBy: new Column(Uint32Array),
    file: new Column(Uint32Array),
    line: new Column(Uint32Array),
    stackStart: new Column(Float64Array),
    stackBytes: new Column(Float64Array),
    group: new Column(Uint32Array),
    labels: new Column(Uint32Array),
    firstFrame: new Column(Uint32Array),
  };
  readonly #frame = {
    functionName: new Column(Uint32Array),
    inlined: new Column(Uint8Array),
    wrapper: new Column(Uint8Array),
    file: new Column(Uint32Array),
    line: new Column(Uint32Array),
    pc: new Column(Float64Array),
    sp: new Column(Float64Array),
    size: new Column(Float64Array),
    omitted: new Column(Uint32Array),
  };

  constructor(go: GoRuntime, calls: LogicalFrames, strings: StringTable) {
    this.#go = go;
    this.#calls = calls;
    this.#strings = strings;
  }
  get count(): number {
    return this.#goroutine.id.length;
  }

  /** Adds the goroutine and its frames; returns the rows of each of its physical frames. */
  add(goroutine: GoroutineState, node: NodeIndex): FrameRows[] {
    const columns = this.#goroutine;
    const text = (value: string) => this.#strings.intern(value);
    columns.id.push(goroutine.id);
    columns.root.push(node);
    columns.status.push(text(goroutine.status));
    columns.waitReason.push(text(goroutine.waitReason));
    columns.waitSeconds.push(goroutine.waitSeconds);
    columns.waitAtMost.push(goroutine.waitAtMost);
    columns.waitExact.push(goroutine.waitExact ? 1 : 0);
    columns.blocked.push(BLOCKED.indexOf(goroutine.parking.blocked));
    columns.system.push(goroutine.system ? 1 : 0);
    columns.createdBy.push(text(goroutine.createdBy));
    columns.file.push(text(goroutine.createdFile));
    columns.line.push(goroutine.createdLine);
    columns.stackStart.push(goroutine.stack.lo);
    columns.stackBytes.push(goroutine.stack.hi - goroutine.stack.lo);
    columns.labels.push(text(goroutine.labels));
    columns.firstFrame.push(this.#frame.pc.length);
    columns.group.push(this.#groupOf(goroutine));
    const rows = this.#addFrames(goroutine);
    columns.entryFunction.push(text(writtenEntry(goroutine, rows)));
    return rows;
  }

  #addFrames({frames, omitted, registers}: GoroutineState): FrameRows[] {
    const interrupted = holdsInnermost(this.#go, registers, frames);
    let callee = '';
    return frames.map((frame, depth) => {
      const first = this.#frame.pc.length;
      if (depth === omitted?.behind) {
        this.#addOmitted(omitted);
        callee = '';
      }
      const calls = this.#calls.at(frame.fn, instructionOf(frames, depth, interrupted));
      for (const call of calls) {
        this.#addFrame(frame, call, isElided(call, callee));
        callee = call.name;
      }
      return {first, end: this.#frame.pc.length, calls};
    });
  }

  #addFrame(frame: StackFrame, call: LogicalFrame, isHidden: boolean): void {
    const columns = this.#frame;
    columns.functionName.push(this.#strings.intern(call.name));
    columns.inlined.push(call.inlined ? 1 : 0);
    columns.wrapper.push(isHidden ? 1 : 0);
    columns.file.push(this.#strings.intern(call.file));
    columns.line.push(call.line);
    columns.pc.push(frame.pc);
    columns.sp.push(frame.sp);
    columns.size.push(call.inlined ? Number.NaN : frame.fp - frame.sp);
    columns.omitted.push(0);
  }

  /** Says so at the last row that a stack trace shows. */
  #addOmitted({count}: OmittedFrames): void {
    const {omitted, wrapper} = this.#frame;
    let calls = 0;
    for (const [site, times] of count) calls += times * this.#calls.at(site.fn, callOf(site)).filter((call) => !call.wrapper).length;
    const shown = wrapper.data.lastIndexOf(0, omitted.length - 1);
    omitted.data[shown] = calls;
  }

  #groupOf({frames, omitted}: GoroutineState): number {
    const key = [omitted?.hash ?? 0, ...frames.map((frame) => frame.pc)].join(' ');
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#groups.size;
      this.#groups.set(key, group);
    }
    return group;
  }

  finish(): {goroutines: GoroutineTable; frames: FrameTable} {
    const {count} = this;
    this.#goroutine.firstFrame.push(this.#frame.pc.length);
    return {goroutines: {count, ...finishAll(this.#goroutine)}, frames: {count: this.#frame.pc.length, ...finishAll(this.#frame)}};
  }
}

/** The function that a go statement called: what it started may be a wrapper of the compiler around that. */
function writtenEntry({entryFunction}: GoroutineState, rows: readonly FrameRows[]): string {
  const calls = rows.flatMap((row) => row.calls);
  const entry = calls.findLastIndex(({name, inlined}) => name === entryFunction && !inlined);
  if (!calls[entry]?.wrapper) return entryFunction;
  return calls.slice(0, entry).findLast(({wrapper}) => !wrapper)?.name ?? entryFunction;
}

type Finished<T extends Record<string, {finish(): unknown}>> = {[K in keyof T]: ReturnType<T[K]['finish']>};

function finishAll<T extends Record<string, {finish(): unknown}>>(columns: T): Finished<T> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.finish()])) as Finished<T>;
}
