/**
 * Findings, and the timers and contexts behind some of them → rows of `suspects`, `timers`, `contexts`.
 */
import type {Cell} from '../base/column-batch.js';
import {NONE} from '../base/units.js';
import type {Contexts} from '../findings/contexts.js';
import {THRESHOLDS, type Threshold} from '../findings/finding-thresholds.js';
import type {ToldFinding} from '../findings/tell-findings.js';
import {type HeapGraph, TIMER_KINDS} from '../graph/heap-graph.js';
import {type BatchTable, countFrom, wholeTable} from './batch-table.js';

export const SUSPECT_COLUMNS = 'rank level kind node_id type_id group_id bytes share count name sentence evidence fix next'.split(' ');

export function suspectRows(findings: readonly ToldFinding[]): Cell[][] {
  const known = (index: number) => (index === NONE ? null : index);
  return findings.map(({rank, level, kind, node, type, group, bytes, share, count, name, sentence, evidence, fix, next}) => {
    const threshold: Threshold = THRESHOLDS[kind];
    const json = JSON.stringify({...evidence, threshold});
    return [rank, level, kind, known(node), known(type), known(group), bytes, share, count, name, sentence, json, fix, next];
  });
}

export function timerTable({timers, strings}: HeapGraph): BatchTable {
  const {count} = timers;
  return wholeTable('timers', count, {
    id: () => countFrom(0, count),
    kind: () => Array.from(timers.kind, (kind) => TIMER_KINDS[kind]!),
    function: () => Array.from(timers.functionName, (name) => strings[name] || null),
    fires_at: () => timers.when,
    seconds_left: () => timers.left,
    period: () => timers.period.map((seconds) => seconds || Number.NaN),
    address: () => timers.address,
    object_id: () => timers.object,
    argument_id: () => timers.argument,
  });
}

/** As rows of columns, because their number is known late. */
export function contextBatch({count, node, parent, children, cancelled, deadline}: Contexts) {
  return {count, columns: [node, parent, children, cancelled, deadline]};
}
export const CONTEXT_COLUMNS = 'id parent_id children cancelled deadline'.split(' ');
