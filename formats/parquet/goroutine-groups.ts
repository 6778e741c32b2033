/**
 * Goroutines and their frames → one row for each stack: those with the same functions, state and reason to wait. The stack's fingerprint is the same in every
 * dump of every build whose functions are called so: lines and numbers of goroutines are not in it.
 */
import type {Cell} from '../../src/base/column-batch.js';
import type {NamedRow} from './kept-rows.js';

/** Functions of the runtime at the inner end tell how a goroutine waits, which its reason says. */
const OF_RUNTIME = /^(runtime|internal\/runtime)[./]/;

/** `frames`: without those of wrappers. `hash`: hexadecimal digits of a text. */
export function stackRows(
  goroutines: readonly NamedRow[],
  frames: readonly NamedRow[],
  roots: readonly NamedRow[],
  hash: (text: string) => string,
): NamedRow[] {
  const stacks = stacksOf(frames);
  const retained = new Map(roots.filter(({kind}) => kind === 'goroutine').map((row) => [row.id, row.retained ?? null]));
  const groups = new Map<string, Record<string, Cell>>();
  for (const row of goroutines) {
    const functions = stacks.get(row.id!) ?? [];
    const fingerprint = hash(JSON.stringify([functions, row.status, row.wait_reason, row.created_by])).slice(0, 16);
    const group = groups.get(fingerprint);
    if (group === undefined) groups.set(fingerprint, firstOf(row, functions, fingerprint));
    const sums = groups.get(fingerprint)!;
    sums.goroutines = Number(sums.goroutines) + 1;
    sums.system = Number(sums.system) + Number(row.system ?? 0);
    sums.stack_bytes = added(sums.stack_bytes!, row.stack_bytes!);
    sums.retained = added(sums.retained!, retained.get(row.root_id!) ?? null);
    sums.leaked = added(sums.leaked!, row.leaked!);
    if (row.wait_seconds !== null) sums.max_wait_seconds = Math.max(Number(sums.max_wait_seconds ?? 0), Number(row.wait_seconds));
  }
  return [...groups.values()];
}

function firstOf(row: NamedRow, functions: readonly string[], fingerprint: string): Record<string, Cell> {
  const {function: entry, created_by, status, wait_reason} = row;
  const top = functions.find((name) => !OF_RUNTIME.test(name)) ?? functions[0] ?? null;
  const sums = {goroutines: 0, system: 0, leaked: null, stack_bytes: null, retained: null, max_wait_seconds: null};
  return {fingerprint, function: entry!, created_by: created_by!, status: status!, wait_reason: wait_reason!, top, ...sums};
}

/** Functions by goroutine, innermost first. */
function stacksOf(frames: readonly NamedRow[]): Map<Cell, string[]> {
  const stacks = new Map<Cell, string[]>();
  for (const {goroutine_id, function: name} of frames) {
    const stack = stacks.get(goroutine_id!) ?? [];
    stack.push(String(name));
    stacks.set(goroutine_id!, stack);
  }
  return stacks;
}

/** NULL where none is known. */
function added(sum: Cell, value: Cell): Cell {
  return value === null ? sum : Number(sum ?? 0) + Number(value);
}
