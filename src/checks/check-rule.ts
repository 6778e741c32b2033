/**
 * One rule and a database → a verdict for each of the first rows, which are what is wrong. It may never end: rule-process.ts calls it where that can be ended.
 */
import {GoheapError} from '../base/errors.js';
import {grouped} from '../base/format-bytes.js';
import type {SqlDatabase} from '../sql/index.js';
import type {Rule} from './rules.js';
import {type Verdict, verdict} from './verdict.js';

/** Rows of a rule that are told; a further one says how many more there are. */
const MOST_ROWS = 20;

interface RuleRow {
  readonly message?: unknown;
  readonly node_id?: unknown;
  readonly bytes?: unknown;
  readonly count?: unknown;
}

/** Throws `usage` for SQL that does not just read, or gives no message. */
export async function checkRule(database: SqlDatabase, {name, title, fix, sql}: Rule): Promise<Verdict[]> {
  if (!(await database.columns(sql)).includes('message'))
    throw new GoheapError('usage', 'its rows have no column message', {hint: "SELECT printf('…') AS message, … FROM …"});
  const rows: RuleRow[] = [];
  let more = 0;
  for await (const row of database.each<RuleRow>(sql)) {
    if (rows.length < MOST_ROWS) rows.push(row);
    else more++;
  }
  if (rows.length === 0) return [verdict(name, true, 'nothing found', {about: title})];
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const told = rows.map(({message, node_id, bytes, count}) => {
    return verdict(name, false, String(message), {about: title, measured: number(bytes) ?? number(count), fix, node_id: number(node_id)});
  });
  return more === 0 ? told : [...told, verdict(name, false, `${grouped(more)} more`, {about: title, fix})];
}
