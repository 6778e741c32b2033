/**
 * The oracle against what the programs printed about themselves: only then is it worth comparing anything with it.
 */
import {describe, expect, test} from 'vitest';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {buildDumpGraph, computeDepths, computeLoss, findObject, findRoots} from '../../oracle/dump-graph.js';
import {readHeapDump} from '../../oracle/heap-dump.js';
import {readSymbols} from '../../oracle/symbols.js';
import {readTruth} from '../../oracle/truth.js';

const minorOf = (version: string) => Number(/go1\.(\d+)/.exec(version)![1]);

describe.each(fixtureNames())('the heap dump of %s', (name) => {
  const fixture = unpackFixture(name);
  const dump = readHeapDump(fixture.heapDump);
  const truth = readTruth(fixture.truth);

  test('holds exactly the objects that the runtime counted', () => {
    expect(dump.version).toBe(truth.go);
    expect(dump.objects.address.length).toBe(dump.memstats.HeapObjects);
    expect(dump.objects.size.reduce((sum, size) => sum + size, 0)).toBe(dump.memstats.HeapAlloc);
    expect(dump.tailRecords > 0).toBe(minorOf(truth.go) >= 22); // spans have had a tail without slots since then
  });

  test('has the goroutines that the program counted', () => {
    // ReadMemStats and WriteHeapDump run between the count and the dump; neither starts a goroutine.
    expect(dump.goroutines.filter(({system}) => !system).length).toBe(truth.goroutines);
  });
});

describe.each(fixtureNames('zoo'))('the graph of %s', (name) => {
  const fixture = unpackFixture(name);
  const dump = readHeapDump(fixture.heapDump);
  const truth = readTruth(fixture.truth);
  const graph = buildDumpGraph(dump);
  const roots = findRoots(dump, graph);
  const depth = computeDepths(graph, roots);

  test('reaches the list of 1000 nodes from its variable, one after the other', () => {
    const head = findObject(graph, truth.addresses['GList.head']!)!;
    expect(depth[head]).toBe(1);
    let last = head;
    for (let [edge] = graph.edges[head]!; edge !== undefined; [edge] = graph.edges[edge.target]!) last = edge.target;
    expect(depth[last]).toBe(1000);
  });

  test('loses 16,000 bytes without the head of the list, and the same without the variable', () => {
    const head = findObject(graph, truth.addresses['GList.head']!)!;
    expect(computeLoss(graph, depth, computeDepths(graph, roots, {object: head}))).toEqual({bytes: 16000, objects: 1000});
    const list = readSymbols(fixture.executable).get('main.GList')!;
    const rootWords = (word: {address: number}) => word.address === list.address;
    expect(computeLoss(graph, depth, computeDepths(graph, roots, {rootWords}))).toEqual({bytes: 16000, objects: 1000});
  });

  test('has the dropped objects, and reaches none of them', () => {
    expect(truth.dead.length).toBe(100);
    for (const address of truth.dead) {
      const object = findObject(graph, address);
      expect(object).toBeDefined();
      expect(depth[object!]).toBe(0);
    }
  });
});
