/**
 * What must hold of the runtime's structures in every sound core: the spans tile the heap as the size classes say, the
 * masks cover their sections, every stack unwinds to its goroutine's first function.
 */
import {afterAll, describe, expect, test} from 'vitest';
import {GoroutineReader, type GoroutineState} from '../../../src/runtime/goroutines/goroutine-reader.js';
import {PAGE} from '../../../src/runtime/memory/arena-table.js';
import {readSpans} from '../../../src/runtime/memory/spans.js';
import {PointerMasks} from '../../../src/runtime/types/pointer-masks.js';
import {readTypeWords} from '../../../src/runtime/types/type-words.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {openFixture} from '../../kit/open-fixture.js';
import {readHeapDump} from '../../oracle/heap-dump.js';
import {readTruth} from '../../oracle/truth.js';

describe.each(fixtureNames())('%s', (name) => {
  const {fixture, files, go, warnings} = openFixture(name);
  afterAll(() => files.close());

  test('the version is the one that the program prints', () => {
    expect(go.goVersion).toBe(readTruth(fixture.truth).go);
  });

  test('spans do not overlap, and their slots fill them but for the tail', () => {
    const {table} = readSpans(go);
    expect(table.count).toBeGreaterThan(10);
    for (let span = 0; span < table.count; span++) {
      expect(table.length[span]! % PAGE).toBe(0);
      if (span > 0) expect(table.start[span]!).toBeGreaterThanOrEqual(table.start[span - 1]! + table.length[span - 1]!);
      expect(table.slots[span]! * table.slotSize[span]! + table.tail[span]!).toBe(table.state[span] === 1 ? table.length[span] : 0);
      expect(table.allocated[span]!).toBeLessThanOrEqual(table.slots[span]!);
      // Less than one slot is left over behind the slots and the collector's own bits (128 of pointers, 128 of marks a page).
      if (table.state[span] === 1) expect(table.tail[span]!).toBeLessThan(table.slotSize[span]! + 256);
    }
    expect(warnings.list().filter(({code}) => code === 'allocation-count' || code === 'allocation-bits')).toEqual([]);
  });

  test('a mask has a bit for every word of its section', () => {
    for (const module of go.modules) {
      for (const {start, end, maskBits} of module.sections) expect(maskBits).toBe(Math.floor((end - start) / 8));
    }
  });

  test('the table of itabs is the one that the runtime dumped', () => {
    const dumped = readHeapDump(fixture.heapDump).itabs.map(({itab, type}) => `${itab} ${type}`);
    const {itabs} = readTypeWords(go);
    expect(itabs.map(({address, type}) => `${address} ${type}`).sort()).toEqual(dumped.sort());
  });

  test('every goroutine unwinds to its first function, by frames that tile its stack', () => {
    const dump = readHeapDump(fixture.heapDump);
    const reader = new GoroutineReader(go, files.core.threads, {filterWords: () => () => true});
    const goroutines = [...reader.read()];
    expect(goroutines.length).toBeGreaterThanOrEqual(dump.goroutines.length);
    for (const goroutine of goroutines) {
      const last = goroutine.frames.at(-1);
      expect(last?.fn.name).toBe('runtime.goexit');
      goroutine.frames.forEach((frame, depth) => {
        if (depth > 0) expect(frame.sp).toBe(goroutine.frames[depth - 1]!.fp);
        expect(frame.fp).toBeLessThanOrEqual(goroutine.stack.hi);
      });
    }
    expect(warnings.list().filter(({code}) => code.startsWith('stack') || code.startsWith('goroutine'))).toEqual([]);
    const user = goroutines.filter((goroutine) => !goroutine.system).length;
    expect(user).toBe(readTruth(fixture.truth).goroutines);
  });

  test('where only one frame at each end of a stack is kept, the others hold the same words', () => {
    const options = {filterWords: () => () => true};
    const whole = [...new GoroutineReader(go, files.core.threads, options).read()];
    const folded = [...new GoroutineReader(go, files.core.threads, {...options, keptAtEnds: 1}).read()];
    // Nil and pointers to its own stack, which hold nothing, are not listed of frames that are not kept.
    const held = ({scanned, stack}: GoroutineState) =>
      [...new Set([...scanned.words, ...scanned.omitted.address, ...scanned.conservative.flatMap(({words}) => words)])]
        .filter((at) => go.image.word(at) !== 0 && !(go.image.word(at) >= stack.lo && go.image.word(at) < stack.hi))
        .sort();
    expect(folded.map(held)).toEqual(whole.map(held));
    expect(folded.filter(({omitted}) => omitted !== undefined).length).toBeGreaterThan(1);
    for (const [i, {frames, omitted}] of folded.entries()) {
      const count = [...(omitted?.count.values() ?? [])].reduce((sum, times) => sum + times, 0);
      expect(frames.length + count).toBe(whole[i]!.frames.length);
    }
  });

  test('a mask derived from the structure of a type is the one that the compiler wrote', () => {
    const masks = new PointerMasks(go);
    let compared = 0;
    for (const [offset] of go.dwarf!.runtimeTypes) {
      const type = go.modules[0]!.types + offset;
      const written = masks.find(type);
      if (!written) continue;
      const derived = masks.derive(type);
      expect([offset, ...derived]).toEqual([offset, ...written.words]);
      compared++;
    }
    expect(compared).toBeGreaterThan(300);
  });
});
