/**
 * T of --type and O of --owner as a user writes them → the types and the owners that they mean.
 */
import type {SqlDatabase} from '../sql/index.js';
import {findByWrittenName} from './find-by-name.js';
import {ownerNames, typeNames} from './queries/object-queries.js';
import {type RowOf, runQuery} from './queries/run-query.js';

/** As of `findByWrittenName`. */
export async function findTypes(database: SqlDatabase, text: string): Promise<RowOf<typeof typeNames>[]> {
  return findByWrittenName(await runQuery(database, typeNames, {}), ({type}) => type!, text, {
    several: 'types are called so',
    none: 'no type that has objects',
    listed: 'goheap histogram INPUT lists the types.',
  });
}

/** Likewise. */
export async function findOwners(database: SqlDatabase, text: string): Promise<RowOf<typeof ownerNames>[]> {
  return findByWrittenName(await runQuery(database, ownerNames, {}), ({owner}) => owner!, text, {
    several: 'owners are called so',
    none: 'no owner',
    listed: 'goheap histogram INPUT --by owner lists the owners.',
  });
}
