/**
 * The pass over the spans on several threads gives what it gives on one. Threads need compiled files, so this tests the build.
 */
import {afterAll, describe, expect, test} from 'vitest';
import {WarningLog} from '../../../src/base/warnings.js';
import {unpackFixture} from '../../kit/fixtures.js';

const built = async <T>(path: string) => (await import(new URL(`../../../dist/src/${path}`, import.meta.url).href)) as T;
const {openDwarf} = await built<typeof import('../../../src/dwarf/dwarf.js')>('dwarf/dwarf.js');
const {findObjects} = await built<typeof import('../../../src/heap/find-objects.js')>('heap/find-objects.js');
const {traceAside} = await built<typeof import('../../../src/heap/trace-aside.js')>('heap/trace-aside.js');
const {traceEdges} = await built<typeof import('../../../src/heap/trace-edges.js')>('heap/trace-edges.js');
const {createMemoryImage} = await built<typeof import('../../../src/image/memory-image.js')>('image/memory-image.js');
const {openDump} = await built<typeof import('../../../src/image/open-dump.js')>('image/open-dump.js');
const {readGoRuntime} = await built<typeof import('../../../src/runtime/go-runtime.js')>('runtime/go-runtime.js');
const {readSpans} = await built<typeof import('../../../src/runtime/memory/spans.js')>('runtime/memory/spans.js');
const {namesFromDwarf} = await built<typeof import('../../../src/runtime/runtime-names.js')>('runtime/runtime-names.js');
const {readTypeWords} = await built<typeof import('../../../src/runtime/types/type-words.js')>('runtime/types/type-words.js');

describe.each(['zoo-1.26.8', 'zoo-1.22.12', 'busy-1.26.8'])('%s', async (name) => {
  const {core, executable} = unpackFixture(name);
  const warnings = new WarningLog();
  const files = openDump(core, {executable}, warnings);
  afterAll(() => files.close());
  const image = createMemoryImage(files.core, files.executable, warnings);
  const dwarf = openDwarf((section) => files.debug!.section(section), warnings)!;
  const go = readGoRuntime(image, namesFromDwarf(dwarf, image.bias), dwarf, warnings, executable);
  const runtime = readSpans(go);
  const index = findObjects(runtime);
  const typeWords = readTypeWords(go);

  test.each([
    {threads: 3, runBytes: 8192}, // a span or two
    {threads: 4, runBytes: 2 ** 17},
  ])('$threads threads, runs of $runBytes bytes', async ({threads, runBytes}) => {
    const here = new WarningLog();
    const expected = await traceEdges({...go, warnings: here}, runtime, index, typeWords, {threads: 1});
    const aside = new WarningLog();
    const found = await traceAside({...go, warnings: aside}, runtime, index, typeWords, threads, {}, runBytes);
    const {bitmaps, ...columns} = expected;
    const {bitmaps: joinedBitmaps, ...joined} = found!.edges;
    expect(columns.target.length).toBeGreaterThan(100);
    expect(joined).toEqual(columns);
    expect(joinedBitmaps.parts()).toEqual(bitmaps.parts());
    expect(aside.list()).toEqual(here.list());
  });

  test('ends when it is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(traceAside(go, runtime, index, typeWords, 3, {signal}, 8192)).rejects.toThrow('enough');
  });
});
