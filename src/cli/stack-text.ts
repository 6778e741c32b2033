/**
 * A goroutine, or a group of them → lines as in Go's own traces: who it is and what it costs, what it waits for, its calls.
 */
import {printable} from '../base/printable.js';
import type {Stack, StackCall, StackHead} from '../database/goroutine-stacks.js';
import type {GoroutineWait} from '../database/goroutine-waits.js';
import type {ThreadWord} from '../graph/language.js';
import {foldRepeats} from './fold-repeats.js';
import {formatCell} from './table.js';

/** Lines; those of frames are indented. `exact`: sizes with every digit. */
export function stackLines(stack: Stack, exact: boolean, thread: ThreadWord = 'goroutine'): string[] {
  const lines = [formatHead(stack, exact, thread), ...stack.waits_for.map(formatWait)];
  for (const {items, times} of foldRepeats(stack.frames.flatMap((frame) => [formatFrame(frame, exact), ...elidedBehind(frame)]))) {
    lines.push(...items);
    const what = items.length === 1 ? 'the last frame' : `the last ${items.length} frames`;
    if (times > 1) lines.push(`  … ${what} ${times - 1} times more`);
  }
  if (stack.created_by !== null) lines.push(`  created by ${printable(stack.created_by)}  ${place(stack.file, stack.line)}`.trimEnd());
  return lines;
}

/** With a line for each of its locals: only frames that hold the same are folded. */
function formatFrame({function: name, file, line, inlined, locals = []}: StackCall, exact: boolean): string {
  const variables = locals.map(
    (local) => `\n      ${printable(`${local.name} ${local.type}`)}, retains ${formatCell(local.retained, 'bytes', exact)}`,
  );
  return `  ${printable(name ?? '?')}${inlined === 1 ? ' (inlined)' : ''}  ${place(file, line)}`.trimEnd() + variables.join('');
}

/** In the words of Go's own traces. */
function elidedBehind({omitted}: StackCall): string[] {
  return omitted === 0 ? [] : [`  ...${omitted} frames elided...`];
}

const OPERATIONS: Readonly<Record<string, string>> = {send: 'sends to', receive: 'receives from', sync: 'waits for'};

function formatWait({how, object_id, address, name, type, waiting, others}: GoroutineWait): string {
  const more = waiting > 1 ? `  ${waiting - 1} more ${waiting === 2 ? 'waits' : 'wait'} for it` : '';
  const could = others.length > 0 ? `  could be woken by ${others.length === 1 ? 'goroutine' : 'goroutines'} ${others.join(', ')}` : '';
  const parts = [name, type, object_id ?? address].filter((part) => part !== null);
  return printable(`  ${OPERATIONS[how]} ${parts.join('  ')}${more}${could}`);
}

function formatHead(stack: Stack, exact: boolean, thread: ThreadWord): string {
  const who = 'goroutines' in stack && stack.goroutines !== 1 ? `${stack.goroutines} ${thread}s, as ${stack.id}` : `${thread} ${stack.id}`;
  const waits = 'goroutines' in stack ? [stack.shortest_wait_seconds, stack.longest_wait_seconds] : [stack.wait_seconds];
  const state = [(stack.wait_reason ?? stack.status ?? 'several states') + leakedText(stack), formatWaits(waits, stack)].filter(
    (text) => text !== '',
  );
  const bytes = (value: number | null) => formatCell(value, 'bytes', exact);
  const parts = [`${who} [${state.join(', ')}]`, `retains ${bytes(stack.retained)}`, `stack ${bytes(stack.stack_bytes)}`];
  if (stack.system === 1) parts.push('system');
  if ('labels' in stack && stack.labels !== null) parts.push(printable(stack.labels));
  return parts.join('  ');
}

/** In the words of Go's own traces; of a group, whose members may differ, how many. */
function leakedText(stack: Stack): string {
  if (stack.leaked === null || stack.leaked === 0) return '';
  return 'goroutines' in stack && stack.leaked !== stack.goroutines ? ` (${stack.leaked} leaked)` : ' (leaked)';
}

function place(file: string | null, line: number | null): string {
  return file === null ? '' : printable(line === null ? file : `${file}:${line}`);
}

/** One duration, or the range of a group's; of what is not exact the lower bound, or the upper one when that says nothing. */
function formatWaits(
  seconds: readonly (number | null)[],
  {wait_exact: exact, wait_at_most: most}: Pick<StackHead, 'wait_exact' | 'wait_at_most'>,
): string {
  const known = seconds.filter((value) => value !== null);
  if (exact === 1) return [...new Set(known.map(formatDuration))].join(' to ');
  if (known[0] !== undefined && known[0] >= 1) return `≥ ${formatDuration(known[0])}`;
  return most === null ? '' : `≤ ${formatDuration(most)}`;
}

function formatDuration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
