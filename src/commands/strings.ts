/**
 * `goheap strings`: what strings and arrays of bytes take: by use, which equal others, the largest; or those that match, and what leads there.
 */
import * as Flags from '@oclif/core/flags';
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
import type {SqlDatabase} from '../sql/index.js';

const DUPLICATES = ['duplicate-string', 'duplicate-bytes'];
const LARGEST: TableColumns = {length: 'count', size: 'bytes', use: 'text', object_id: 'node', name: 'text', preview: 'text'};
const MATCHES: TableColumns = {length: 'count', use: 'text', node_id: 'node', name: 'text', text: 'text'};
const PLACES: TableColumns = {bytes: 'bytes', count: 'count', name: 'text'};

export default class StringsCommand extends BaseCommand {
  static override summary = 'Show what strings and byte slices take: by use, duplicates, the largest, or those that match.';
  static override examples = [
    '<%= config.bin %> strings core',
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
    const {match, use = '', top: limit, bytes} = flags;
    if (match !== undefined) return this.#match(args.input, flags, match);
    const rows = await this.withInput(args.input, flags, async (database) => ({
      uses: await runQuery(database, bytesByUse, {}),
      duplicates: (await runQuery(database, waste, {kind: '', limit: -1})).filter(({kind}) => DUPLICATES.includes(kind!)).slice(0, limit),
      largest: await runQuery(database, longestBytes, {use, limit, skip: 0}),
    }));
    this.#print('by use', bytesByUse.columns, rows.uses, bytes);
    this.#print('equal to others', pickColumns(waste, 'bytes', 'share', 'count', 'kind', 'path'), rows.duplicates, bytes);
    this.#print('the largest', LARGEST, rows.largest, bytes);
    return {...rows, largest: rows.largest.map(({address, ...row}) => ({...row, address: address === null ? null : hex(address)}))};
  }

  async #match(input: string, flags: CoreFlags & {top: number; bytes: boolean; quiet: boolean}, expression: string): Promise<object> {
    const find = findExpression(expression);
    const work = this.work(flags.quiet);
    const search = async (database: SqlDatabase) => {
      await using values = new LateValues(database.path, dumpPlace(input, flags));
      const {contents, absence, remark = absence === 'not-kept' ? NOT_KEPT : 'not in the dump'} = await values.open();
      return {remark, ...(await matchStrings(database, contents, find, flags.top, work))};
    };
    const {matches, places, count, unread, remark} = await this.withInput(input, flags, search);
    this.log('%s', `${count.toLocaleString('en-US')} match.`);
    this.#hasPrinted = true;
    const textOf = ({before, match, after}: (typeof matches)[number]) => `${before}⟦${match}⟧${after}`;
    this.#print(
      'what leads there',
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
    if (unread > 0) this.note(`Note: the bytes of ${unread.toLocaleString('en-US')} are ${remark}: they were not searched.`, flags.quiet);
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
