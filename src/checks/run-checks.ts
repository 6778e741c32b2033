/**
 * What is asked of a dump → a verdict each: counts, sizes and findings within their limits, the growth since an earlier dump, and the rules, whose rows are what is wrong.
 */
import {isGoheapError} from '../base/errors.js';
import {formatBytes, grouped} from '../base/format-bytes.js';
import type {Work} from '../base/progress.js';
import type {HeapDiff} from '../database/diff-heaps.js';
import {findByWrittenName} from '../database/find-by-name.js';
import {findNode} from '../database/find-node.js';
import {facts, goroutineStates} from '../database/queries/info-queries.js';
import {runQuery} from '../database/queries/run-query.js';
import {suspects} from '../database/queries/suspect-queries.js';
import type {SqlDatabase} from '../sql/index.js';
import type {NamedLimit} from './limits.js';
import type {Rule} from './rules.js';
import {runRules} from './run-rules.js';
import {type Verdict, verdict} from './verdict.js';

export interface Checks {
  readonly counts: readonly NamedLimit[]; // values of a type
  readonly retained: readonly NamedLimit[]; // bytes, of a variable, a row of top, or all objects of a type
  readonly heap?: number | undefined; // bytes that are reachable
  readonly goroutines?: number | undefined; // that the program itself started
  readonly noLeaked: boolean;
  readonly noProblems: boolean;
  readonly growth?: number | undefined; // of what is reachable: 0.1 for a tenth
  readonly rules: readonly Rule[];
  readonly ruleSeconds: number; // of one rule at most
}

/**
 * `before`: what is different from the earlier dump, and what was reachable there. Throws `usage` for names that there are not, and for rules that do not
 * just read, `limit` for a rule that takes too long; rejects with `signal.reason` when aborted.
 */
export async function runChecks(
  database: SqlDatabase,
  checks: Checks,
  before: {readonly diff: HeapDiff; readonly bytes: number} | undefined,
  work: Work,
): Promise<Verdict[]> {
  const known = Object.fromEntries((await runQuery(database, facts, {})).map(({key, value}) => [key!, value]));
  const bytes = Number(known.reachable_bytes);
  const verdicts: Verdict[] = [];
  for (const each of checks.counts) verdicts.push(await checkCount(database, each));
  for (const each of checks.retained) verdicts.push(await checkRetained(database, each));
  if (checks.heap !== undefined) verdicts.push(atMost('max-heap', '', 'the live heap', bytes, checks.heap, formatBytes));
  if (checks.goroutines !== undefined) verdicts.push(await checkGoroutines(database, checks.goroutines));
  if (checks.noLeaked) verdicts.push(await checkLeaked(database));
  if (checks.noProblems) verdicts.push(...(await checkProblems(database)));
  if (checks.growth !== undefined && before !== undefined) verdicts.push(checkGrowth(checks.growth, bytes, before));
  if (checks.rules.length === 0) return verdicts;
  const limits = {hasContents: known.contents === 'full', seconds: checks.ruleSeconds};
  return [...verdicts, ...(await runRules(database.path, checks.rules, limits, work))];
}

function atMost(check: string, about: string, what: string, measured: number, limit: number, text: (value: number) => string): Verdict {
  const passed = measured <= limit;
  const message = `${what}: ${text(measured)}, ${passed ? 'within the limit' : 'more than the limit'} of ${text(limit)}`;
  return verdict(check, passed, message, {about, measured, limit});
}

const TYPES = `SELECT coalesce(name, 'unknown') AS type, objects, "values", coalesce(retained_exact, retained) AS retained FROM types`;
interface TypeRow {
  readonly type: string;
  readonly objects: number | null;
  readonly values: number | null;
  readonly retained: number | null;
}

/** All types of the name, those without an object included: a program that has none of them left passes, a name that is none does not. */
async function typesNamed(database: SqlDatabase, name: string): Promise<TypeRow[]> {
  return findByWrittenName(await database.rows<TypeRow>(TYPES), ({type}) => type, name, {
    several: 'types are called so',
    none: 'no type of this program',
    listed: 'goheap histogram INPUT lists the types.',
  });
}

async function checkCount(database: SqlDatabase, {name, limit}: NamedLimit): Promise<Verdict> {
  const types = await typesNamed(database, name);
  return atMost(
    'max',
    name,
    `live values of ${name}`,
    types.reduce((sum, row) => sum + (row.values ?? 0), 0),
    limit,
    grouped,
  );
}

async function checkRetained(database: SqlDatabase, {name, limit}: NamedLimit): Promise<Verdict> {
  const node = await nodeNamed(database, name);
  if (node === undefined) {
    const bytes = (await typesNamed(database, name)).reduce((sum, row) => sum + (row.retained ?? 0), 0);
    return atMost('max-retained', name, `what all ${name} retain`, bytes, limit, formatBytes);
  }
  const sql = 'SELECT retained FROM objects WHERE id = :id UNION ALL SELECT retained FROM roots WHERE id = :id';
  const [row] = await database.rows<{retained: number | null}>(sql, {id: node});
  return {...atMost('max-retained', name, `what ${name} retains`, row?.retained ?? 0, limit, formatBytes), node_id: node};
}

/** Undefined where it names no variable or object; it may name a type then. */
async function nodeNamed(database: SqlDatabase, name: string): Promise<number | undefined> {
  try {
    return await findNode(database, name);
  } catch (error) {
    const types = isGoheapError(error, 'usage')
      ? await database.rows(`SELECT 1 FROM types WHERE name = :name OR name LIKE '%/' || :name`, {name})
      : [];
    if (types.length === 0) throw error;
    return undefined;
  }
}

async function checkGoroutines(database: SqlDatabase, limit: number): Promise<Verdict> {
  const rows = (await runQuery(database, goroutineStates, {})).filter(({system}) => system !== 1);
  return atMost(
    'max-goroutines',
    '',
    'goroutines',
    rows.reduce((sum, row) => sum + row.goroutines!, 0),
    limit,
    grouped,
  );
}

async function checkLeaked(database: SqlDatabase): Promise<Verdict> {
  const sql =
    'SELECT count(*) AS goroutines, total(leaked) AS leaked, count(leaked) AS decided, min(CASE leaked WHEN 1 THEN root_id END) AS node FROM goroutines';
  const [row] = await database.rows<{goroutines: number; leaked: number; decided: number; node: number | null}>(sql);
  const {goroutines, leaked, decided, node} = row!;
  if (leaked === 0 && decided < goroutines)
    return verdict('no-leaked-goroutines', null, 'the dump cannot say which goroutines never run again');
  const message =
    leaked === 0 ? 'no goroutine is leaked' : `${grouped(leaked)} goroutines never run again: nothing leads to what they wait for`;
  const fix = leaked === 0 ? '' : 'goheap goroutines INPUT --leaked --group shows where they wait.';
  return verdict('no-leaked-goroutines', leaked === 0, message, {measured: leaked, limit: 0, fix, node_id: node});
}

async function checkProblems(database: SqlDatabase): Promise<Verdict[]> {
  const problems = (await runQuery(database, suspects, {limit: -1})).filter(({level}) => level === 'problem');
  if (problems.length === 0) return [verdict('no-problems', true, 'no problem was found')];
  return problems.map(({kind, name, sentence, bytes, fix, node_id}) =>
    verdict('no-problems', false, sentence!, {about: `${kind} ${name}`, measured: bytes, fix: fix!, node_id}),
  );
}

function checkGrowth(limit: number, after: number, {diff, bytes}: {readonly diff: HeapDiff; readonly bytes: number}): Verdict {
  const growth = bytes === 0 ? (after > 0 ? Number.POSITIVE_INFINITY : 0) : after / bytes - 1;
  const passed = growth <= limit;
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const change = `the live heap went from ${formatBytes(bytes)} to ${formatBytes(after)}, ${growth >= 0 ? '+' : '−'}${percent(Math.abs(growth))}`;
  const reasons = passed ? [] : diff.sentences;
  const message = [`${change}; ${percent(limit)} are allowed.`, ...reasons].join(' ');
  return verdict('max-growth', passed, message, {measured: growth, limit});
}
