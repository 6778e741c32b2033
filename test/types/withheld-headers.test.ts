/**
 * The rule of propagation against the allocator: the types that it recorded in front of large objects are withheld, and what pointers
 * alone claim of these objects must not contradict them.
 */
import {expect, test} from 'vitest';
import {StringTable} from '../../src/base/string-table.js';
import {WarningLog} from '../../src/base/warnings.js';
import {openDwarf} from '../../src/dwarf/dwarf.js';
import {readSymbols} from '../../src/elf/symbols.js';
import {EVIDENCE} from '../../src/graph/heap-graph.js';
import {findObjects} from '../../src/heap/find-objects.js';
import {findRoots} from '../../src/heap/find-roots.js';
import {numberNodes} from '../../src/heap/number-nodes.js';
import {traceEdges} from '../../src/heap/trace-edges.js';
import {inflate} from '../../src/image/decompress.js';
import {createMemoryImage} from '../../src/image/memory-image.js';
import {openDump} from '../../src/image/open-dump.js';
import {readGoRuntime} from '../../src/runtime/go-runtime.js';
import {PointerMasks} from '../../src/runtime/pointer-masks.js';
import {namesFromDwarf} from '../../src/runtime/runtime-names.js';
import {readSpans} from '../../src/runtime/spans.js';
import {TypeWords} from '../../src/runtime/type-words.js';
import type {TracedHeap, TypeSource} from '../../src/types/assign-input.js';
import {assignTypes} from '../../src/types/assign-types.js';
import {fixtureNames, unpackFixture} from '../kit/fixtures.js';

async function traceHeap(name: string): Promise<{source: TypeSource; heap: TracedHeap; close: () => void}> {
  const {core, executable} = unpackFixture(name);
  const warnings = new WarningLog();
  const files = openDump(core, {executable}, warnings);
  const image = createMemoryImage(files.core, files.executable, warnings);
  const dwarf = openDwarf((section) => files.debug.section(section), warnings)!;
  const go = readGoRuntime(image, namesFromDwarf(dwarf, image.bias), dwarf, warnings, executable);
  const runtime = readSpans(go);
  const index = findObjects(runtime);
  const traced = await traceEdges(go, runtime, index, new TypeWords(go), new PointerMasks(go));
  const symbols = readSymbols(files.debug.elf, inflate);
  const found = findRoots(go, {threads: files.core.threads, symbols, runtime}, index, traced, new StringTable());
  const nodes = numberNodes(found.collected, traced, index, found.gObjects);
  const {headerObject, headerType, interfaceType, bitmaps} = traced;
  const heap: TracedHeap = {
    ...index,
    ...nodes,
    objectCount: index.count,
    headerObject,
    headerType,
    interfaceType,
    rootTypeDie: found.collected.typeDie,
    pointerBits: (object, span, into) => bitmaps.read(object, span, into),
  };
  return {source: {image, dwarf, modules: go.modules, bias: image.bias, warnings}, heap, close: () => files.close()};
}

test.each(fixtureNames('zoo'))('%s', async (name) => {
  const {source, heap, close} = await traceHeap(name);
  const known = await assignTypes(source, heap, []);
  const claimed = await assignTypes(source, {...heap, headerObject: new Uint32Array(0), headerType: new Float64Array(0)}, []);
  close();
  let agreed = 0;
  const contradictions: string[] = [];
  for (const object of heap.headerObject) {
    const truth = known.types.name[known.type[object]!]!;
    const claim = claimed.types.name[claimed.type[object]!]!;
    if (claimed.type[object] === 0 || EVIDENCE[claimed.evidence[object]!] === 'guess') continue;
    if (claim !== truth && !isOtherNameFor(claim, truth)) contradictions.push(`${claim} for ${truth}`);
    else if (claim === truth && claimed.length[object] !== known.length[object])
      contradictions.push(`${claimed.length[object]} ${claim}, not ${known.length[object]}`);
    else agreed++;
  }
  expect(contradictions).toEqual([]);
  expect(agreed).toBeGreaterThan(heap.headerObject.length * 0.8);
});

/** What the allocator calls by another name: Go 1.23's buckets, an array by its elements, and runtime.m, which has a padded twin. */
function isOtherNameFor(claim: string, truth: string): boolean {
  return (claim.startsWith('bucket<') && truth.startsWith('map.bucket[')) || truth.endsWith(`]${claim}`) || truth === `${claim}Padded`;
}
