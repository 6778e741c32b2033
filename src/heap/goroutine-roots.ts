/**
 * Goroutines → their tables, and root nodes for what they hold: stack words belong to the goroutine's own node, its g's
 * words to a child of kind `g`, conservatively seen words and registers to children of those kinds.
 */
import {Column} from '../base/columns.js';
import type {StringTable} from '../base/string-table.js';
import type {FrameTable, GoroutineTable} from '../graph/heap-graph.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {Goroutine, GoroutineReader} from '../runtime/goroutines.js';
import {findTarget, type Target} from './find-objects.js';
import type {NewRoot, RootBuilder} from './root-builder.js';
import type {TracedEdges} from './traced-edges.js';

export interface GoroutineTables {
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly gObjects: Uint32Array; // objects that are the g of a goroutine with a node, ascending
}

export function addGoroutineRoots(go: GoRuntime, reader: GoroutineReader, roots: RootBuilder, edges: TracedEdges): GoroutineTables {
  const tables = new GoroutineColumns(roots.strings);
  const gObjects: number[] = [];
  const target: Target = {object: 0, offset: 0};
  const gType = go.dwarf?.typeNamed('runtime.g');
  for (const goroutine of reader.read()) {
    const row = tables.count;
    const node =
      roots.add({
        kind: 'goroutine',
        name: `goroutine ${goroutine.id}`,
        address: goroutine.stack.lo,
        size: goroutine.stack.hi - goroutine.stack.lo,
        goroutine: row,
      }) + 1;
    const firstFrame = tables.add(goroutine, reader, node);
    addStackWords(go, goroutine, roots, node, row, firstFrame);
    if (findTarget(roots.index, goroutine.address, target)) {
      gObjects.push(target.object);
      addG(target.object, roots, edges, {parent: node, address: goroutine.address, goroutine: row, typeDie: gType});
    }
  }
  return {...tables.finish(), gObjects: Uint32Array.from(gObjects).sort()};
}

function addStackWords(go: GoRuntime, goroutine: Goroutine, roots: RootBuilder, parent: number, row: number, firstFrame: number): void {
  const {image} = go;
  const {scanned, stack} = goroutine;
  roots.enterRegion(stack.lo, stack.hi);
  for (const address of scanned.words) roots.addWord(parent - 1, address - stack.lo, image.word(address), address);
  for (const {frame, words} of scanned.conservative) {
    const live = words.filter((address) => roots.isLive(address, image.word(address)));
    if (live.length === 0) continue;
    const {fn, sp, fp} = goroutine.frames[frame]!;
    const node = roots.add({
      kind: 'conservative',
      name: fn.name,
      parent,
      address: sp,
      size: Math.max(fp, live.at(-1)! + 8) - sp, // arguments lie behind the frame
      goroutine: row,
      frame: firstFrame + frame,
    });
    for (const address of live) roots.addWord(node, address - sp, image.word(address), address);
  }
  const records = goroutine.deferWords.filter((address) => roots.isLive(address, image.word(address)));
  if (records.length > 0) {
    const node = roots.add({kind: 'runtime', name: 'defer records', parent, address: stack.lo, size: stack.hi - stack.lo, goroutine: row});
    for (const address of records) roots.addWord(node, address - stack.lo, image.word(address), address);
  }
  addRegisters(goroutine, roots, parent, row);
}

function addRegisters(goroutine: Goroutine, roots: RootBuilder, parent: number, row: number): void {
  const target: Target = {object: 0, offset: 0};
  const {registers} = goroutine;
  if (!registers?.some((value) => findTarget(roots.index, value, target))) return;
  const node = roots.add({kind: 'register', name: 'registers', parent, size: registers.length * 8, goroutine: row});
  registers.forEach((value, number) => {
    roots.addRegister(node, number, value);
  });
}

/** The words of the g struct: copies of its object's edges, which no analysis follows. */
function addG(object: number, roots: RootBuilder, edges: TracedEdges, g: Omit<NewRoot, 'kind' | 'name'>): void {
  if (edges.first[object] === edges.first[object + 1]) return;
  roots.addWordsOf(roots.add({kind: 'g', name: 'g', ...g}), object, edges);
}

/** Builds GoroutineTable and FrameTable row by row. */
class GoroutineColumns {
  readonly #strings: StringTable;
  readonly #groups = new Map<string, number>();
  readonly #goroutine = {
    id: new Column(Float64Array),
    root: new Column(Uint32Array),
    status: new Column(Uint32Array),
    waitReason: new Column(Uint32Array),
    waitSeconds: new Column(Float64Array),
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
    file: new Column(Uint32Array),
    line: new Column(Uint32Array),
    pc: new Column(Float64Array),
    sp: new Column(Float64Array),
    size: new Column(Float64Array),
  };

  constructor(strings: StringTable) {
    this.#strings = strings;
  }
  get count(): number {
    return this.#goroutine.id.length;
  }

  /** Adds the goroutine and its frames; returns the row of its first frame. */
  add(goroutine: Goroutine, reader: GoroutineReader, node: number): number {
    const columns = this.#goroutine;
    const text = (value: string) => this.#strings.intern(value);
    const firstFrame = this.#frame.pc.length;
    columns.id.push(goroutine.id);
    columns.root.push(node);
    columns.status.push(text(goroutine.status));
    columns.waitReason.push(text(goroutine.waitReason));
    columns.waitSeconds.push(goroutine.waitSeconds);
    columns.system.push(goroutine.system ? 1 : 0);
    columns.entryFunction.push(text(goroutine.entryFunction));
    columns.createdBy.push(text(goroutine.createdBy));
    columns.file.push(text(goroutine.createdFile));
    columns.line.push(goroutine.createdLine);
    columns.stackStart.push(goroutine.stack.lo);
    columns.stackBytes.push(goroutine.stack.hi - goroutine.stack.lo);
    columns.labels.push(0);
    columns.firstFrame.push(firstFrame);
    goroutine.frames.forEach((frame, depth) => {
      const {file, line} = reader.functions.position(frame.fn, depth === 0 ? frame.pc : frame.pc - 1);
      this.#frame.functionName.push(text(frame.fn.name));
      this.#frame.file.push(text(file));
      this.#frame.line.push(line);
      this.#frame.pc.push(frame.pc);
      this.#frame.sp.push(frame.sp);
      this.#frame.size.push(frame.fp - frame.sp);
    });
    columns.group.push(this.#groupOf(goroutine));
    return firstFrame;
  }

  #groupOf(goroutine: Goroutine): number {
    const key = goroutine.frames.map((frame) => frame.pc).join(' ');
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

type Finished<T extends Record<string, {finish(): unknown}>> = {[K in keyof T]: ReturnType<T[K]['finish']>};

function finishAll<T extends Record<string, {finish(): unknown}>>(columns: T): Finished<T> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.finish()])) as Finished<T>;
}
