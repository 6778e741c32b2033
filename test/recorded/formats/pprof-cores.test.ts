/**
 * pprof profiles of recorded programs: what pprof will sum up is what the heap's own analyses and the programs themselves say.
 */
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {pprof} from '../../../formats/pprof/export-pprof.js';
import {openHeap} from '../../../src/library/open-heap.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {type ReadSample, readProfile, sumByFrame} from '../../kit/read-profile.js';
import {temporaryFolder} from '../../kit/small-database.js';

describe.each(['zoo-1.22.12', 'zoo-1.26.8', 'stacks-1.26.8'])('%s', async (name) => {
  const {core, executable} = unpackFixture(name);
  const opened = await openHeap(core, {executable, analyze: true});
  afterAll(() => opened.close());
  const heap = await opened.analyze();
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

  test('cum of every package-level variable is what it retains', () => {
    let compared = 0;
    for (const id of heap.roots('global')) {
      const {name: variable, type} = heap.node(id);
      if (heap.retained(id) === 0) continue;
      expect(sums.get(type ? `${variable} ${type.name}` : variable)?.cum, variable).toBe(heap.retained(id));
      compared++;
    }
    expect(compared).toBeGreaterThan(name.startsWith('zoo') ? 150 : 30);
  });

  test('cum of a goroutine is what all with its function retain', () => {
    const retained = new Map<string, number>();
    for (const {node, frames} of heap.goroutines()) {
      const entry = `goroutine ${frames.findLast(({inlined, function: called}) => !inlined && called !== 'runtime.goexit')?.function}`;
      retained.set(entry, (retained.get(entry) ?? 0) + heap.retained(node)!);
    }
    let compared = 0;
    for (const [entry, bytes] of retained) {
      if (!sums.has(entry)) continue;
      expect(sums.get(entry)!.cum, entry).toBe(bytes);
      compared++;
    }
    expect(compared).toBeGreaterThan(2);
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
    const expected = new Map<number, number>();
    for (const id of heap.objects()) {
      let at = id as number;
      while (at > roots.count) at = heap.columns.holder[at]!;
      expected.set(at, (expected.get(at) ?? 0) + heap.node(id).size);
    }
    const sumsByRoot = sumByFrame(shortest);
    for (const [root, bytes] of expected) {
      const {kind, name: variable, type} = heap.node(heap.id(root));
      if (kind === 'global') expect(sumsByRoot.get(type ? `${variable} ${type.name}` : variable)?.cum, variable).toBe(bytes);
    }
  });
});
