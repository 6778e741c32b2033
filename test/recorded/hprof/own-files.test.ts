/**
 * zoo, written as HPROF with everything in it and read back: the same objects at their addresses, with the same sizes and names, the same pointers, and the same roots
 * by kind and name: variables are static fields, goroutines threads, all other roots arrays.
 * What the file has besides it counts itself, in the static fields of its class goheap.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {hprof} from '../../../formats/hprof/export-hprof.js';
import {getBit} from '../../../src/base/bitset.js';
import {indexOfSorted} from '../../../src/base/lower-bound.js';
import {NONE} from '../../../src/base/units.js';
import {ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, nodeOfObject, sizeOf, spanOf} from '../../../src/graph/objects.js';
import type {AnalyzedHeap} from '../../../src/index.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {findPart, selectorOf} from '../../../src/values/field-path.js';
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

  /** What the file says of itself. */
  const counted = () => {
    const summary = [...file.classes.values()].find(({name}) => name === 'goheap')!;
    return Object.fromEntries(summary.statics.map(({name, value}) => [name, Number(value)])) as Record<string, number>;
  };

  test('objects are those of the heap and those that the file counts itself', () => {
    const counts = counted();
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

  /** Pointers of a root node that are followed, as addresses of slots. Ids of pieces of an object lie within its first word. */
  const heldByGo = (root: number) => targetsOf(go.columns, 1 + root).map((object) => addressOf(go.columns, object));
  const heldByJava = (node: number, ids: readonly number[]) =>
    targetsOf(java.columns, node).map((object) => ids[object]! - (ids[object]! % 8));
  const rootsOf = ({roots, strings}: AnalyzedHeap['columns']) =>
    Array.from({length: roots.count}, (_, row) => ({row, kind: ROOT_KINDS[roots.kind[row]!]!, name: strings[roots.name[row]!]!}));
  const textOf = (address: number) => address.toString(16);

  test('each pointer of a variable is a variable by that name, and there is no other', () => {
    const ids = [...numberObjects().keys()];
    const {roots, edges, types} = go.columns;
    const wanted = rootsOf(go.columns)
      .filter(({kind}) => kind === 'global' || kind === 'static')
      .flatMap(({row, name}) => {
        const held = heldByGo(row);
        const followed = Array.from(
          {length: edges.firstEdge[row + 2]! - edges.firstEdge[row + 1]!},
          (_, at) => edges.firstEdge[row + 1]! + at,
        ).filter((edge) => indexOfSorted(edges.notFollowed, edge) < 0);
        const package_ = name.includes('.') ? '' : '(program).'; // the linker's, which lie in none
        return followed.map((edge, at) => {
          const {path} = findPart({types}, roots.type[row]!, edges.slot[edge]! * 8);
          return `${package_}${name}${selectorOf(path)} → ${textOf(held[at]!)}`;
        });
      });
    const found = rootsOf(java.columns)
      .filter(({kind}) => kind === 'global')
      .map(({row, name}) => `${name} → ${heldByJava(1 + row, ids).map(textOf)}`);
    expect(found.sort()).toEqual(wanted.sort());
    expect(wanted.length).toBeGreaterThan(100);
  });

  test('goroutines are threads by name, and each frame holds what its variables and nameless words held', () => {
    const ids = [...numberObjects().keys()];
    const [a, b] = [go.columns, java.columns];
    const placeOf = (columns: AnalyzedHeap['columns'], frame: number, goroutine: number) => {
      const {firstFrame} = columns.goroutines;
      if (frame === NONE) return -1;
      const shown = Array.from({length: firstFrame[goroutine + 1]! - firstFrame[goroutine]!}, (_, at) => firstFrame[goroutine]! + at);
      return shown.filter((row) => columns.frames.wrapper[row] === 0).indexOf(frame);
    };
    const lines = (columns: AnalyzedHeap['columns'], held: (root: number) => number[]) =>
      rootsOf(columns)
        .filter(({row, kind}) => columns.roots.goroutine[row] !== NONE && (columns === a || kind !== 'goroutine'))
        .flatMap(({row}) => {
          const goroutine = columns.roots.goroutine[row]!;
          return held(row).map((address) => `${goroutine} ${placeOf(columns, columns.roots.frame[row]!, goroutine)} ${textOf(address)}`);
        });
    expect([...new Set(lines(b, (root) => heldByJava(1 + root, ids)))].sort()).toEqual([...new Set(lines(a, heldByGo))].sort());
    const threads = rootsOf(b).filter(({kind}) => kind === 'goroutine');
    expect(threads.map(({name}) => Number(/^thread "goroutine (\d+) /.exec(name)![1]))).toEqual([...a.goroutines.id]);
    for (const {row} of rootsOf(b).filter(({row, kind}) => b.roots.goroutine[row] !== NONE && kind !== 'goroutine')) {
      expect([ROOT_KINDS[b.roots.kind[row]!], b.roots.parent[row]]).toEqual(['local', b.goroutines.root[b.roots.goroutine[row]!]]);
    }
  });

  test('all other roots are arrays that say of what kind they are and whose; what else is a root the file counts', () => {
    const ids = [...numberObjects().keys()];
    const [a, b] = [go.columns, java.columns];
    const wanted = rootsOf(a)
      .filter(({row, kind}) => kind !== 'global' && kind !== 'static' && a.roots.goroutine[row] === NONE)
      .map(({row, kind, name}) => {
        const owner = a.roots.object[row]!;
        const of = owner === NONE ? '' : ` of ${a.types.name[a.objects.type[owner - 1 - a.roots.count]!]! || 'unknown'}`;
        return `${kind}${name === kind || name === '' ? '' : ` ${name}`}${of}[] → ${heldByGo(row).map(textOf)}`;
      });
    const lists = rootsOf(b).filter(({row, kind}) => kind !== 'global' && b.roots.goroutine[row] === NONE);
    expect(lists.map(({kind, name}) => `${kind} ${name}`).sort()).toEqual(['class ‹system classes›', 'jni ‹JNI globals›']);
    const arrays = targetsOf(b, 1 + lists.find(({kind}) => kind === 'jni')!.row);
    const found = arrays.map((array) => {
      const held = heldByJava(nodeOfObject(b, array), ids);
      return `${b.types.name[b.objects.type[array]!]!.replace(/^go:/, '')} → ${held.map(textOf)}`;
    });
    const constants = found.filter((text) => text.startsWith('string constants[]'));
    expect(found.filter((text) => !constants.includes(text)).sort()).toEqual(wanted.sort());
    expect([arrays.length, constants.length]).toEqual([counted().root_arrays, 1]);
    const classes = targetsOf(b, 1 + lists.find(({kind}) => kind === 'class')!.row);
    expect(classes.length).toBe(file.classes.size);
  });
});
