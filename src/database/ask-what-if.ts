/**
 * What a user would cut or drop, in words → what would become garbage, as far as one reads it: `goheap whatif`.
 */
import type {ObjectSum} from '../answers/held-entries.js';
import type {WhatIf} from '../answers/what-if.js';
import {GoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {findCuts} from './find-cuts.js';
import {program} from './queries/dominator-queries.js';
import {runQuery} from './queries/run-query.js';
import {readWhatIf} from './read-what-if.js';

export interface WhatIfQuestion {
  readonly cut: readonly string[]; // pointers
  readonly drop: readonly string[]; // objects
  readonly top: number; // types, owners and holders
}
export interface AskedWhatIf {
  readonly pointers: number; // that are cut
  readonly nodes: number; // that are dropped
  readonly garbage: ObjectSum & {readonly share: number}; // of the live heap
  readonly stays: ObjectSum;
  readonly types: WhatIf['types'];
  readonly owners: WhatIf['owners'];
  readonly held: readonly (ObjectSum & {readonly node_id: number | null; readonly name: string | null; readonly type: string | null})[];
}

/** Throws `usage` for what is not found, and for nothing. */
export async function askWhatIf(database: SqlDatabase, {cut, drop, top}: WhatIfQuestion, work: Work): Promise<AskedWhatIf> {
  if (cut.length + drop.length === 0)
    throw new GoheapError('usage', 'Without what?', {hint: 'Give --cut EDGE or --drop OBJECT, one or several.'});
  const cuts = await findCuts(database, cut, drop, work);
  const [heap] = await runQuery(database, program, {});
  const {garbage, types, owners, held, ...rest} = await readWhatIf(database, cuts, work);
  return {
    ...{pointers: cuts.pointers.length, nodes: cuts.nodes.length},
    ...rest,
    garbage: {...garbage, share: heap!.retained! === 0 ? 0 : garbage.bytes / heap!.retained!},
    types: types.slice(0, top),
    owners: owners.slice(0, top),
    held: held
      .slice(0, top)
      .map(({node, name, type, ...sums}) => ({node_id: node ?? null, name: name || null, type: type || null, ...sums})),
  };
}
