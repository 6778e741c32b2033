/**
 * `goheap objects`: the live objects of a type or of an owner, each with the path by which it is held.
 */
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {checkpoint, type Work} from '../base/progress.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {dumpPlace} from '../database/core-files.js';
import {findOwners, findTypes} from '../database/find-types.js';
import {findLargestOfOwner} from '../database/largest-nodes.js';
import {LateValues} from '../database/late-values.js';
import {type InstanceRow, sortInstances} from '../database/queries/instance-scan.js';
import {
  objectsOfIds,
  objectsOfLargeOwnerByAddress,
  objectsOfOwnerByAddress,
  objectsOfOwnerByRetained,
  objectsOfOwnerBySize,
  type ownerNames,
  type typeNames,
} from '../database/queries/object-queries.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import {readExpressions} from '../database/stored-expressions.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';

type FoundObject = RowOf<typeof objectsOfOwnerByRetained>;

const ORDERS = {
  retained: {
    ofOwner: objectsOfOwnerByRetained,
    ofLarge: objectsOfOwnerByRetained,
    compare: (a: FoundObject, b: FoundObject) => b.retained! - a.retained! || a.id! - b.id!,
  },
  size: {
    ofOwner: objectsOfOwnerBySize,
    ofLarge: undefined,
    compare: (a: FoundObject, b: FoundObject) => b.size! - a.size! || a.id! - b.id!,
  },
  address: {
    ofOwner: objectsOfOwnerByAddress,
    ofLarge: objectsOfLargeOwnerByAddress,
    compare: (a: FoundObject, b: FoundObject) => a.id! - b.id!,
  },
} as const;

/** Objects. To look up more takes longer than to go through all of a heap that has room for them. */
const LARGE_OWNER = 1_000_000;
/** For the parameter of the queries of owners. */
const ANY_TYPE = -1;

const COLUMNS = {retained: 'bytes', size: 'bytes', id: 'node', address: 'address', name: 'text', type: 'text'} as const;

export default class ObjectsCommand extends BaseCommand {
  static override summary = 'List the live objects of a type or an owner, and what holds each.';
  static override examples = [
    '<%= config.bin %> objects core --type main.Session',
    '<%= config.bin %> objects heap.db --type uint8 --sort size --top 50',
    '<%= config.bin %> objects heap.db --owner main.Session --type uint8',
  ];
  static override args = {input: inputArg};
  static override flags = {
    type: Flags.string({helpValue: 'T', description: 'their type, as goheap histogram or goheap top names it'}),
    owner: Flags.string({helpValue: 'O', description: 'their owner, as goheap histogram --by owner names it; this or --type is required'}),
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
    if (flags.type === undefined && flags.owner === undefined)
      throw new GoheapError('usage', 'Whose objects?', {hint: 'Give --type T or --owner O, or both.'});
    const {rows, unreachable} = await this.withInput(args.input, flags, async (database) => {
      await using values = new LateValues(database.path, dumpPlace(args.input, flags));
      const types = flags.type === undefined ? undefined : await findTypes(database, flags.type);
      const owners = flags.owner === undefined ? undefined : await findOwners(database, flags.owner);
      const wanted = {types, owners, sort: flags.sort, limit: flags.top};
      const found = await findObjects(database, wanted, this.work(flags.quiet));
      const names = await readExpressions(
        database,
        await askForTypes(database),
        found.map(({id}) => id!),
        values,
      );
      const unreachable = (types ?? []).reduce((sum, {unreachable_objects}) => sum + unreachable_objects!, 0);
      return {unreachable, rows: found.map(({id, address, ...sizes}) => ({id, address, name: names.get(id!) ?? null, ...sizes}))};
    });
    if (rows.length > 0) this.printTable(COLUMNS, rows, flags.bytes);
    else if (flags.owner === undefined) this.log('%s', `No live object of ${flags.type}; ${unreachable} that nothing reaches.`);
    else this.log('%s', `No live object of ${flags.type} is ${flags.owner}'s.`);
    return rows.map((row) => jsonRow(objectsOfOwnerByRetained.columns, row));
  }
}

/** At least one of `types` and `owners`. */
interface Wanted {
  readonly types: readonly RowOf<typeof typeNames>[] | undefined;
  readonly owners: readonly RowOf<typeof ownerNames>[] | undefined;
  readonly sort: keyof typeof ORDERS;
  readonly limit: number;
}

/** Local types of one name come together. */
async function findObjects(database: SqlDatabase, {types, owners, sort, limit}: Wanted, work: Work): Promise<FoundObject[]> {
  const {compare} = ORDERS[sort];
  const found: FoundObject[] = [];
  if (owners === undefined) for (const type of types!) found.push(...(await findOfType(database, type, sort, limit, work)));
  for (const {owner_id: owner, objects} of owners ?? [])
    for (const type of types?.map(({type_id}) => type_id!) ?? [ANY_TYPE])
      found.push(...(await findOfOwner(database, {owner: owner!, type, objects: objects!}, sort, limit, work)));
  return found.sort(compare).slice(0, limit);
}

async function findOfOwner(
  database: SqlDatabase,
  {owner, type, objects}: {readonly owner: number; readonly type: number; readonly objects: number},
  sort: keyof typeof ORDERS,
  limit: number,
  work: Work,
): Promise<FoundObject[]> {
  const {ofOwner, ofLarge} = ORDERS[sort];
  const query = objects > LARGE_OWNER ? ofLarge : ofOwner;
  if (query !== undefined) return runQuery(database, query, {owner, type, limit});
  const ids = await findLargestOfOwner(database, {owner, type: type === ANY_TYPE ? undefined : type, limit}, work);
  return runQuery(database, objectsOfIds, {ids: JSON.stringify(ids)});
}

async function findOfType(
  database: SqlDatabase,
  {type_id: type, type: name}: RowOf<typeof typeNames>,
  order: keyof typeof ORDERS,
  limit: number,
  work: Work,
): Promise<FoundObject[]> {
  const wanted = {type: type!, order, isDown: order !== 'address', filter: '', isLive: true, limit};
  let rows: readonly InstanceRow[] = [];
  for await (const {found, share} of sortInstances((query, params) => runQuery(database, query, params), wanted)) {
    rows = found;
    work.onProgress?.('sort objects', share, 1);
    await checkpoint(work);
  }
  return rows.map(({object_id: id, used: _, reachable: __, ...row}) => ({...row, id, type: name}));
}
