/**
 * Removes the records of a heap dump that are no objects. From Go 1.22 on, spans of slots up to 512 bytes keep their
 * pointer bitmap (128 bytes) at the end, and with Green Tea 128 more bytes for marks; runtime.dumpobjs still counts slots
 * by the whole 8 KiB page, so the slots that those tables cover appear as objects with junk for contents and pointers.
 * The dump does not say whether a span holds pointers: that is inferred from its records and checked by the total,
 * which must equal MemStats.HeapObjects (test/recorded/oracle/oracle.test.ts).
 */

/** Rows are records in ascending address order; record i has the pointer slots [firstField[i], firstField[i + 1]). */
export interface DumpObjects {
  readonly address: readonly number[];
  readonly size: readonly number[];
  readonly firstField: readonly number[];
  readonly fieldOffset: readonly number[]; // bytes from the object's address
  readonly fieldValue: readonly number[]; // the word there
}

const PAGE = 8192;
const TABLE = 128;
const LARGEST_WITH_TABLES = 512;

export function dropTailRecords(records: DumpObjects, version: string): {objects: DumpObjects; dropped: number} {
  const order = records.address.map((_, i) => i).sort((a, b) => records.address[a]! - records.address[b]!);
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? 0);
  if (minor < 22 || version.includes('noallocheaders')) return {objects: pick(records, order), dropped: 0};
  const inlineMarks = version.includes('X:') ? experimentSays(version, minor) : minor >= 26;
  const kept: number[] = [];
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    const page = pageOf(records, order[start]!);
    while (end < order.length && pageOf(records, order[end]!) === page) end++;
    kept.push(...objectsOfPage(records, order.slice(start, end), page, inlineMarks));
    start = end;
  }
  return {objects: pick(records, kept), dropped: order.length - kept.length};
}

function experimentSays(version: string, minor: number): boolean {
  if (version.includes('nogreenteagc')) return false;
  return minor >= 26 || version.includes('greenteagc');
}

function pageOf({address}: DumpObjects, record: number): number {
  return Math.floor(address[record]! / PAGE);
}

function objectsOfPage(records: DumpObjects, inPage: readonly number[], page: number, inlineMarks: boolean): readonly number[] {
  const size = records.size[inPage[0]!]!;
  if (size > LARGEST_WITH_TABLES) return inPage;
  const marks = inlineMarks && size >= 16 ? TABLE : 0;
  const slotsWithPointers = Math.floor((PAGE - TABLE - marks) / size);
  const slotsWithout = Math.floor((PAGE - marks) / size);
  const slotOf = (record: number) => (records.address[record]! - page * PAGE) / size;
  // A span without pointers has no record with a pointer slot. A span with pointers always lists all slots of its tail,
  // and each object in it has at least one pointer; so a page that lists only its tail is one without any object.
  const hasPointers = inPage.some((record) => records.firstField[record + 1]! > records.firstField[record]!);
  const onlyTail = inPage.every((record) => slotOf(record) >= slotsWithPointers);
  const slots =
    hasPointers || (onlyTail && inPage.length === Math.floor(PAGE / size) - slotsWithPointers) ? slotsWithPointers : slotsWithout;
  return inPage.filter((record) => slotOf(record) < slots);
}

function pick(records: DumpObjects, order: readonly number[]): DumpObjects {
  const fieldOffset: number[] = [];
  const fieldValue: number[] = [];
  const firstField = [0];
  for (const record of order) {
    for (let field = records.firstField[record]!; field < records.firstField[record + 1]!; field++) {
      fieldOffset.push(records.fieldOffset[field]!);
      fieldValue.push(records.fieldValue[field]!);
    }
    firstField.push(fieldOffset.length);
  }
  return {address: order.map((r) => records.address[r]!), size: order.map((r) => records.size[r]!), firstField, fieldOffset, fieldValue};
}
