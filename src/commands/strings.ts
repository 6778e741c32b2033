/**
 * `goheap strings`: what strings and arrays of bytes take: by use, owner or path, which equal others, the largest; or those that match, and what leads there.
 */
import * as Flags from '@oclif/core/flags';
import {grouped} from '../base/format-bytes.js';
import type {Work} from '../base/progress.js';
import {hex} from '../base/units.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {pickColumns} from '../cli/pick-columns.js';
import type {TableColumns, TableRow} from '../cli/table.js';
import {type CoreFlags, dumpPlace} from '../database/core-files.js';
import {LateValues} from '../database/late-values.js';
import {findExpression} from '../database/match-expression.js';
import {matchStrings} from '../database/match-strings.js';
import {runQuery} from '../database/queries/run-query.js';
import {bytesByUse, longestBytes} from '../database/queries/string-queries.js';
import {waste} from '../database/queries/waste-queries.js';
import {NOT_KEPT} from '../database/read-value.js';
import {sumStrings} from '../database/sum-strings.js';
import type {SqlDatabase} from '../sql/index.js';

const DUPLICATES = ['duplicate-string', 'duplicate-bytes'];
const LARGEST: TableColumns = {length: 'count', size: 'bytes', use: 'text', object_id: 'node', name: 'text', preview: 'text'};
const MATCHES: TableColumns = {length: 'count', use: 'text', node_id: 'node', name: 'text', text: 'text'};
const PLACES: TableColumns = {bytes: 'bytes', count: 'count', name: 'text'};
const SUMS: TableColumns = {bytes: 'bytes', share: 'share', objects: 'count', used: 'bytes'};
const GROUPINGS = ['use', 'owner', 'path'] as const;
/** Of what matches. */
const PLACE_TITLES = {path: 'what leads there', owner: 'whose they are', use: 'by use'} as const;

type Grouping = (typeof GROUPINGS)[number];

interface MatchFlags extends CoreFlags {
  readonly by: Grouping | undefined;
  readonly top: number;
  readonly bytes: boolean;
  readonly quiet: boolean;
}

export default class StringsCommand extends BaseCommand {
  static override summary = 'Show what strings and byte slices take: by use or owner, duplicates, the largest, or those that match.';
  static override examples = [
    '<%= config.bin %> strings core',
    '<%= config.bin %> strings core --by owner',
    "<%= config.bin %> strings core --match 'session=[0-9a-f]{8}'",
    '<%= config.bin %> strings heap.db --use slice --top 50',
  ];
  static override args = {input: inputArg};
  static override flags = {
    match: Flags.string({
      description:
        'those that hold a match of this expression (syntax of RE2, as in Go), and what leads to them; the bytes are read from the dump',
      helpValue: 'REGEX',
    }),
    by: Flags.option({
      options: GROUPINGS,
      description: 'add up by what points there, by whose they are, or by the path that leads there; default use, with --match path',
    })(),
    use: Flags.option({
      options: ['string', 'slice', 'both', 'other'] as const,
      description: 'the largest of those that are used so',
      exclusive: ['match'],
    })(),
    top: topFlag(12, 'how many of each list'),
    ...tableFlags,
    ...coreFlags,
  };

  #hasPrinted = false;

  async run(): Promise<object> {
    const {args, flags} = await this.parse(StringsCommand);
    const {match, use = '', by = 'use', top: limit, bytes} = flags;
    if (match !== undefined) return this.#match(args.input, flags, match);
    const {sums, rest} = await this.withInput(args.input, flags, async (database) => ({
      sums: await sumBy(database, by, limit, this.work(flags.quiet)),
      rest: {
        duplicates: (await runQuery(database, waste, {kind: '', limit: -1})).filter(({kind}) => DUPLICATES.includes(kind!)).slice(0, limit),
        largest: await runQuery(database, longestBytes, {use, limit, skip: 0}),
      },
    }));
    this.#print(`by ${by}`, sums.columns, sums.rows, bytes);
    this.#print('equal to others', pickColumns(waste, 'bytes', 'share', 'count', 'kind', 'path'), rest.duplicates, bytes);
    this.#print('the largest', LARGEST, rest.largest, bytes);
    const largest = rest.largest.map(({address, ...row}) => ({...row, address: address === null ? null : hex(address)}));
    return {[sums.key]: sums.rows, ...rest, largest};
  }

  async #match(input: string, flags: MatchFlags, expression: string): Promise<object> {
    const {by = 'path'} = flags;
    const find = findExpression(expression);
    const work = this.work(flags.quiet);
    const search = async (database: SqlDatabase) => {
      await using values = new LateValues(database.path, dumpPlace(input, flags));
      const {contents, absence, remark = absence === 'not-kept' ? NOT_KEPT : 'not in the dump'} = await values.open();
      return {remark, ...(await matchStrings(database, contents, find, {by, most: flags.top}, work))};
    };
    const {matches, places, count, unread, remark} = await this.withInput(input, flags, search);
    this.log('%s', `${grouped(count)} match.`);
    this.#hasPrinted = true;
    const textOf = ({before, match, after}: (typeof matches)[number]) => `${before}⟦${match}⟧${after}`;
    this.#print(
      PLACE_TITLES[by],
      PLACES,
      places.slice(0, flags.top).map((place) => ({...place})),
      flags.bytes,
    );
    this.#print(
      'the first',
      MATCHES,
      matches.map((row) => ({...row, text: textOf(row)})),
      flags.bytes,
    );
    if (unread > 0) this.note(`Note: the bytes of ${grouped(unread)} are ${remark}: they were not searched.`, flags.quiet);
    return {count, unread, places: places.slice(0, flags.top), matches: matches.map((row) => ({...row, address: hex(row.address)}))};
  }

  #print(title: string, columns: TableColumns, rows: readonly TableRow[], isExact: boolean): void {
    if (rows.length === 0) return;
    if (this.#hasPrinted) this.log('');
    this.#hasPrinted = true;
    this.log('%s', title.toUpperCase());
    this.printTable(columns, rows, isExact);
  }
}

/** `key`: how JSON calls them. */
interface StringSums {
  readonly key: 'uses' | 'owners' | 'paths';
  readonly columns: TableColumns;
  readonly rows: readonly TableRow[];
}

async function sumBy(database: SqlDatabase, by: Grouping, limit: number, work: Work): Promise<StringSums> {
  if (by === 'use') return {key: 'uses', columns: bytesByUse.columns, rows: await runQuery(database, bytesByUse, {})};
  const sums = (await sumStrings(database, by, work)).slice(0, limit);
  return {key: `${by}s`, columns: {...SUMS, [by]: 'text'}, rows: sums.map(({name, ...sum}) => ({[by]: name, ...sum}))};
}
