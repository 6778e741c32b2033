/**
 * Goroutines → their tables, and root nodes for what they hold: stack words belong to the goroutine's own node, its g's
 * words to a child of kind `g`, words of a variable to a child of kind `local`, conservatively seen words and registers to children of
 * those kinds.
 */

import type {ObjectIndex} from '../../base/units.js';
import type {FrameTable, GoroutineTable} from '../../graph/heap-graph.js';
import type {FunctionTypeFinder} from '../../runtime/functions/function-types.js';
import {LogicalFrames} from '../../runtime/functions/logical-frames.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import type {GoroutineReader, GoroutineState} from '../../runtime/goroutines/goroutine-reader.js';
import {LocalVariables} from '../../runtime/goroutines/local-variables.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import {findTarget, type Target} from '../find-objects.js';
import type {TracedEdges} from '../traced-edges.js';
import {type FrameRows, GoroutineColumns} from './goroutine-columns.js';
import {findLiveLocals, type LiveLocal, type LiveLocals} from './local-roots.js';
import type {NewRoot, RootBuilder} from './root-builder.js';
import {WaitColumns} from './wait-columns.js';

export interface GoroutineTables {
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly waits: WaitColumns;
  readonly gObjects: Uint32Array; // objects that are the g of a goroutine with a node, ascending
}

export interface GoroutineRootSource {
  readonly edges: TracedEdges;
  readonly typeWords: TypeWords;
  readonly functionTypes: FunctionTypeFinder;
}

export function addGoroutineRoots(
  go: GoRuntime,
  reader: GoroutineReader,
  roots: RootBuilder,
  {edges, typeWords, functionTypes}: GoroutineRootSource,
): GoroutineTables {
  const calls = new LogicalFrames(go);
  const tables = new GoroutineColumns(go, calls, roots.strings);
  const waits = new WaitColumns(roots.index);
  const variables = new LocalVariables(go);
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
    const frames = tables.add(goroutine, node);
    for (const wait of goroutine.parking.waits) waits.add(row, wait);
    roots.enterRegion(goroutine.stack.lo, goroutine.stack.hi);
    addStackWords(go, goroutine, findLiveLocals(go, variables, goroutine, roots), roots, {
      parent: node,
      row,
      frames,
      typeWords,
      functionTypes,
    });
    if (findTarget(roots.index, goroutine.address, target)) {
      gObjects.push(target.object);
      addG(target.object, roots, edges, {parent: node, address: goroutine.address, goroutine: row, typeDie: gType, typeName: 'runtime.g'});
    }
  }
  return {...tables.finish(), waits, gObjects: Uint32Array.from(gObjects).sort()};
}

/** Where the children of a goroutine belong. */
interface Place {
  readonly parent: number; // its node
  readonly row: number;
  readonly frames: readonly FrameRows[];
  readonly typeWords: TypeWords;
  readonly functionTypes: FunctionTypeFinder;
}

function addStackWords(go: GoRuntime, goroutine: GoroutineState, live: LiveLocals, roots: RootBuilder, place: Place): void {
  const {image} = go;
  const {scanned, stack} = goroutine;
  const {parent, row} = place;
  for (const address of scanned.words) {
    const value = image.word(address);
    const isLive = live.named.has(address) || roots.addWord(parent - 1, address - stack.lo, value, address);
    const frame = isLive ? goroutine.frames.find(({sp, argp, fn}) => address >= sp && address < argp + Math.max(0, fn.args)) : undefined;
    if (frame) roots.addFrameWord(value, place.functionTypes.ofSlot(frame.fn, address - frame.fp));
  }
  const {omitted} = scanned;
  for (const [i, address] of omitted.address.entries()) {
    const value = image.word(address);
    if (!roots.addWord(parent - 1, address - stack.lo, value, address)) continue;
    roots.addFrameWord(value, place.functionTypes.ofSlot(omitted.site[i]!.fn, omitted.frameOffset[i]!));
  }
  for (const local of live.locals) addLocal(go, goroutine, local, roots, place);
  for (const {frame, words} of scanned.conservative) {
    const unnamed = words.filter((address) => roots.isLive(address, image.word(address)));
    if (unnamed.length === 0) continue;
    const {fn, sp, fp} = goroutine.frames[frame]!;
    const node = roots.add({
      kind: 'conservative',
      name: fn.name,
      parent,
      address: sp,
      size: Math.max(fp, unnamed.at(-1)! + 8) - sp, // arguments lie behind the frame
      goroutine: row,
      ...frameOf(place, frame, 0),
    });
    for (const address of unnamed) roots.addWord(node, address - sp, image.word(address), address);
  }
  const records = goroutine.deferWords.filter((address) => roots.isLive(address, image.word(address)));
  if (records.length > 0) {
    const node = roots.add({kind: 'runtime', name: 'defer records', parent, address: stack.lo, size: stack.hi - stack.lo, goroutine: row});
    for (const address of records) roots.addWord(node, address - stack.lo, image.word(address), address);
  }
  addRegisters(goroutine, live, roots, parent, row);
}

function addLocal(
  go: GoRuntime,
  goroutine: GoroutineState,
  {part, depth, address, words}: LiveLocal,
  roots: RootBuilder,
  place: Place,
): void {
  const {name, size, line, typeDie, typeAddress, register} = part;
  const {parent, row} = place;
  const {calls} = place.frames[depth]!;
  const file = calls[calls.length - 1 - part.inlineDepth]?.file ?? '';
  const at = {goroutine: row, file, line, ...frameOf(place, depth, part.inlineDepth)};
  const node = roots.add({kind: 'local', name, parent, address, size, typeDie, typeAddress, ...at});
  const isTyped = typeDie !== undefined || typeAddress !== undefined; // else nothing says that two words are an interface
  for (const word of words) {
    const dynamicType = isTyped && word > address ? place.typeWords.typeAt(go.image, word - 8) : 0;
    roots.addWord(node, word - address, go.image.word(word), word, dynamicType);
  }
  if (register >= 0) roots.addRegister(node, 0, goroutine.registers![register]!);
}

/** The row of the call, within a physical frame, that `inlineDepth` inlined calls lead to. */
function frameOf({frames}: Place, depth: number, inlineDepth: number): {frame?: number} {
  const {first, end} = frames[depth]!;
  return first === end ? {} : {frame: Math.max(first, end - 1 - inlineDepth)};
}

/** Registers that no variable lives in. */
function addRegisters(goroutine: GoroutineState, live: LiveLocals, roots: RootBuilder, parent: number, row: number): void {
  const target: Target = {object: 0, offset: 0};
  const {registers} = goroutine;
  const isUnnamed = (value: number, number: number) => !live.registers.has(number) && findTarget(roots.index, value, target);
  if (!registers?.some(isUnnamed)) return;
  const node = roots.add({kind: 'register', name: 'registers', parent, size: registers.length * 8, goroutine: row});
  registers.forEach((value, number) => {
    if (!live.registers.has(number)) roots.addRegister(node, number, value);
  });
}

/** The words of the g struct: copies of its object's edges, which no analysis follows. */
function addG(object: ObjectIndex, roots: RootBuilder, edges: TracedEdges, g: Omit<NewRoot, 'kind' | 'name'>): void {
  if (edges.first[object] === edges.first[object + 1]) return;
  roots.addWordsOf(roots.add({kind: 'g', name: 'g', ...g}), object, edges);
}
