/**
 * The self-checks notice damaged metadata: one word of the runtime changed in a recorded core, and which warnings that gives.
 * In the sound core there are none.
 */
import {closeSync, constants, copyFileSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {Address} from '../../../src/base/units.js';
import {openCoreHeap} from '../../../src/open-core-heap.js';
import {PAGE} from '../../../src/runtime/memory/arena-table.js';
import {readSpans, SPAN_STATE} from '../../../src/runtime/memory/spans.js';
import {readWords} from '../../../src/runtime/words.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {openFixture} from '../../kit/open-fixture.js';

type Change = (value: number) => number;
const flip =
  (bit: number): Change =>
  (value) =>
    value ^ (1 << bit);

describe.each(fixtureNames().filter((name) => /^tiny-1\.(17|22|26)\.\d+$/.test(name)))('%s', (name) => {
  const {fixture, files, go} = openFixture(name);
  const folder = mkdtempSync(join(tmpdir(), 'goheap-checks-'));
  afterAll(() => {
    files.close();
    rmSync(folder, {recursive: true});
  });
  const spans = readSpans(go);
  const {table} = spans;
  const mspan = go.layouts.get('runtime.mspan');
  /** A span of small objects with pointers and free slots. */
  const small = table.slots.findIndex(
    (slots, span) =>
      table.scan[span] === 1 &&
      slots > 8 &&
      slots < 256 &&
      table.allocated[span]! > 1 &&
      table.allocated[span]! < slots - 1 &&
      table.slotSize[span]! <= 512,
  );
  const at = spans.mspan[small]!;

  /** The codes of the warnings when the byte at `address` is changed. */
  async function warningsWith(address: Address | undefined, change: Change = (value) => value): Promise<string[]> {
    const core = join(folder, 'core');
    copyFileSync(fixture.core, core, constants.COPYFILE_FICLONE);
    if (address !== undefined) {
      const segment = files.core.elf.segments.find((known) => address >= known.address && address < known.address + known.fileSize)!;
      const file = openSync(core, 'r+');
      writeSync(file, Uint8Array.of(change(go.image.u8(address))), 0, 1, segment.offset + address - segment.address);
      closeSync(file);
    }
    const heap = await openCoreHeap(core, {executable: fixture.executable});
    heap.close();
    return heap.graph.warnings.map(({code}) => code);
  }

  test('sound', async () => expect(await warningsWith(undefined)).toEqual([]));

  test.each<[field: string, byte: number, change: Change, code: string]>([
    ['allocCount', 0, flip(0), 'allocation-count'],
    ['freeindex', 0, () => table.slots[small]!, 'allocation-count'],
    ['npages', 0, flip(1), 'span-shape'],
    ['npages', 0, flip(1), 'heap-total'],
    ['nelems', 0, (value) => value - 1, 'span-shape'],
    ['elemsize', 0, (value) => (value === 16 ? 24 : 16), 'span-shape'],
    ['spanclass', 0, flip(1), 'span-shape'],
    ['state', 0, () => 2, 'heap-total'],
    ['state', 0, () => 0, 'heap-total'],
    ['limit', 2, flip(3), 'span-shape'],
  ])('mspan.%s', async (field, byte, change, code) => {
    expect(await warningsWith(at + mspan.offsetOf(field) + byte, change)).toContain(code);
  });

  test('the start of a span', async () => {
    const codes = await warningsWith(at + mspan.offsetOf('startAddr') + 1, flip(5)); // a page further
    expect(codes).toContain(
      table.start.includes(table.start[small]! + (table.start[small]! % (2 * PAGE) === 0 ? PAGE : -PAGE)) ? 'heap-total' : 'span-pages',
    ); // on another span, or not
  });

  test('whether a span has pointers, where their bits take the room of a slot', async () => {
    const room = (span: number) => table.length[span]! - (spans.inlineMarks[span] === 1 ? 128 : 0);
    const roomy = table.slots.findIndex(
      (slots, span) => table.scan[span] === 1 && table.slotSize[span]! <= 512 && Math.floor(room(span) / table.slotSize[span]!) > slots,
    );
    expect(roomy >= 0).toBe(spans.heapBitmap === undefined);
    if (roomy < 0) return;
    expect(await warningsWith(spans.mspan[roomy]! + mspan.offsetOf('spanclass'), flip(0))).toContain('span-shape');
  });

  test('an allocation bit', async () => {
    const slots = table.slots[small]!;
    const bits = go.image.word(at + mspan.offsetOf('allocBits'));
    expect(await warningsWith(bits + ((slots - 1) >>> 3), flip((slots - 1) & 7))).toContain('allocation-count');
  });

  test('the list of spans', async () => {
    const allspans = go.address('runtime.mheap_') + go.layouts.get('runtime.mheap').offsetOf('allspans');
    expect(await warningsWith(allspans + 8, (length) => length >>> 1)).toContain('span-unlisted');
    const stack = table.state.indexOf(SPAN_STATE.manual);
    const list = readWords(go.image, go.image.word(allspans), go.image.word(allspans + 8));
    const entry = go.image.word(allspans) + list.indexOf(spans.mspan[stack]!) * 8;
    expect(await warningsWith(entry + 1, flip(5))).toContain('span-unlisted'); // 8 KiB further
  });

  test("the collector's mask of the data section", async () => {
    const mask = go.address('runtime.firstmoduledata') + go.layouts.get('runtime.moduledata').offsetOf('gcdatamask');
    const bits = go.modules[0]!.sections[0]!.maskBits;
    expect(await warningsWith(mask + 1, () => (bits >>> 8) - 1)).toContain('mask-size'); // 256 bits fewer
  });
});
