/**
 * zoo, written as HPROF with everything in it and read back: the same objects at their addresses, with the same sizes and names, the same pointers, and the same variables.
 * What the file has besides it counts itself, in the static fields of its class goheap.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {hprof} from '../../../formats/hprof/export-hprof.js';
import {getBit} from '../../../src/base/bitset.js';
import {indexOfSorted} from '../../../src/base/lower-bound.js';
import {ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, nodeOfObject, sizeOf, spanOf} from '../../../src/graph/objects.js';
import type {AnalyzedHeap} from '../../../src/index.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {HprofFile} from '../../kit/hprof-reader.js';

describe('zoo', () => {
  let [go, java] = [] as unknown as [AnalyzedHeap, AnalyzedHeap];
  let file: HprofFile;
  const folder = mkdtempSync(join(tmpdir(), 'own-hprof-'));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  beforeAll(async () => {
    go = await analyzedFixture('zoo-1.26.8');
    const path = join(folder, 'zoo.hprof');
    await hprof.write({columns: {...go.columns, graph: go.columns}}, path, {sizes: 'full', contents: 'full'}, {});
    file = new HprofFile(path);
    java = await (await openHeap(path)).analyze();
  });

  /** Numbers of the objects of the file by their ids: they are in the order of these. */
  const numberObjects = () =>
    new Map([...file.objects.keys(), ...file.classes.keys()].sort((a, b) => a - b).map((id, object) => [id, object]));
  /** Of the pointers that are followed: others are not written. */
  const targetsOf = ({edges, roots}: AnalyzedHeap['columns'], node: number) =>
    Array.from({length: edges.firstEdge[node + 1]! - edges.firstEdge[node]!}, (_, at) => edges.firstEdge[node]! + at)
      .filter((edge) => indexOfSorted(edges.notFollowed, edge) < 0)
      .map((edge) => edges.target[edge]! - 1 - roots.count);

  test('objects are those of the heap and those that the file counts itself', () => {
    const summary = [...file.classes.values()].find(({name}) => name === 'goheap')!;
    const counts = Object.fromEntries(summary.statics.map(({name, value}) => [name, Number(value)])) as Record<string, number>;
    const more = ['unreachable_objects_written', 'strings', 'substrings', 'parts', 'root_arrays', 'constants', 'map_arrays', 'map_entries'];
    const sum = more.reduce((total, name) => total + counts[name]!, 0) + 3 * counts.goroutines!;
    expect(java.columns.objects.count - file.classes.size - sum).toBe(go.columns.reachableObjects);
    expect(java.info.jvm_layout).toBe('goheap');
  });

  test('objects that are one value have their size, name and pointers; texts are told by their own', () => {
    const numberOf = numberObjects();
    const ids = [...numberOf.keys()];
    const [a, b] = [go.columns, java.columns];
    const isText = (object: number) => a.spans.scan[spanOf(a.objects, object)] === 0;
    let compared = 0;
    for (let object = 0; object < a.objects.count; object++) {
      const node = nodeOfObject(a, object);
      if (!getBit(a.reachable, node) || isText(object) || lengthOf(a.objects, object) !== 1 || headerOf(a, object) > 0) continue;
      const other = numberOf.get(addressOf(a, object))!;
      const [name, its] = [a.types.name[a.objects.type[object]!]!, b.types.name[b.objects.type[other]!]!];
      if (its.endsWith('[]') || a.objects.type[object] === 0) continue; // an array in one value
      compared++;
      expect(its.replace(/^go:/, ''), name).toContain(name.replace(/^\[.*/, ''));
      expect(sizeOf(b, other), name).toBe(sizeOf(a, object));
      const own = targetsOf(a, node).filter((target) => !isText(target) && getBit(a.reachable, nodeOfObject(a, target)));
      const found = new Map<number, number>();
      for (const target of targetsOf(b, nodeOfObject(b, other))) found.set(ids[target]!, (found.get(ids[target]!) ?? 0) + 1);
      for (const target of own) {
        const id = [addressOf(a, target), addressOf(a, target) + headerOf(a, target)].find((place) => (found.get(place) ?? 0) > 0);
        expect(id, `${name} at ${addressOf(a, object).toString(16)}`).toBeDefined();
        found.set(id!, found.get(id!)! - 1);
      }
    }
    expect(compared).toBeGreaterThan(3000);
  });

  test('variables are roots by their names', () => {
    const namesOf = ({roots, strings}: AnalyzedHeap['columns']) =>
      new Set(
        [...roots.name.subarray(0, roots.count)]
          .filter((_, row) => ROOT_KINDS[roots.kind[row]!] === 'global')
          .map((name) => strings[name]!),
      );
    const its = [...namesOf(java.columns)];
    const lost = [...namesOf(go.columns)].filter(
      (name) =>
        /^main\.\w+$/.test(name) && !its.some((other) => other === name || other.startsWith(`${name}.`) || other.startsWith(`${name}[`)),
    );
    expect(lost).toEqual([]);
  });
});
