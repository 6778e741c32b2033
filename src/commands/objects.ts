/**
 * `goheap objects`: the live objects of a type, each with the path by which it is held.
 */
import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {findTypes} from '../database/find-types.js';
import {objectsByAddress, objectsByRetained, objectsBySize} from '../database/queries/object-queries.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import {readExpressions} from '../database/stored-expressions.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';

type FoundObject = RowOf<typeof objectsByRetained>;

const ORDERS = {
  retained: {query: objectsByRetained, compare: (a: FoundObject, b: FoundObject) => b.retained! - a.retained!},
  size: {query: objectsBySize, compare: (a: FoundObject, b: FoundObject) => b.size! - a.size!},
  address: {query: objectsByAddress, compare: (a: FoundObject, b: FoundObject) => a.id! - b.id!},
} as const;

const COLUMNS = {retained: 'bytes', size: 'bytes', id: 'node', address: 'address', name: 'text', type: 'text'} as const;

export default class ObjectsCommand extends BaseCommand {
  static override summary = 'List the live objects of a type, and what holds each.';
  static override examples = [
    '<%= config.bin %> objects core --type main.Session',
    '<%= config.bin %> objects heap.db --type uint8 --sort size --top 50',
  ];
  static override args = {input: inputArg};
  static override flags = {
    type: Flags.string({required: true, helpValue: 'T', description: 'their type, as goheap histogram or goheap top names it; required'}),
    sort: Flags.option({
      options: ['retained', 'size', 'address'] as const,
      default: 'retained' as const,
      description: 'most retained or largest first, or in the order of their addresses',
    })(),
    top: topFlag(20, 'how many'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(ObjectsCommand);
    const {rows, unreachable} = await this.withInput(args.input, flags, async (database) => {
      const types = await findTypes(database, flags.type);
      const found = await findObjects(
        database,
        types.map(({type_id}) => type_id!),
        flags.sort,
        flags.top,
      );
      const names = await readExpressions(
        database,
        await askForTypes(database),
        found.map(({id}) => id!),
      );
      const unreachable = types.reduce((sum, {unreachable_objects}) => sum + unreachable_objects!, 0);
      return {unreachable, rows: found.map(({id, address, ...sizes}) => ({id, address, name: names.get(id!) ?? null, ...sizes}))};
    });
    if (rows.length === 0) this.log('%s', `No live object of ${flags.type}; ${unreachable} that nothing reaches.`);
    else this.printTable(COLUMNS, rows, flags.bytes);
    return rows.map((row) => jsonRow(objectsByRetained.columns, row));
  }
}

/** Local types of one name come together. */
async function findObjects(
  database: SqlDatabase,
  types: readonly number[],
  sort: keyof typeof ORDERS,
  limit: number,
): Promise<FoundObject[]> {
  const {query, compare} = ORDERS[sort];
  const found = await Promise.all(types.map((type) => runQuery(database, query, {type, limit})));
  return found.flat().sort(compare).slice(0, limit);
}
