/**
 * Where the walk starts: the words of data and bss that the collector scans and the live words of goroutines, each by the type of its variable where
 * it has one. The same words become root nodes later; no object is known yet here.
 */
import type {Address, TypeIndex} from '../../base/units.js';
import type {Thread} from '../../image/core-file.js';
import {holdsInnermost, instructionOf} from '../../runtime/functions/logical-frames.js';
import {type GlobalVariable, maskedWords, type SectionGlobals, type StaticBlock} from '../../runtime/globals.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import {GoroutineReader, type GoroutineState} from '../../runtime/goroutines/goroutine-reader.js';
import {type LocalPart, LocalVariables} from '../../runtime/goroutines/local-variables.js';
import type {StackBounds} from '../../runtime/goroutines/stack-frames.js';
import type {RuntimeSpans} from '../../runtime/memory/spans.js';
import {readQueues, readSpecials} from '../../runtime/memory/specials.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {type HeapPages, RESERVED} from './heap-pages.js';
import type {ValueWalker} from './value-walker.js';

export interface WalkRoots {
  readonly threads: readonly Thread[];
  readonly globals: {readonly sections: readonly SectionGlobals[]; readonly blocks: readonly StaticBlock[]};
}

/** Follows the variables and the static data behind them. */
export function walkGlobals({globals: {sections, blocks}}: WalkRoots, shapes: PointerShapes, walker: ValueWalker): void {
  for (const globals of sections) {
    const {section, variables} = globals;
    const own = blocks.filter(({address}) => address >= section.start && address < section.end);
    const places = [...variables.map((variable) => placeOf(variable, shapes)), ...own].sort((a, b) => a.address - b.address);
    let next = 0; // words and places both ascend
    let previous: Address = 0;
    for (const address of maskedWords(globals)) {
      while (next + 1 < places.length && places[next + 1]!.address <= address) next++;
      const place = places[next];
      const isInside = place !== undefined && address >= place.address && address < place.address + place.size;
      const entry = isInside ? entryAt(shapes, place.type, address - place.address) : 0;
      if (entry !== 0) walker.followWord(address, entry);
      else walker.followNameless(address, previous !== address - 8);
      previous = address;
    }
  }
}

function placeOf({address, size, typeDie, typeName}: GlobalVariable, {store}: PointerShapes) {
  return {address, size, type: typeDie === undefined ? store.rowOfName(typeName ?? '') : store.rowOfDie(typeDie)};
}

/** Follows what goroutines hold, and reserves the pages of their stacks, which it returns. */
export function walkGoroutines(
  go: GoRuntime,
  {threads}: WalkRoots,
  shapes: PointerShapes,
  pages: HeapPages,
  walker: ValueWalker,
): StackBounds[] {
  const variables = new LocalVariables(go);
  const stacks: StackBounds[] = [];
  for (const goroutine of new GoroutineReader(go, threads, {filterWords: eachOnce}).read()) {
    pages.assign(goroutine.stack.lo, goroutine.stack.hi, RESERVED);
    stacks.push(goroutine.stack);
    const named = new Map<Address, number>(); // word → entry of its claim
    for (const {part, address} of partsOf(go, variables, goroutine)) addWords(shapes, part, address, named);
    const {scanned, deferWords, registers} = goroutine;
    const lists = [scanned.words, scanned.omitted.address, ...scanned.conservative.map(({words}) => words), deferWords];
    for (const word of lists.flatMap((words) => [...words])) {
      const entry = named.get(word) ?? 0;
      if (entry !== 0) walker.followWord(word, entry);
      else walker.followNameless(word, false);
    }
    for (const value of registers ?? []) walker.addNameless(value);
  }
  return stacks;
}

/** Of the words of millions of frames those with equal values lead to the same. */
function eachOnce(): (value: number) => boolean {
  const known = new Set<number>();
  return (value) => known.size < known.add(value).size;
}

/** Follows what finalizers and cleanups hold, of the spans that are known. */
export function walkSpecials(go: GoRuntime, runtime: RuntimeSpans, walker: ValueWalker): void {
  for (const records of [readSpecials(go, runtime), readQueues(go)])
    for (const {address, words} of records) for (const offset of words) walker.followNameless(address + offset, false);
}

function* partsOf(go: GoRuntime, variables: LocalVariables, {frames, registers}: GoroutineState) {
  const interrupted = holdsInnermost(go, registers, frames);
  for (let depth = 0; go.dwarf && depth < frames.length; depth++) {
    const pc = instructionOf(frames, depth, interrupted);
    for (const part of pc === frames[depth]!.pc ? variables.at(pc) : variables.afterCall(pc + 1))
      if (part.register < 0) yield {part, address: frames[depth]!.fp + part.frameOffset};
  }
}

/** The variable's pointer words, of which the first variable in a place tells. Of a part of a slice too little is there to know what it leads to. */
function addWords(shapes: PointerShapes, {typeDie, size}: LocalPart, address: Address, named: Map<Address, number>): void {
  const type = typeDie === undefined ? 0 : shapes.store.rowOfDie(typeDie);
  shapes.prepare(type);
  if (type === 0 || size < shapes.size[type]!) return;
  for (let offset = 0; offset + 8 <= size; offset += 8) {
    const entry = entryAt(shapes, type, offset);
    if (entry !== 0 && !named.has(address + offset)) named.set(address + offset, entry);
  }
}

/** Pool entry of the word at an offset in a value of the type; 0 when there is no pointer. */
function entryAt(shapes: PointerShapes, type: TypeIndex, offset: number): number {
  if (type === 0 || offset % 8 !== 0) return 0;
  shapes.prepare(type);
  return offset / 8 < shapes.words[type]! ? shapes.find(type, offset / 8) : 0;
}
