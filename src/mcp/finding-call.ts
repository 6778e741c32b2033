/**
 * The command that a finding names → the call of a tool that shows the same. What no tool lists is asked by SQL.
 */
import type {RowOf} from '../database/queries/run-query.js';
import type {suspects} from '../database/queries/suspect-queries.js';
import type {CallArguments} from './bounded-text.js';
import type {ToolName} from './tool-list.js';

type Call = readonly [tool: ToolName, args: CallArguments];
type Finding = Pick<RowOf<typeof suspects>, 'next' | 'node_id'>;

const TIMERS =
  'SELECT kind, function, count(*) AS timers, min(seconds_left) AS soonest, max(seconds_left) AS latest FROM timers GROUP BY kind, function ORDER BY count(*) DESC';
const WASTE = (kind: string) =>
  `SELECT path, bytes, count, node_id, fix FROM waste WHERE kind = '${kind.replaceAll("'", "''")}' ORDER BY rank LIMIT 10`;

/** `input`: the number of the dump. */
export function findingCall({next, node_id}: Finding, input: number): Call {
  const [, command = '', rest = ''] = /^goheap (\S+) INPUT ?(.*)$/s.exec(next ?? '') ?? [];
  const of = input === 1 ? {} : {input};
  const node: Call = node_id === null ? ['holders', of] : ['object', {...of, object: String(node_id)}];
  const [, value = ''] = /^--(?:under|kind|owner) '?(.*?)'?$/s.exec(rest) ?? [];
  switch (command) {
    case 'info':
      return ['info', of];
    case 'goroutines':
      return [
        'goroutines',
        {...of, ...(rest.includes('--leaked') ? {leaked: true} : {}), ...(rest.includes('--locals') ? {locals: true} : {})},
      ];
    case 'top':
      return ['holders', value === '' ? of : {...of, under: value}];
    case 'objects':
      return value === '' ? node : ['held-by', {...of, owner: value}];
    case 'timers':
      return ['query', {...of, sql: TIMERS}];
    case 'waste':
      return value === '' ? node : ['query', {...of, sql: WASTE(value)}];
    default:
      return node;
  }
}
