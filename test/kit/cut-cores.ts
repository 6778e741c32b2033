/**
 * Copies of a core that lack something, and what they still tell of the objects of the whole one. The whole core is the truth: which objects
 * it has, which of them its roots reach, and which bytes of those are in the copy.
 */
import {closeSync, openSync, truncateSync, writeSync} from 'node:fs';
import {FileSource} from '../../src/base/file-source.js';
import type {Address, Bytes} from '../../src/base/units.js';
import {readElf, type Segment} from '../../src/elf/elf-file.js';
import {type HeapGraph, ROOT_KINDS} from '../../src/graph/heap-graph.js';
import {addressOf, firstObjectNode, objectAt, sizeOf} from '../../src/graph/objects.js';
import {ArenaTable, arenaEntries, heapField} from '../../src/runtime/memory/arena-table.js';
import {listSpans} from '../../src/runtime/memory/list-spans.js';
import {spawnSync} from './child-process.js';
import type {Fixture} from './fixtures.js';
import {openMadeCore} from './open-fixture.js';

/** Of an ELF64 file: where its header has the offset of the program headers, how large these are, and where they have the size in the file. */
const E_PHOFF = 32;
const SEGMENT_SIZE = 56;
const P_FILESZ = 32;

/** Holes stay holes: the cores of gdb have gigabytes of zeros. */
export function copySparse(from: string, to: string): void {
  const {status, stderr} = spawnSync('cp', ['--sparse=always', from, to], {encoding: 'utf8'});
  if (status !== 0) throw new Error(stderr);
}

/** The first `percent` of the file. */
export function cutCore({core}: Fixture, to: string, percent: number): void {
  copySparse(core, to);
  const file = new FileSource(core);
  truncateSync(to, Math.floor((file.size * percent) / 100));
  file.close();
}

/** All but the memory in which the runtime keeps track of its spans: its list of them, their structs, and the arenas with their table. */
export function dropSpans(fixture: Fixture, to: string): void {
  const {go, files} = openMadeCore(fixture);
  const {mspans} = listSpans(go);
  const starts = Array.from(mspans, (mspan) => go.image.word(mspan + go.layouts.get('runtime.mspan').offsetOf('startAddr')));
  const arenas = new ArenaTable(go);
  const records = [...mspans, ...starts.map((start) => arenas.find(start)), arenaEntries(go), go.image.word(heapField(go, 'allspans'))];
  copySparse(fixture.core, to);
  const file = openSync(to, 'r+');
  const {segments, source} = files.core.elf;
  const table = Number(Buffer.from(source.read(E_PHOFF, 8)).readBigUInt64LE());
  for (const [number, {address, memorySize}] of segments.entries()) {
    if (!records.some((record) => record !== 0 && record >= address && record < address + memorySize)) continue;
    writeSync(file, Buffer.alloc(8), 0, 8, table + number * SEGMENT_SIZE + P_FILESZ);
  }
  closeSync(file);
  files.close();
}

export interface CutAgreement {
  /** Reachable objects of the whole core all bytes of which are in the copy; of them those that it has at the same address with the same size. */
  readonly present: number;
  readonly found: number;
  /** The same of those to which a path leads whose words are all in the copy. */
  readonly led: number;
  readonly ledFound: number;
  readonly sameType: number; // of `found`
  readonly wrong: number; // objects of the copy that the whole core has not
  readonly objects: number; // of the copy
  /** Goroutines whose g is in the copy, and of them those that it lists. */
  readonly goroutines: number;
  readonly goroutinesFound: number;
}

export function compareCut(whole: HeapGraph, cut: HeapGraph, copy: string): CutAgreement {
  const present = presentBytes(copy);
  const reached = reach(whole, () => true);
  const led = reach(whole, present);
  const counts = {
    present: 0,
    found: 0,
    led: 0,
    ledFound: 0,
    sameType: 0,
    wrong: 0,
    objects: cut.objects.count,
    ...compareGoroutines(whole, cut, present),
  };
  const typeOf = ({objects, types}: HeapGraph, object: number) => types.name[objects.type[object]!];
  for (let object = 0; object < whole.objects.count; object++) {
    const [address, size] = [addressOf(whole, object), sizeOf(whole, object)];
    if (reached[object] === 0 || !present(address, size)) continue;
    const other = objectAt(cut, address);
    const isFound = other !== undefined && addressOf(cut, other) === address && sizeOf(cut, other) === size;
    counts.present++;
    if (led[object] === 1) counts.led++;
    if (!isFound) continue;
    counts.found++;
    if (led[object] === 1) counts.ledFound++;
    if (typeOf(whole, object) === typeOf(cut, other)) counts.sameType++;
  }
  for (let object = 0; object < cut.objects.count; object++) {
    const address = addressOf(cut, object);
    const other = objectAt(whole, address);
    if (other === undefined || addressOf(whole, other) !== address || sizeOf(whole, other) !== sizeOf(cut, object)) counts.wrong++;
  }
  return counts;
}

function compareGoroutines(whole: HeapGraph, cut: HeapGraph, present: Presence): Pick<CutAgreement, 'goroutines' | 'goroutinesFound'> {
  const listed = new Set(cut.goroutines.id);
  const {count, kind, address, goroutine} = whole.roots;
  const wanted: number[] = [];
  for (let root = 0; root < count; root++) {
    const g = ROOT_KINDS[kind[root]!] === 'g' ? objectAt(whole, address[root]!) : undefined;
    if (g !== undefined && present(addressOf(whole, g), sizeOf(whole, g))) wanted.push(whole.goroutines.id[goroutine[root]!]!);
  }
  return {goroutines: wanted.length, goroutinesFound: wanted.filter((id) => listed.has(id)).length};
}

type Presence = (address: Address, length: Bytes) => boolean;

/** A byte per object: 1 = a path leads there all words of which are in memory that there is. */
function reach(graph: HeapGraph, present: Presence): Uint8Array {
  const {firstEdge, target, slot} = graph.edges;
  const firstObject = firstObjectNode(graph);
  const reached = new Uint8Array(graph.objects.count);
  const pending: number[] = [];
  const follow = (node: number, start: Address) => {
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const object = target[edge]! - firstObject;
      if (reached[object] === 1 || !(Number.isNaN(start) || present(start + slot[edge]! * 8, 8))) continue;
      reached[object] = 1;
      pending.push(object);
    }
  };
  for (let root = 1; root < firstObject; root++) follow(root, graph.roots.address[root - 1]!);
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) follow(firstObject + object, addressOf(graph, object));
  return reached;
}

/** Whether the copy has all bytes of [address, address + length). */
function presentBytes(copy: string): Presence {
  const file = new FileSource(copy);
  const held = ({offset, fileSize}: Segment) => Math.min(fileSize, Math.max(0, file.size - offset));
  const ranges = readElf(file).segments.map((segment) => ({start: segment.address, end: segment.address + held(segment)}));
  file.close();
  return (address, length) => ranges.some(({start, end}) => address >= start && address + length <= end);
}
