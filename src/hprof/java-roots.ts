/**
 * What the file lists as roots, and the static fields of classes that are never unloaded → root nodes. A thread is a goroutine's node, what its frames and its native
 * code hold are nodes below it, one a frame; what has neither name nor thread is one node a kind.
 */
import {remember} from '../base/remember.js';
import type {StringTable} from '../base/string-table.js';
import {NONE} from '../base/units.js';
import {type FrameTable, type GoroutineTable, ROOT_KINDS, type RootKind, type RootTable} from '../graph/heap-graph.js';
import {HEAP_RECORD, OBJECT} from './hprof-format.js';
import type {IdIndex} from './id-index.js';
import type {JavaClasses} from './java-classes.js';
import type {HprofNames, HprofRoot} from './read-content.js';
import type {ThreadFacts} from './thread-facts.js';

export interface JavaRoots {
  readonly roots: Omit<RootTable, 'type'>;
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  /** Per root node: rows of the objects that it points to. */
  readonly targets: readonly (readonly number[])[];
}

/** Roots without a thread, by tag: what they are called. */
const LISTS: Readonly<Record<number, readonly [RootKind, string]>> = {
  [HEAP_RECORD.jniGlobal]: ['jni', '‹JNI globals›'],
  [HEAP_RECORD.jniLocal]: ['jni', '‹JNI locals›'],
  [HEAP_RECORD.javaFrame]: ['native', '‹frames›'],
  [HEAP_RECORD.nativeStack]: ['native', '‹native stacks›'],
  [HEAP_RECORD.threadBlock]: ['native', '‹thread blocks›'],
  [HEAP_RECORD.monitor]: ['monitor', '‹monitors in use›'],
  [HEAP_RECORD.jniMonitor]: ['monitor', '‹monitors in use›'],
  [HEAP_RECORD.stickyClass]: ['class', '‹system classes›'],
  [HEAP_RECORD.thread]: ['vm', '‹threads›'],
  [HEAP_RECORD.interned]: ['vm', '‹interned strings›'],
  [HEAP_RECORD.finalizing]: ['vm', '‹being finalized›'],
  [HEAP_RECORD.debugger]: ['vm', '‹debugger›'],
  [HEAP_RECORD.referenceCleanup]: ['vm', '‹reference cleanup›'],
  [HEAP_RECORD.vmInternal]: ['vm', '‹virtual machine›'],
  [HEAP_RECORD.unknown]: ['vm', '‹unknown roots›'],
};
/** The same of a thread's own. */
const OF_THREAD: Readonly<Record<number, readonly [RootKind, string]>> = {
  [HEAP_RECORD.javaFrame]: ['local', 'locals'],
  [HEAP_RECORD.jniLocal]: ['jni', '‹JNI locals›'],
  [HEAP_RECORD.jniMonitor]: ['monitor', '‹monitors›'],
  [HEAP_RECORD.nativeStack]: ['native', '‹native stack›'],
  [HEAP_RECORD.threadBlock]: ['native', '‹thread block›'],
};

interface Root {
  readonly parent: number;
  readonly kind: RootKind;
  readonly name: string;
  readonly goroutine: number;
  readonly frame: number;
  readonly targets: Set<number>;
}

interface Thread {
  readonly serial: number;
  readonly row: number; // of the object
  readonly facts: ThreadFacts;
  readonly firstFrame: number;
  readonly frames: number;
  node: number;
}

/** `factsOf`: of the thread that is the object in a row. */
export function buildJavaRoots(
  records: readonly HprofRoot[],
  classes: JavaClasses,
  index: IdIndex,
  strings: StringTable,
  factsOf: (row: number) => ThreadFacts,
): JavaRoots {
  const builder = new RootBuilder(classes, index, strings, factsOf);
  builder.addThreads(records.filter(({tag}) => tag === HEAP_RECORD.thread));
  for (const record of records) if (record.tag !== HEAP_RECORD.thread) builder.add(record);
  builder.addClasses();
  return builder.finish();
}

const NO_FACTS: ThreadFacts = {name: undefined, state: undefined};

class RootBuilder {
  readonly #classes: JavaClasses;
  readonly #index: IdIndex;
  readonly #strings: StringTable;
  readonly #factsOf: (row: number) => ThreadFacts;
  readonly #roots: Root[] = [];
  readonly #byKey = new Map<string, Root>();
  readonly #threads = new Map<number, Thread>(); // by serial
  readonly #frames: {readonly name: string; readonly file: string; readonly line: number}[] = [];
  readonly #groups = new Map<string, number>(); // by stack

  constructor(classes: JavaClasses, index: IdIndex, strings: StringTable, factsOf: (row: number) => ThreadFacts) {
    this.#classes = classes;
    this.#index = index;
    this.#strings = strings;
    this.#factsOf = factsOf;
  }

  addThreads(records: readonly HprofRoot[]): void {
    for (const {id, thread: serial, frame: trace} of records) {
      const row = this.#index.find(id);
      if (this.#threads.has(serial)) continue;
      const firstFrame = this.#frames.length;
      for (const frame of stackOf(this.#classes.names, trace)) this.#frames.push(frame);
      const facts = row < 0 ? NO_FACTS : this.#factsOf(row);
      const thread: Thread = {serial, row, facts, firstFrame, frames: this.#frames.length - firstFrame, node: 0};
      thread.node = this.#push({
        parent: 0,
        kind: 'goroutine',
        name: facts.name === undefined ? `thread ${serial}` : `thread "${facts.name}"`,
        goroutine: this.#threads.size,
        frame: NONE,
        targets: new Set(),
      });
      if (row >= 0) this.#roots[thread.node - 1]!.targets.add(row);
      this.#threads.set(serial, thread);
    }
  }

  add({tag, id, thread: serial, frame}: HprofRoot): void {
    const row = this.#index.find(id);
    if (row < 0) return;
    const thread = OF_THREAD[tag] && this.#threads.get(serial);
    if (!thread) {
      const [kind, name] = LISTS[tag]!;
      this.#root(name, kind, name).targets.add(row);
      return;
    }
    const [kind, name] = OF_THREAD[tag]!;
    const isFrame = frame >= 0 && frame < thread.frames;
    const goroutine = this.#roots[thread.node - 1]!.goroutine;
    const place = {parent: thread.node, goroutine, frame: isFrame ? thread.firstFrame + frame : NONE};
    this.#root(`${serial} ${kind} ${isFrame ? frame : -1}`, kind, name, place).targets.add(row);
  }

  /** Classes that are never unloaded, and their static fields. */
  addClasses(): void {
    const {table, names} = this.#classes;
    for (const number of table.numbers()) {
      if (!this.#classes.isLasting(number)) continue;
      const [kind, name] = LISTS[HEAP_RECORD.stickyClass]!;
      const row = this.#index.find(table.idOf(number));
      if (row >= 0) this.#root(name, kind, name).targets.add(row);
      for (const {nameId, type, value} of table.dumpOf(number)!.statics) {
        const target = type === OBJECT && value !== 0 ? this.#index.find(value) : -1;
        if (target < 0) continue;
        const variable = `${this.#classes.nameOf(number)}.${names.text(nameId)}`;
        this.#push({parent: 0, kind: 'global', name: variable, goroutine: NONE, frame: NONE, targets: new Set([target])});
      }
    }
  }

  #root(
    key: string,
    kind: RootKind,
    name: string,
    place: Pick<Root, 'parent' | 'goroutine' | 'frame'> = {parent: 0, goroutine: NONE, frame: NONE},
  ): Root {
    return remember(this.#byKey, key, () => {
      const root = {kind, name, ...place, targets: new Set<number>()};
      this.#push(root);
      return root;
    });
  }
  #push(root: Root): number {
    return this.#roots.push(root);
  }

  finish(): JavaRoots {
    const roots = this.#roots;
    const {length} = roots;
    const intern = (text: string) => this.#strings.intern(text);
    return {
      roots: {
        count: length,
        parent: Uint32Array.from(roots, ({parent}) => parent),
        kind: Uint8Array.from(roots, ({kind}) => ROOT_KINDS.indexOf(kind)),
        name: Uint32Array.from(roots, ({name}) => intern(name)),
        address: new Float64Array(length).fill(Number.NaN),
        size: new Float64Array(length).fill(Number.NaN),
        goroutine: Uint32Array.from(roots, ({goroutine}) => goroutine),
        frame: Uint32Array.from(roots, ({frame}) => frame),
        object: new Uint32Array(length).fill(NONE),
        file: new Uint32Array(length),
        line: new Uint32Array(length),
        variable: new Float64Array(length).fill(Number.NaN),
      },
      goroutines: this.#goroutines(intern),
      frames: this.#frameTable(intern),
      targets: roots.map(({targets}) => [...targets].sort((a, b) => a - b)),
    };
  }

  #goroutines(intern: (text: string) => number): GoroutineTable {
    const threads = [...this.#threads.values()];
    const count = threads.length;
    const none = () => new Uint32Array(count);
    const unknown = () => new Float64Array(count).fill(Number.NaN);
    const firstFrame = none();
    threads.forEach((thread, row) => {
      firstFrame[row] = thread.firstFrame;
    });
    return {
      count,
      id: Float64Array.from(threads, ({serial}) => serial),
      root: Uint32Array.from(threads, ({node}) => node),
      status: Uint32Array.from(threads, ({facts}) => intern(facts.state?.toLowerCase().replace('_', ' ') ?? '')),
      waitReason: none(),
      waitSeconds: unknown(),
      waitAtMost: unknown(),
      waitExact: new Uint8Array(count),
      blocked: new Uint8Array(count).fill(2),
      system: new Uint8Array(count),
      entryFunction: Uint32Array.from(threads, ({facts}) => intern((facts.name ?? '').replaceAll(/\d+/g, '#'))), // all of a pool have one
      createdBy: none(),
      file: none(),
      line: none(),
      stackStart: unknown(),
      stackBytes: unknown(),
      group: Uint32Array.from(threads, (thread) => this.#groupOf(thread)),
      labels: Uint32Array.from(threads, ({facts}) => (facts.name === undefined ? 0 : intern(JSON.stringify({thread: facts.name})))),
      firstFrame: Uint32Array.from([...firstFrame, this.#frames.length]),
    };
  }
  #groupOf({firstFrame, frames}: Thread): number {
    const stack = this.#frames.slice(firstFrame, firstFrame + frames).map(({name, line}) => `${name}:${line}`);
    return remember(this.#groups, stack.join('\n'), () => this.#groups.size);
  }

  #frameTable(intern: (text: string) => number): FrameTable {
    const frames = this.#frames;
    const count = frames.length;
    const unknown = () => new Float64Array(count).fill(Number.NaN);
    return {
      count,
      functionName: Uint32Array.from(frames, ({name}) => intern(name)),
      inlined: new Uint8Array(count),
      wrapper: new Uint8Array(count),
      file: Uint32Array.from(frames, ({file}) => intern(file)),
      line: Uint32Array.from(frames, ({line}) => line),
      pc: unknown(),
      sp: unknown(),
      size: unknown(),
      omitted: new Uint32Array(count),
    };
  }
}

function stackOf(names: HprofNames, trace: number): {name: string; file: string; line: number}[] {
  return names
    .stack(trace)
    .map(({className, method, file, line}) => ({name: className === '' ? method : `${className}.${method}`, file, line}));
}
