/**
 * The heap dump that a program wrote right before its core was taken, as a source: the same graph as the core's.
 */
import {expect} from 'vitest';
import {type HeapGraph, ROOT_KINDS} from '../../src/graph/heap-graph.js';
import {addressOf, nodeOfObject, sizeOf} from '../../src/graph/objects.js';
import {type CoreHeap, openCoreHeap} from '../../src/open-core-heap.js';
import type {Fixture} from './fixtures.js';

/** Between the dump and the core the program ran on for a moment. */
const FEW = 30;
/** What a dump has no records of. */
const NOT_DUMPED = ['register', 'cleanup', 'weak-handle'];

/** `typed`: the least share of the bytes that have a type, where that is less than the core's. */
export async function expectSameGraph(
  {core: corePath, executable, heapDump}: Pick<Fixture, 'core' | 'executable' | 'heapDump'>,
  typed = 0.97,
): Promise<void> {
  const core = await openCoreHeap(corePath, {executable, analyze: true});
  const dump = await openCoreHeap(heapDump, {executable, analyze: true});
  try {
    expect(dump.graph.warnings.map(({code}) => code)).toEqual(['heap-dump']);
    const [objects, ofCore] = [addressesOf(dump.graph), addressesOf(core.graph)];
    expectFew(
      [...objects].filter(([address, size]) => ofCore.get(address) !== size),
      0,
    );
    expectFew(
      [...ofCore].filter(([address, size]) => objects.get(address) !== size),
      FEW,
    );
    const [pointers, pointersOfCore] = [pointersOf(dump.graph), pointersOf(core.graph)];
    expectFew(without(pointers, pointersOfCore), FEW);
    expectFew(
      without(pointersOfCore, pointers).filter((text) => objects.has(Number(text.split(' ')[0]))),
      FEW,
    );
    for (const kind of ['global', 'static', 'goroutine', 'finalizer'])
      expectFew(without(rootsOf(core.graph, kind), rootsOf(dump.graph, kind)), 0);
    expectFew(without(rootsOf(core.graph, 'local'), rootsOf(dump.graph, 'local')), 5); // of who wrote the dump
    for (const kind of NOT_DUMPED) expect(rootsOf(dump.graph, kind).size).toBe(0);
    expect(typedShare(dump.graph)).toBeGreaterThan(Math.min(typed, typedShare(core.graph) - 0.001));
    const [retained, retainedInCore] = [await retainedOf(dump), await retainedOf(core)];
    expect(retained.size).toBeGreaterThan(30);
    const others = [...retained].filter(([name, bytes]) => !/^(?:runtime\.|data\+|bss\+)/.test(name) && retainedInCore.get(name) !== bytes);
    expectFew(others, Math.max(2, retained.size / 50)); // the runtime's own hold its threads
    const changed = [...objects].filter(
      ([address, size]) => !equal(dump.contents.bytes(address, size), core.contents.bytes(address, size)),
    );
    expectFew(changed, FEW);
  } finally {
    core.close();
    dump.close();
  }
}

function expectFew(found: readonly unknown[], most: number): void {
  expect(found.length, JSON.stringify(found.slice(0, 10))).toBeLessThanOrEqual(most);
}

function without(some: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...some].filter((text) => !others.has(text));
}

/** Address → size of the slot. */
function addressesOf(graph: HeapGraph): Map<number, number> {
  return new Map(Array.from({length: graph.objects.count}, (_, object) => [addressOf(graph, object), sizeOf(graph, object)]));
}

/** Between objects: address of the source, offset, address of the target. */
function pointersOf(graph: HeapGraph): Set<string> {
  const {objects, edges, roots} = graph;
  const found = new Set<string>();
  for (let object = 0; object < objects.count; object++) {
    const node = nodeOfObject(graph, object);
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++)
      found.add(`${addressOf(graph, object)} ${edges.slot[edge]! * 8} ${addressOf(graph, edges.target[edge]! - 1 - roots.count)}`);
  }
  return found;
}

/** Names with their places. */
function rootsOf({roots, strings}: HeapGraph, kind: string): Set<string> {
  const rows = Array.from({length: roots.count}, (_, root) => root).filter((root) => ROOT_KINDS[roots.kind[root]!] === kind);
  return new Set(
    rows.map((root) => `${strings[roots.name[root]!]} ${['finalizer', 'goroutine'].includes(kind) ? '' : roots.address[root]}`),
  );
}

/** Of variables by name: bytes that they retain. */
async function retainedOf({graph, analysis}: CoreHeap): Promise<Map<string, number>> {
  const {retained} = (await analysis)!;
  const globals = Array.from({length: graph.roots.count}, (_, root) => root).filter(
    (root) => ROOT_KINDS[graph.roots.kind[root]!] === 'global',
  );
  return new Map(globals.map((root) => [graph.strings[graph.roots.name[root]!]!, retained[root + 1]!]));
}

export function typedShare({spans, objects, types}: HeapGraph): number {
  let [typed, all] = [0, 0];
  for (let span = 0; span < spans.count; span++) {
    for (let object = objects.firstObject[span]!; object < objects.firstObject[span + 1]!; object++) {
      all += spans.slotSize[span]!;
      if (types.kind[objects.type[object]!] !== 0) typed += spans.slotSize[span]!;
    }
  }
  return typed / all;
}

function equal(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
