/**
 * Root nodes, goroutines and frames → rows of `roots`, `goroutines`, `frames`.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {RootOrigins} from '../analyses/root-origins.js';
import type {Batch, Cell} from '../base/column-batch.js';
import {NONE, type StringIndex} from '../base/units.js';
import {VERDICTS} from '../findings/leaked-goroutines.js';
import {type HeapGraph, ROOT_KINDS, WAIT_KINDS} from '../graph/heap-graph.js';
import {type BatchTable, countFrom, nullWhenEmpty, wholeTable} from './batch-table.js';

export function rootTable({graph, retained, retainedObjects}: AnalysisColumns): BatchTable {
  const {roots, goroutines, strings} = graph;
  const {count} = roots;
  return wholeTable('roots', count, {
    id: () => countFrom(1, count),
    parent_id: () => roots.parent,
    kind: () => Array.from(roots.kind, (kind) => ROOT_KINDS[kind]!),
    name: () => textsOf(strings, roots.name),
    package: () => packagesOf(graph),
    type_id: () => roots.type,
    address: () => roots.address,
    size: () => roots.size,
    goroutine_id: () => Float64Array.from(roots.goroutine, (row) => (row === NONE ? Number.NaN : goroutines.id[row]!)),
    frame_id: () => roots.frame,
    object_id: () => roots.object,
    file: () => textsOf(strings, roots.file),
    line: () => nullWhenEmpty(roots.line),
    variable_address: () => roots.variable,
    retained: () => retained.subarray(1, 1 + count),
    retained_objects: () => retainedObjects.subarray(1, 1 + count),
  });
}

/** `verdicts`: of VERDICTS, one a goroutine. */
export function goroutineTable({goroutines, strings}: HeapGraph, verdicts: () => Promise<Uint8Array>): BatchTable {
  let judged: Uint8Array;
  const {waitSeconds} = goroutines;
  const table = wholeTable('goroutines', goroutines.count, {
    id: () => goroutines.id,
    root_id: () => goroutines.root,
    status: () => textsOf(strings, goroutines.status),
    wait_reason: () => textsOf(strings, goroutines.waitReason),
    wait_seconds: () => waitSeconds,
    wait_exact: () => Array.from(goroutines.waitExact, (exact, row) => (Number.isNaN(waitSeconds[row]!) ? null : exact)),
    wait_at_most: () => goroutines.waitAtMost,
    leaked: () => Array.from(judged, (verdict) => (verdict === VERDICTS.unknown ? null : verdict)),
    blocked: () => Array.from(goroutines.blocked, (blocked) => (blocked > 1 ? null : blocked)),
    system: () => goroutines.system,
    function: () => textsOf(strings, goroutines.entryFunction),
    created_by: () => textsOf(strings, goroutines.createdBy),
    file: () => textsOf(strings, goroutines.file),
    line: () => nullWhenEmpty(goroutines.line),
    stack_address: () => goroutines.stackStart,
    stack_bytes: () => goroutines.stackBytes,
    group_id: () => goroutines.group,
    labels: () => textsOf(strings, goroutines.labels),
  });
  async function* batches(): AsyncGenerator<Batch> {
    judged = await verdicts();
    yield* table.batches();
  }
  return {...table, batches};
}

export function waitTable({waits, goroutines}: HeapGraph): BatchTable {
  const {count} = waits;
  return wholeTable('goroutine_waits', count, {
    goroutine_id: () => Float64Array.from(waits.goroutine, (row) => goroutines.id[row]!),
    position: () => positionsIn(waits.goroutine),
    how: () => Array.from(waits.how, (how) => WAIT_KINDS[how]!),
    address: () => waits.address,
    object_id: () => waits.object,
    type_id: () => waits.type,
    sudog_id: () => waits.sudog,
  });
}

export function frameTable({goroutines, frames, strings}: HeapGraph): BatchTable {
  const count = goroutines.firstFrame[goroutines.count]!;
  return wholeTable('frames', count, {
    id: () => countFrom(0, count),
    goroutine_id: () => goroutinesOfFrames(goroutines),
    depth: () => depthsOf(goroutines, frames),
    function: () => textsOf(strings, frames.functionName),
    file: () => textsOf(strings, frames.file),
    line: () => nullWhenEmpty(frames.line),
    pc: () => frames.pc,
    sp: () => frames.sp,
    size: () => frames.size,
    inlined: () => frames.inlined,
    wrapper: () => frames.wrapper,
    omitted: () => frames.omitted,
  });
}

function textsOf(strings: readonly string[], indexes: Iterable<StringIndex>): Cell[] {
  return Array.from(indexes, (index) => strings[index] || null);
}

function packagesOf(graph: HeapGraph): Cell[] {
  const origins = new RootOrigins(graph);
  return Array.from({length: graph.roots.count}, (_, root) => origins.at(origins.idOf(root + 1)).package || null);
}

/** Of rows that stand together by group: their numbers within it, from 0. */
function positionsIn(group: Uint32Array): Uint32Array {
  const positions = new Uint32Array(group.length);
  for (let row = 1; row < group.length; row++) positions[row] = group[row] === group[row - 1] ? positions[row - 1]! + 1 : 0;
  return positions;
}

function goroutinesOfFrames({count, id, firstFrame}: HeapGraph['goroutines']): Float64Array {
  const ids = new Float64Array(firstFrame[count]!);
  for (let row = 0; row < count; row++) ids.fill(id[row]!, firstFrame[row]!, firstFrame[row + 1]!);
  return ids;
}

/** Frames that are left out count. */
function depthsOf({count, firstFrame}: HeapGraph['goroutines'], {omitted}: HeapGraph['frames']): Uint32Array {
  const depths = new Uint32Array(firstFrame[count]!);
  for (let row = 0; row < count; row++) {
    let depth = 0;
    for (let frame = firstFrame[row]!; frame < firstFrame[row + 1]!; frame++) {
      depths[frame] = depth;
      depth += 1 + omitted[frame]!;
    }
  }
  return depths;
}
