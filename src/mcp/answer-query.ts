/**
 * A user's SELECT → its rows, a line of JSON each: texts of the dump stand in quotes there, and nothing in them can look like another row.
 */
import {printableJson} from '../base/printable.js';
import {distinctColumns} from '../cli/print-rows.js';
import type {Row, SqlValue} from '../sql/index.js';
import type {Asked} from './asked.js';
import {cutMiddle, LONGEST_TEXT, type ToolAnswer} from './bounded-text.js';
import {checkReadsNoStrings} from './private-columns.js';

/** No answer has room for more. */
const MOST_CHARACTERS = 10_000;
/** Columns that name a node by which one could go on. */
const NODES = ['node_id', 'object_id', 'id'];

/** Throws `usage` for what is not one reading statement, and for strings of the dump where they are not wanted. */
export async function answerQuery({database, args, number, values}: Asked): Promise<ToolAnswer> {
  const {sql = '', top = 50} = args;
  const names = await distinctColumns(database, sql);
  if (values === undefined) await checkReadsNoStrings(database, sql);
  const lines = [printableJson(names)];
  let characters = 0;
  let first: Row | undefined;
  let isCut = false;
  for await (const row of database.each(sql)) {
    isCut = lines.length > top || characters > MOST_CHARACTERS;
    if (isCut) break;
    first ??= row;
    const text = printableJson(names.map((name) => cell(row[name]!)));
    characters += text.length;
    lines.push(text);
  }
  if (first === undefined) lines.push('No rows.');
  if (isCut) lines.push(`(The first ${lines.length - 1} rows; there are more.)`);
  const of = number === 1 ? {} : {input: number};
  const column = NODES.find((name) => Number.isSafeInteger(first?.[name]));
  const next =
    column === undefined
      ? ({tool: 'holders', arguments: of, why: 'what holds the memory'} as const)
      : ({
          tool: 'path',
          arguments: {...of, object: String(first![column])},
          why: 'who keeps the first row alive, where that is a node',
        } as const);
  return {lines, next, narrower: 'LIMIT the rows, or name fewer columns.'};
}

function cell(value: SqlValue): string | number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null) return null;
  return cutMiddle(typeof value === 'string' ? value : Buffer.from(value.subarray(0, LONGEST_TEXT)).toString('hex'), LONGEST_TEXT);
}
