/**
 * `goheap whatif`: how much would become garbage if pointers were set to nil or objects were gone, together, and who would still hold the rest.
 */
import * as Flags from '@oclif/core/flags';
import type {ObjectSum} from '../answers/held-entries.js';
import type {WhatIf} from '../answers/what-if.js';
import {GoheapError} from '../base/errors.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {formatCell, type TableColumns, type TableRow} from '../cli/table.js';
import {findCuts} from '../database/find-cuts.js';
import {program} from '../database/queries/dominator-queries.js';
import {runQuery} from '../database/queries/run-query.js';
import {readWhatIf} from '../database/read-what-if.js';

const SUMS = {bytes: 'bytes', objects: 'count'} as const;

interface Result {
  readonly pointers: number;
  readonly nodes: number;
  readonly garbage: ObjectSum & {readonly share: number};
  readonly stays: ObjectSum;
  readonly types: WhatIf['types'];
  readonly owners: WhatIf['owners'];
  readonly held: readonly (ObjectSum & {readonly node_id: number | null; readonly name: string | null; readonly type: string | null})[];
}

export default class WhatIfCommand extends BaseCommand {
  static override summary = 'Tell what would become garbage if pointers were set to nil or objects were gone, and who would hold the rest.';
  static override examples = [
    '<%= config.bin %> whatif core --cut main.server.cache',
    '<%= config.bin %> whatif heap.db --drop main.Session --drop main.index',
    '<%= config.bin %> whatif heap.db --cut 0xc000010000+24 --drop "goroutine 17"',
  ];
  static override args = {input: inputArg};
  static override flags = {
    cut: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'EDGE',
      description: 'without this pointer: a path (main.srv.cache), OBJECT+OFFSET, or all pointers of OBJECT',
    }),
    drop: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'OBJECT',
      description: 'without this object or variable, all objects of a type, or what a path leads to',
    }),
    top: topFlag(10, 'how many types, owners and holders'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(WhatIfCommand);
    const {cut = [], drop = []} = flags;
    if (cut.length + drop.length === 0)
      throw new GoheapError('usage', 'Without what?', {hint: 'Give --cut EDGE or --drop OBJECT, one or several.'});
    const answer = await this.withInput(args.input, flags, async (database) => {
      const cuts = await findCuts(database, cut, drop);
      const [heap] = await runQuery(database, program, {});
      const counts = {pointers: cuts.pointers.length, nodes: cuts.nodes.length};
      return {...counts, ...(await readWhatIf(database, cuts, this.work(flags.quiet))), heapBytes: heap!.retained!};
    });
    const {garbage, types, owners, held, heapBytes, ...rest} = answer;
    const result: Result = {
      ...rest,
      garbage: {...garbage, share: heapBytes === 0 ? 0 : garbage.bytes / heapBytes},
      types: types.slice(0, flags.top),
      owners: owners.slice(0, flags.top),
      held: held
        .slice(0, flags.top)
        .map(({node, name, type, ...sums}) => ({node_id: node ?? null, name: name || null, type: type || null, ...sums})),
    };
    this.#print(result, flags);
    return result;
  }

  #print(
    {garbage, stays, types, owners, held, pointers, nodes}: Result,
    {bytes, top}: {readonly bytes: boolean; readonly top: number},
  ): void {
    const sumText = (sum: {readonly objects: number; readonly bytes: number}) =>
      `${formatCell(sum.bytes, 'bytes', bytes)} in ${formatCell(sum.objects, 'count')} ${sum.objects === 1 ? 'object' : 'objects'}`;
    const without = [counted(pointers, 'pointer'), counted(nodes, 'node')].filter((text) => text !== '').join(' and ');
    this.log('%s', `Without ${without} garbage: ${sumText(garbage)}, ${formatCell(garbage.share, 'share')} of the live heap.`);
    if (stays.objects > 0) this.log('%s', `Stays, because others hold it too: ${sumText(stays)}.`);
    const print = (title: string, columns: TableColumns, rows: readonly TableRow[]) => {
      if (rows.length === 0) return;
      this.log('\n%s%s', title, rows.length === top ? ` (the first ${top})` : '');
      this.printTable(columns, rows, bytes);
    };
    print(
      'Garbage by type',
      {...SUMS, type: 'text'},
      types.map((row) => ({...row})),
    );
    print(
      'Garbage by owner',
      {...SUMS, kind: 'text', owner: 'text'},
      owners.map((row) => ({...row})),
    );
    const named = held.map((row) => ({...row, name: row.name ?? 'others'}));
    print('Still held', {...SUMS, count: 'count', node_id: 'node', name: 'text', type: 'text'}, named);
  }
}

function counted(count: number, what: string): string {
  return count === 0 ? '' : `${formatCell(count, 'count')} ${what}${count === 1 ? '' : 's'}`;
}
