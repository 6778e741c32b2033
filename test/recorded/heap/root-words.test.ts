/**
 * Root words against the runtime's own: the words of data, bss and stack frames that WriteHeapDump listed, and nothing
 * besides but what it does not list (address-taken variables on stacks).
 */
import {describe, expect, test} from 'vitest';
import {type HeapGraph, ROOT_KINDS, type RootKind} from '../../../src/graph/heap-graph.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {buildDumpGraph, findObject} from '../../oracle/dump-graph.js';
import {readHeapDump, wordAt} from '../../oracle/heap-dump.js';

/** Addresses of the words that nodes of these kinds own. */
function ownedWords(graph: HeapGraph, kinds: readonly RootKind[]): number[] {
  const words: number[] = [];
  for (let root = 0; root < graph.roots.count; root++) {
    if (!kinds.includes(ROOT_KINDS[graph.roots.kind[root]!]!)) continue;
    for (let edge = graph.edges.firstEdge[root + 1]!; edge < graph.edges.firstEdge[root + 2]!; edge++) {
      if (!Number.isNaN(graph.roots.address[root]!)) words.push(graph.roots.address[root]! + graph.edges.slot[edge]! * 8); // else in a register
    }
  }
  return words.sort((a, b) => a - b);
}

describe.each(fixtureNames())('%s', async (name) => {
  const fixture = unpackFixture(name);
  const {graph} = (await analyzedFixture(name)).columns;
  const dump = readHeapDump(fixture.heapDump);
  const dumpGraph = buildDumpGraph(dump);
  const heapWords = (block: {address: number; contents: Uint8Array; field: readonly number[]}) =>
    block.field
      .filter((offset) => findObject(dumpGraph, wordAt(block.contents, offset)) !== undefined)
      .map((offset) => block.address + offset);

  test('globals own the words of data and bss that lead to the heap', () => {
    const owned = ownedWords(graph, ['global', 'static']);
    const dumped = [...heapWords(dump.data), ...heapWords(dump.bss)].sort((a, b) => a - b);
    const changed = [...owned.filter((word) => !dumped.includes(word)), ...dumped.filter((word) => !owned.includes(word))];
    // The runtime's own lists (free goroutines, idle threads) go on changing between dump and core.
    const names = changed.map((word) => nameAt(graph, word)).filter((text) => !text.startsWith('runtime.'));
    expect(names).toEqual([]);
    expect(changed.length).toBeLessThanOrEqual(4);
  });

  test('goroutines own the words that the stack maps of their frames name', () => {
    const owned = new Set(ownedWords(graph, ['goroutine', 'local']));
    // Main wrote the dump and a goroutine that did not wait (status 4) has moved as well.
    const frames = dump.goroutines.filter(({id, status}) => id !== 1 && status === 4).flatMap((goroutine) => goroutine.frames);
    const dumped = frames.flatMap(heapWords);
    const lost = dumped.filter((word) => !owned.has(word));
    expect(lost).toEqual([]);
    expect(dumped.length).toBeGreaterThan(0);
  });

  test('no two nodes own one word', () => {
    const words = ownedWords(graph, [
      'global',
      'static',
      'goroutine',
      'local',
      'conservative',
      'runtime',
      'finalizer',
      'cleanup',
      'weak-handle',
      'g',
    ]);
    expect(new Set(words).size).toBe(words.length);
  });
});

function nameAt(graph: HeapGraph, word: number): string {
  for (let root = 0; root < graph.roots.count; root++) {
    if (word >= graph.roots.address[root]! && word < graph.roots.address[root]! + graph.roots.size[root]!)
      return graph.strings[graph.roots.name[root]!]!;
  }
  return 'runtime. or nothing: the word holds no heap pointer any more';
}
