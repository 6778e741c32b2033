/**
 * `goheap goroutines`: stacks with their states, waits and labels, and what each retains; one by one or grouped by equal stacks.
 */
import * as Flags from '@oclif/core/flags';
import {printable} from '../base/printable.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {foldRepeats} from '../cli/fold-repeats.js';
import {pickColumns} from '../cli/pick-columns.js';
import {formatCell} from '../cli/table.js';
import {wrapIndented} from '../cli/wrap-text.js';
import type {CoreFlags} from '../database/core-files.js';
import {type GoroutineWait, readGoroutineWaits} from '../database/goroutine-waits.js';
import {
  framesOfGoroutines,
  goroutineGroups,
  goroutines,
  goroutinesByLabel,
  localsOfGoroutines,
} from '../database/queries/goroutine-queries.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import type {SqlDatabase} from '../sql/index.js';

type Local = RowOf<typeof localsOfGoroutines>;
type StackFrame = RowOf<typeof framesOfGoroutines> & {readonly locals?: readonly Local[]};
type Heads = RowOf<typeof goroutines> | RowOf<typeof goroutineGroups>;
type Stack = Heads & {readonly waits_for: readonly GoroutineWait[]; readonly frames: readonly StackFrame[]};

export default class GoroutinesCommand extends BaseCommand {
  static override summary = 'Show goroutines with their stacks, what they wait for, and what they retain.';
  static override examples = [
    '<%= config.bin %> goroutines core',
    '<%= config.bin %> goroutines heap.db --group --locals',
    '<%= config.bin %> goroutines core --leaked --group',
    '<%= config.bin %> goroutines heap.db --by label --label tenant',
  ];
  static override args = {input: inputArg};
  static override flags = {
    group: Flags.boolean({description: 'together those with equal stacks'}),
    by: Flags.option({
      options: ['label'] as const,
      description: 'a table of those with equal profiler labels',
      exclusive: ['group'],
    })(),
    label: Flags.string({helpValue: 'KEY', description: 'of --by label: by the values of this label alone', dependsOn: ['by']}),
    locals: Flags.boolean({description: 'also the local variables that hold pointers, with what each retains'}),
    leaked: Flags.boolean({description: 'only those that never run again: nothing leads to what they wait for'}),
    top: topFlag(20, 'how many, the most expensive first'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(GoroutinesCommand);
    if (flags.by !== undefined) return this.#listLabels(args.input, flags);
    const stacks = await this.withInput(args.input, flags, async (database) => {
      const wanted = {leaked: flags.leaked ? 1 : 0, limit: flags.top};
      const heads = flags.group
        ? await runQuery(database, goroutineGroups, {filter: '', ...wanted})
        : await runQuery(database, goroutines, wanted);
      return withFrames(database, heads, flags.locals);
    });
    for (const [i, stack] of stacks.entries()) {
      if (i > 0) this.log('');
      for (const line of formatStack(stack, flags.bytes)) this.#printWrapped(line);
    }
    return stacks;
  }

  async #listLabels(input: string, {label = '', leaked, top: limit, bytes, ...flags}: LabelFlags): Promise<object> {
    const rows = await this.withInput(input, flags, (database) =>
      runQuery(database, goroutinesByLabel, {key: label, leaked: leaked ? 1 : 0, limit}),
    );
    const cells = rows.map((row) => ({
      ...row,
      labels: row.labels === null ? '-' : labelText(row.labels),
      function: row.function ?? 'several',
    }));
    this.printTable(pickColumns(goroutinesByLabel, 'retained', 'stack_bytes', 'goroutines', 'stacks', 'labels', 'function'), cells, bytes);
    return rows;
  }

  /** A frame is a line, and one for each of its locals. */
  #printWrapped(text: string): void {
    for (const line of text.split('\n').flatMap((part) => wrapIndented(part, this.tableWidth))) this.log('%s', line);
  }
}

interface LabelFlags extends CoreFlags {
  readonly label?: string | undefined;
  readonly leaked: boolean;
  readonly top: number;
  readonly bytes: boolean;
  readonly quiet?: boolean;
}

/** `tenant=7 path=/cart`. */
function labelText(labels: string): string {
  return Object.entries(JSON.parse(labels) as Record<string, string>)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

/** A group has the frames of its first goroutine, and what that waits for. */
async function withFrames(database: SqlDatabase, heads: readonly Heads[], withLocals: boolean): Promise<Stack[]> {
  const ids = JSON.stringify(heads.map(({id}) => id));
  const framesOf = groupBy(await runQuery(database, framesOfGoroutines, {ids}), ({goroutine_id}) => goroutine_id);
  const waits = await readGoroutineWaits(
    database,
    heads.map(({id}) => id!),
  );
  const locals = withLocals ? groupBy(await runQuery(database, localsOfGoroutines, {ids}), ({frame_id}) => frame_id) : undefined;
  return heads.map((head) => ({
    ...head,
    waits_for: waits.get(head.id!) ?? [],
    frames: (framesOf.get(head.id) ?? []).map((frame) => (locals ? {...frame, locals: locals.get(frame.id) ?? []} : frame)),
  }));
}

function groupBy<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function formatStack(stack: Stack, exact: boolean): string[] {
  const lines = [formatHead(stack, exact), ...stack.waits_for.map(formatWait)];
  for (const {items, times} of foldRepeats(stack.frames.flatMap((frame) => [formatFrame(frame, exact), ...elidedBehind(frame)]))) {
    lines.push(...items);
    const what = items.length === 1 ? 'the last frame' : `the last ${items.length} frames`;
    if (times > 1) lines.push(`  … ${what} ${times - 1} times more`);
  }
  if (stack.created_by !== null) lines.push(`  created by ${printable(stack.created_by)}  ${place(stack.file, stack.line)}`.trimEnd());
  return lines;
}

/** With a line for each of its locals: only frames that hold the same are folded. */
function formatFrame({function: name, file, line, inlined, locals = []}: StackFrame, exact: boolean): string {
  const variables = locals.map(
    (local) => `\n      ${printable(`${local.name} ${local.type}`)}, retains ${formatCell(local.retained, 'bytes', exact)}`,
  );
  return `  ${printable(name ?? '?')}${inlined === 1 ? ' (inlined)' : ''}  ${place(file, line)}`.trimEnd() + variables.join('');
}

/** In the words of Go's own traces. */
function elidedBehind({omitted}: StackFrame): string[] {
  return omitted === 0 ? [] : [`  ...${omitted} frames elided...`];
}

const OPERATIONS: Readonly<Record<string, string>> = {send: 'sends to', receive: 'receives from', sync: 'waits for'};

function formatWait({how, object_id, address, name, type, waiting, others}: GoroutineWait): string {
  const more = waiting > 1 ? `  ${waiting - 1} more ${waiting === 2 ? 'waits' : 'wait'} for it` : '';
  const could = others.length > 0 ? `  could be woken by ${others.length === 1 ? 'goroutine' : 'goroutines'} ${others.join(', ')}` : '';
  const parts = [name, type, object_id ?? address].filter((part) => part !== null);
  return printable(`  ${OPERATIONS[how]} ${parts.join('  ')}${more}${could}`);
}

function formatHead(stack: Stack, exact: boolean): string {
  const who = 'goroutines' in stack && stack.goroutines !== 1 ? `${stack.goroutines} goroutines, as ${stack.id}` : `goroutine ${stack.id}`;
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
  {wait_exact: exact, wait_at_most: most}: Pick<Heads, 'wait_exact' | 'wait_at_most'>,
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
