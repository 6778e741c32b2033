/**
 * pprof profiles of recorded programs: what pprof will sum up is what the heap's own analyses and the programs themselves say.
 */
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {pprof} from '../../../formats/pprof/export-pprof.js';
import {RootOrigins} from '../../../src/analyses/root-origins.js';
import {computeShortestPaths} from '../../../src/analyses/shortest-paths.js';
import {computeHolders} from '../../../src/answers/holders.js';
import {listOwnerTypes} from '../../../src/answers/owners.js';
import {tellHeap} from '../../../src/answers/told-heap.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {type ReadSample, readProfile, sumByFrame} from '../../kit/read-profile.js';
import {temporaryFolder} from '../../kit/small-database.js';

describe.each(['zoo-1.22.12', 'zoo-1.26.8', 'stacks-1.26.8'])('%s', async (name) => {
  const heap = await analyzedFixture(name);
  const path = join(temporaryFolder(), 'heap.pb.gz');
  await writeHeap(heap, pprof, path, {});
  const {samples, mapping, comments} = readProfile(path);
  const sums = sumByFrame(samples);
  const total = (of: keyof ReadSample & ('bytes' | 'objects')) => samples.reduce((sum, sample) => sum + sample[of], 0);

  test('the total is what is reachable', () => {
    expect(total('bytes')).toBe(heap.columns.reachableBytes);
    expect(total('objects')).toBe(heap.columns.reachableObjects);
    expect(mapping).toMatchObject({filename: heap.info.executable, buildId: heap.info.build_id});
    expect(comments[0]).toContain(heap.info.go_version);
  });

  /** Of package-level variables that keep something; the names of others have import paths, which are short in frames. */
  const variables = [...heap.roots('global')].flatMap((id) => {
    const {name: variable, type} = heap.node(id);
    const frame = type ? `${variable} ${type.name}` : variable;
    return heap.retained(id) === 0 || frame.includes('/') ? [] : [{id, frame}];
  });

  test('cum of every package-level variable is what it retains', () => {
    for (const {id, frame} of variables) expect(sums.get(frame)?.cum, frame).toBe(heap.retained(id));
    expect(variables.length).toBeGreaterThan(name.startsWith('zoo') ? 100 : 15);
  });

  test('the first frames are the rows of goheap top, in its order', async () => {
    const told = tellHeap(heap.columns);
    const {types} = heap.columns.graph;
    const owns = listOwnerTypes(heap.columns.graph);
    const rows = new Map<string, number>();
    for (const {kind, name: row, type, retained} of computeHolders(told, {unfold: false})) {
      const [, path, within = ''] = /^(.*?)( in .*)?$/.exec(row)!;
      const isNamed = kind === 'goroutine' || (kind === 'object' && owns[type] === 0);
      const frame = isNamed ? row : `${path}${type === 0 ? '' : ` ${types.name[type]}`}${within}`;
      rows.set(frame, (rows.get(frame) ?? 0) + retained);
    }
    const first = new Map<string, number>();
    for (const {stack, bytes} of samples) first.set(stack[0]!, (first.get(stack[0]!) ?? 0) + bytes);
    const ranked = [...first.values()];
    expect(ranked).toEqual(ranked.toSorted((a, b) => b - a));
    let compared = 0;
    for (const [row, bytes] of rows) {
      if (row.includes('/') || !first.has(row)) continue;
      expect(first.get(row), row).toBe(bytes);
      compared += bytes;
    }
    expect(compared).toBeGreaterThan(0.9 * heap.columns.reachableBytes);
  });

  test('in the order of the file each path is one block', () => {
    const left = new Set<string>();
    let last: readonly string[] = [];
    for (const {stack} of samples) {
      const common = stack.findIndex((frame, at) => frame !== last[at]);
      if (common >= 0) {
        for (let depth = common; depth < last.length; depth++) left.add(last.slice(0, depth + 1).join('\n'));
        for (let depth = common; depth < stack.length; depth++) expect(left).not.toContain(stack.slice(0, depth + 1).join('\n'));
      }
      last = stack;
    }
    expect(left.size).toBeGreaterThan(100);
  });

  test('down the dominators cum of every variable, and of all goroutines with one function, is what they retain', async () => {
    const other = `${path}.dominators`;
    await writeHeap(heap, pprof, other, {paths: 'dominators'});
    const profile = readProfile(other).samples;
    expect(profile.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(heap.columns.reachableBytes);
    const byFrame = sumByFrame(profile);
    for (const {id, frame} of variables) expect(byFrame.get(frame)?.cum, frame).toBe(heap.retained(id));
    const retained = new Map<string, number>();
    const origins = new RootOrigins(heap.columns.graph);
    for (const {node} of heap.goroutines()) {
      const called = origins.at(origins.idOf(node)).name;
      retained.set(called, (retained.get(called) ?? 0) + heap.retained(node)!);
    }
    let compared = 0;
    for (const [called, bytes] of retained) {
      const frame = `goroutine ${called}`;
      if (!byFrame.has(frame)) continue;
      expect(byFrame.get(frame)!.cum, frame).toBe(bytes);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('the label type sums up to the histogram', () => {
    const bytes = new Map<string, number>();
    for (const id of heap.objects()) {
      const {type, size} = heap.node(id);
      bytes.set(type?.name ?? 'unknown', (bytes.get(type?.name ?? 'unknown') ?? 0) + size);
    }
    const byLabel = new Map<string, number>();
    for (const sample of samples) byLabel.set(sample.labels.type!, (byLabel.get(sample.labels.type!) ?? 0) + sample.bytes);
    expect(byLabel).toEqual(bytes);
  });

  test('names have no addresses, numbers of goroutines or indices', () => {
    const names = new Set(samples.flatMap(({stack}) => stack));
    expect([...names].filter((frame) => /0xc0|goroutine \d|\.\w+\[\d+\]\./.test(frame))).toEqual([]);
  });

  test.skipIf(!name.startsWith('zoo'))('as the program built them', () => {
    expect(sums.get('main.GMapLarge map[int]*main.Scalar24')?.cum).toBe(heap.retained(heap.global('main.GMapLarge').node()!));
    const {objects} = samples.find(({stack}) => stack[0]!.startsWith('main.GHugeBytes '))!;
    expect(objects).toBe(1);
    const places = samples.filter(({stack, places: [place]}) => stack[0]!.startsWith('goroutine main.') && /main\.go:\d+$/.test(place!));
    expect(places.length).toBeGreaterThan(0);
  });

  test('shortest paths have the same total, and each object below the root that is nearest', async () => {
    const other = `${path}.shortest`;
    await writeHeap(heap, pprof, other, {paths: 'shortest'});
    const shortest = readProfile(other).samples;
    expect(shortest.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(heap.columns.reachableBytes);
    expect(shortest.some(({stack}) => stack[0] === '(several roots)')).toBe(false);
    const {roots} = heap.columns.graph;
    const {holder} = await computeShortestPaths(heap.columns.graph);
    const expected = new Map<number, number>();
    for (const id of heap.objects()) {
      let at = id as number;
      while (at > roots.count) at = holder[at]!;
      expected.set(at, (expected.get(at) ?? 0) + heap.node(id).size);
    }
    const sumsByRoot = sumByFrame(shortest);
    for (const [root, bytes] of expected) {
      const {kind, name: variable, type} = heap.node(heap.id(root));
      const frame = type ? `${variable} ${type.name}` : variable;
      if (kind === 'global' && !frame.includes('/')) expect(sumsByRoot.get(frame)?.cum, frame).toBe(bytes);
    }
  });
});
