/**
 * `goheap objects`: the live objects of a type or of an owner, each with the path by which it is held.
 */
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {dumpPlace} from '../database/core-files.js';
import {findOwners, findTypes} from '../database/find-types.js';
import {LateValues} from '../database/late-values.js';
import {
  objectsByAddress,
  objectsByRetained,
  objectsBySize,
  objectsOfOwnerByAddress,
  objectsOfOwnerByRetained,
  objectsOfOwnerBySize,
} from '../database/queries/object-queries.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import {readExpressions} from '../database/stored-expressions.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';

type FoundObject = RowOf<typeof objectsByRetained>;

const ORDERS = {
  retained: {
    ofType: objectsByRetained,
    ofOwner: objectsOfOwnerByRetained,
    compare: (a: FoundObject, b: FoundObject) => b.retained! - a.retained!,
  },
  size: {ofType: objectsBySize, ofOwner: objectsOfOwnerBySize, compare: (a: FoundObject, b: FoundObject) => b.size! - a.size!},
  address: {ofType: objectsByAddress, ofOwner: objectsOfOwnerByAddress, compare: (a: FoundObject, b: FoundObject) => a.id! - b.id!},
} as const;

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
      const wanted = {types: types?.map(({type_id}) => type_id!), owners: owners?.map(({owner_id}) => owner_id!)};
      const found = await findObjects(database, wanted, flags.sort, flags.top);
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
    return rows.map((row) => jsonRow(objectsByRetained.columns, row));
  }
}

/** At least one of both. */
interface Whose {
  readonly types: readonly number[] | undefined;
  readonly owners: readonly number[] | undefined;
}

/** Local types of one name come together. */
async function findObjects(database: SqlDatabase, whose: Whose, sort: keyof typeof ORDERS, limit: number): Promise<FoundObject[]> {
  const {ofType, ofOwner, compare} = ORDERS[sort];
  const {types, owners} = whose;
  const found = await Promise.all(
    owners === undefined
      ? types!.map((type) => runQuery(database, ofType, {type, limit}))
      : owners.flatMap((owner) => (types ?? [ANY_TYPE]).map((type) => runQuery(database, ofOwner, {owner, type, limit}))),
  );
  return found.flat().sort(compare).slice(0, limit);
}
