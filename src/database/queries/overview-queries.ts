/**
 * What only the first screen and the bar above all screens ask: how much has no type.
 */
import type {Query} from './run-query.js';

/** Live objects without a type, and live objects of which only is known that they hold no pointers. */
export const untyped = {
  id: 'untyped',
  title: 'Live objects of unknown type',
  sql: `SELECT coalesce(sum(objects), 0) AS objects, coalesce(sum(bytes), 0) AS bytes FROM types WHERE kind = 'unknown'`,
  params: {},
  columns: {objects: 'count', bytes: 'bytes'},
} as const satisfies Query;
