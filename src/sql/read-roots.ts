/**
 * `goroutines`, `frames` and `roots` → the graph's tables of these names.
 *
 * Goroutines are stored by goid. The graph wants each goroutine's frames together and in the order of their ids, so goroutines come in the
 * order of their first frames, those without frames at the end.
 */
import type {StringTable} from '../base/string-table.js';
import {NONE} from '../base/units.js';
import {type FrameTable, type GoroutineTable, ROOT_KINDS, type RootTable, WAIT_KINDS, type WaitTable} from '../graph/heap-graph.js';
import type {Connection} from './open-database.js';
import {typeIndex} from './read-types.js';
import {type Cells, contradiction, numberOr, positionOf, readRows, textOf} from './table-reader.js';

const GOROUTINE_COLUMNS = `id, root_id, status, wait_reason, wait_seconds, system, function, created_by, file, line, stack_address, stack_bytes,
  group_id, labels, wait_exact, wait_at_most, blocked`;

export interface ReadStacks {
  readonly goroutines: GoroutineTable;
  readonly frames: FrameTable;
  readonly rowOfGoroutine: ReadonlyMap<number, number>; // by goid
}

export function readStacks(connection: Connection, strings: StringTable): ReadStacks {
  const frameRows = readRows(connection, 'frames', 'id, goroutine_id, function, file, line, pc, sp, size, wrapper, omitted');
  const firstFrameOf = new Map<unknown, number>();
  frameRows.forEach(([id, goroutine], row) => {
    if (id !== row) throw contradiction('frames', id, `expected id ${row}`);
    if (!firstFrameOf.has(goroutine)) firstFrameOf.set(goroutine, row);
  });
  const place = (row: Cells) => firstFrameOf.get(row[0]) ?? Number.MAX_SAFE_INTEGER;
  const rows = readRows(connection, 'goroutines', GOROUTINE_COLUMNS).sort((a, b) => place(a) - place(b));
  const rowOfGoroutine = new Map(rows.map((row, index) => [numberOr(row[0], Number.NaN), index]));
  const frameCounts = new Uint32Array(rows.length);
  for (const [id, goroutine] of frameRows) {
    const row = rowOfGoroutine.get(Number(goroutine));
    if (row === undefined) throw contradiction('frames', id, `no goroutine ${String(goroutine)}`);
    frameCounts[row]++;
  }
  return {goroutines: goroutineColumns(rows, frameCounts, strings), frames: frameColumns(frameRows, strings), rowOfGoroutine};
}

function goroutineColumns(rows: readonly Cells[], frameCounts: Uint32Array, strings: StringTable): GoroutineTable {
  const numbers = (column: number) => Float64Array.from(rows, (row) => numberOr(row[column], Number.NaN));
  const texts = (column: number) => Uint32Array.from(rows, (row) => strings.intern(textOf(row[column])));
  const firstFrame = new Uint32Array(rows.length + 1);
  frameCounts.forEach((count, row) => {
    firstFrame[row + 1] = firstFrame[row]! + count;
  });
  return {
    count: rows.length,
    id: numbers(0),
    root: Uint32Array.from(rows, (row) => numberOr(row[1], NONE)),
    status: texts(2),
    waitReason: texts(3),
    waitSeconds: numbers(4),
    waitExact: Uint8Array.from(rows, (row) => numberOr(row[14], 0)),
    waitAtMost: numbers(15),
    blocked: Uint8Array.from(rows, (row) => numberOr(row[16], 2)),
    system: Uint8Array.from(rows, (row) => numberOr(row[5], 0)),
    entryFunction: texts(6),
    createdBy: texts(7),
    file: texts(8),
    line: Uint32Array.from(rows, (row) => numberOr(row[9], 0)),
    stackStart: numbers(10),
    stackBytes: numbers(11),
    group: Uint32Array.from(rows, (row) => numberOr(row[12], 0)),
    labels: texts(13),
    firstFrame,
  };
}

function frameColumns(rows: readonly Cells[], strings: StringTable): FrameTable {
  const numbers = (column: number) => Float64Array.from(rows, (row) => numberOr(row[column], Number.NaN));
  return {
    count: rows.length,
    functionName: Uint32Array.from(rows, (row) => strings.intern(textOf(row[2]))),
    inlined: Uint8Array.from(rows, (row) => (row[7] === null ? 1 : 0)),
    wrapper: Uint8Array.from(rows, (row) => numberOr(row[8], 0)),
    file: Uint32Array.from(rows, (row) => strings.intern(textOf(row[3]))),
    line: Uint32Array.from(rows, (row) => numberOr(row[4], 0)),
    pc: numbers(5),
    sp: numbers(6),
    size: numbers(7),
    omitted: Uint32Array.from(rows, (row) => numberOr(row[9], 0)),
  };
}

/** In the order of the goroutines' rows. */
export function readWaits(connection: Connection, {rowOfGoroutine}: ReadStacks, typeCount: number): WaitTable {
  const rows = readRows(connection, 'goroutine_waits', 'goroutine_id, how, address, object_id, sudog_id, type_id', 'goroutine_id, position')
    .map((cells) => ({row: rowOfGoroutine.get(Number(cells[0])) ?? NONE, cells}))
    .sort((a, b) => a.row - b.row);
  const nodes = (column: number) => Uint32Array.from(rows, ({cells}) => numberOr(cells[column], NONE));
  return {
    count: rows.length,
    goroutine: Uint32Array.from(rows, ({row}) => row),
    how: Uint8Array.from(rows, ({cells}) => positionOf(WAIT_KINDS, cells[1], 'goroutine_waits', cells[0])),
    address: Float64Array.from(rows, ({cells}) => numberOr(cells[2], Number.NaN)),
    object: nodes(3),
    sudog: nodes(4),
    type: Uint32Array.from(rows, ({cells}) => typeIndex(cells[5], typeCount, cells[0])),
  };
}

export interface ReadRoots {
  readonly table: RootTable;
  readonly retained: Float64Array; // per root
  readonly retainedObjects: Uint32Array; // per root
}

export function readRoots(connection: Connection, stacks: ReadStacks, typeCount: number, strings: StringTable): ReadRoots {
  const columns =
    'id, parent_id, kind, type_id, name, address, size, goroutine_id, frame_id, object_id, file, line, variable_address, retained, retained_objects';
  const rows = readRows(connection, 'roots', columns);
  rows.forEach(([id, parent], row) => {
    if (id !== row + 1) throw contradiction('roots', id, `expected id ${row + 1}`);
    if (numberOr(parent, 0) > rows.length) throw contradiction('roots', id, `no root node ${String(parent)}`);
  });
  const numbers = (column: number) => Float64Array.from(rows, (row) => numberOr(row[column], Number.NaN));
  const indexes = (column: number, missing: number) => Uint32Array.from(rows, (row) => numberOr(row[column], missing));
  return {
    table: {
      count: rows.length,
      parent: indexes(1, 0),
      kind: Uint8Array.from(rows, (row) => positionOf(ROOT_KINDS, row[2], 'roots', row[0])),
      type: Uint32Array.from(rows, (row) => typeIndex(row[3], typeCount, row[0])),
      name: Uint32Array.from(rows, (row) => strings.intern(textOf(row[4]))),
      address: numbers(5),
      size: numbers(6),
      goroutine: Uint32Array.from(rows, (row) => (row[7] === null ? NONE : (stacks.rowOfGoroutine.get(Number(row[7])) ?? NONE))),
      frame: indexes(8, NONE),
      object: indexes(9, NONE),
      file: Uint32Array.from(rows, (row) => strings.intern(textOf(row[10]))),
      line: indexes(11, 0),
      variable: numbers(12),
    },
    retained: numbers(13),
    retainedObjects: indexes(14, 0),
  };
}
