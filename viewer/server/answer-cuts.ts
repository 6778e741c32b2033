/**
 * What hangs on what, as the page shows it: the computations of `goheap held-by` and `goheap whatif`, and of the pointers to one node.
 */
import type {Work} from '../../src/base/progress.js';
import {type StoredPointer, unitePointers} from '../../src/database/cut-pointers.js';
import {findCuts} from '../../src/database/find-cuts.js';
import {liveOfTypes} from '../../src/database/find-live.js';
import {uniteNodes} from '../../src/database/marked-cuts.js';
import {readHeldBy} from '../../src/database/read-held-by.js';
import {readInbound} from '../../src/database/read-inbound.js';
import {readWhatIf} from '../../src/database/read-what-if.js';
import type {SqlDatabase} from '../../src/sql/index.js';
import type {HeldByAnswer, HeldByRequest, InboundAnswer, InboundRequest, WhatIfAnswer, WhatIfRequest} from '../long-protocol.js';

/** Rows of a list, rows below one, levels. */
const LISTED = 100;
const BELOW_ONE = 8;
const LEVELS = 12;

export async function answerHeldBy(database: SqlDatabase, {types, exclude}: HeldByRequest, work: Work): Promise<HeldByAnswer> {
  const options = {depth: LEVELS, top: BELOW_ONE, exclude: await findCuts(database, exclude, [], work)};
  return readHeldBy(database, {types, owners: undefined}, options, work);
}

export async function answerInbound(database: SqlDatabase, {node}: InboundRequest): Promise<InboundAnswer> {
  const {groups, garbage, cut} = await readInbound(database, node);
  const listed = groups.slice(0, LISTED).map(({name, pointers}) => ({name, pointers: pointers.length, ...pointers[0]!}));
  const pointers = groups.reduce((sum, group) => sum + group.pointers.length, 0);
  return {groups: listed, pointers, garbage, more: groups.length - listed.length, cut};
}

export async function answerCuts(
  database: SqlDatabase,
  {pointers, nodes, types, groups, paths}: WhatIfRequest,
  work: Work,
): Promise<WhatIfAnswer> {
  const ofPaths = await findCuts(database, paths, [], work);
  const ofGroups: StoredPointer[] = [];
  for (const {node, name} of groups)
    ofGroups.push(...((await readInbound(database, node)).groups.find((group) => group.name === name)?.pointers ?? []));
  const cuts = {
    pointers: unitePointers([pointers, ofGroups, ofPaths.pointers]),
    nodes: uniteNodes([[...new Set(nodes)], await liveOfTypes(database, types)]),
  };
  const {garbage, stays, types: ofType, owners, held} = await readWhatIf(database, cuts, work);
  return {
    pointers: cuts.pointers.length,
    nodes: cuts.nodes.length,
    garbage,
    stays,
    types: ofType.slice(0, LISTED),
    owners: owners.slice(0, LISTED),
    held: held.slice(0, LISTED).map(({node, ...row}) => ({...row, ...(node === undefined ? {} : {node})})),
  };
}
