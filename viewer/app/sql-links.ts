/**
 * Which columns of a user's statement name something, and where that leads: by their names, as formats/sqlite/schema.sql has them.
 */

import type {ColumnKind} from '../../src/database/queries/run-query.js';
import type {AnswerCell} from '../protocol.js';
import {href, nodeHref} from './route.js';

const NODES = /^(node|object|source|target|holder|dominator|root|parent|biggest)_id$|^(node|of|root_id)$/;
const TYPES = /^(type|element|key|field_type|target_type|source_type)_id$/;
const GOROUTINES = /^(goid|goroutine_id|goroutine)$/;
const ADDRESSES = /(^|_)addr(ess)?$/;
const BYTES = /(^|_)(bytes|retained|releases|waste|padding|slack)$|(^|_)size$/;

/** What the rows of the statement's first table are, which a column named only `id` counts. */
function rowsAre(sql: string): 'node' | 'type' | 'goroutine' | undefined {
  const table = /\bfrom\s+(\w+)/i.exec(sql)?.[1]?.toLowerCase();
  if (table === undefined) return undefined;
  if (['objects', 'roots', 'biggest', 'footprint', 'unused'].includes(table)) return 'node';
  return table === 'types' ? 'type' : table === 'goroutines' ? 'goroutine' : undefined;
}

export interface SqlColumn {
  readonly kind: ColumnKind;
  readonly link?: (value: AnswerCell) => string | undefined;
}

/** How to show a column of this name, whose first values are `sample`. */
export function sqlColumn(name: string, sql: string, sample: readonly AnswerCell[]): SqlColumn {
  const lower = name.toLowerCase();
  const isNumber = sample.some((value) => typeof value === 'number');
  const meaning = lower === 'id' ? rowsAre(sql) : undefined;
  if (isNumber && (NODES.test(lower) || meaning === 'node')) return {kind: 'node', link: numeric((id) => nodeHref({id}))};
  if (isNumber && (TYPES.test(lower) || meaning === 'type')) return {kind: 'type', link: numeric((id) => href('types', {id}))};
  if (isNumber && (GOROUTINES.test(lower) || meaning === 'goroutine'))
    return {kind: 'number', link: numeric((g) => href('goroutines', {g}))};
  if (isNumber && ADDRESSES.test(lower)) return {kind: 'address', link: numeric((address) => nodeHref({id: 0, address}))};
  if (isNumber) return {kind: BYTES.test(lower) ? 'bytes' : 'number'};
  return {
    kind: 'text',
    link: (value) => (typeof value === 'string' && /^0x[0-9a-f]{1,13}$/.test(value) ? href('object', {o: value}) : undefined),
  };
}

function numeric(target: (value: number) => string): (value: AnswerCell) => string | undefined {
  return (value) => (typeof value === 'number' && value > 0 ? target(value) : undefined);
}
