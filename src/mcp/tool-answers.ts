/**
 * The tools by name: a database and arguments → what the command of that name prints, with the call that goes on from there. Strings of the dump are
 * left out unless the user wants them: keys of maps are `…` then, values and first bytes are missing.
 */

import {GoheapError} from '../base/errors.js';
import {cutDiff, diffLines} from '../cli/diff-text.js';
import {heldByLines} from '../cli/held-by-text.js';
import {holderTable} from '../cli/holder-text.js';
import {infoLines} from '../cli/info-text.js';
import {objectLines} from '../cli/object-text.js';
import {pathLines} from '../cli/paths-text.js';
import {pickColumns} from '../cli/pick-columns.js';
import {stackLines} from '../cli/stack-text.js';
import {suspectLines} from '../cli/suspect-text.js';
import {formatTable} from '../cli/table.js';
import {whatIfLines} from '../cli/what-if-text.js';
import {askWhatIf} from '../database/ask-what-if.js';
import {diffHeaps} from '../database/diff-heaps.js';
import {findCuts} from '../database/find-cuts.js';
import {findAsked} from '../database/find-live.js';
import {findNode} from '../database/find-node.js';
import {readGoroutineStacks} from '../database/goroutine-stacks.js';
import {readHoldersUnder} from '../database/holders-under.js';
import {goroutineGroups} from '../database/queries/goroutine-queries.js';
import {histogramByOwner} from '../database/queries/histogram-queries.js';
import {holders} from '../database/queries/holder-queries.js';
import {runQuery} from '../database/queries/run-query.js';
import {suspects} from '../database/queries/suspect-queries.js';
import {readHeldBy} from '../database/read-held-by.js';
import {readInfo} from '../database/read-info.js';
import {readObject} from '../database/read-object.js';
import {readPaths} from '../database/read-paths.js';
import {answerQuery} from './answer-query.js';
import type {Asked} from './asked.js';
import {type CallArguments, callText, cutTexts, LONGEST_LINE, type NextCall, quoted, type ToolAnswer} from './bounded-text.js';
import {findingCall} from './finding-call.js';
import type {ToolName} from './tool-list.js';

const DEPTH = 8;
const NEARLY = 0.9;
const BELOW = 4; // rows below one of a tree

export const ANSWERS: Readonly<Record<Exclude<ToolName, 'diff'>, (asked: Asked) => Promise<ToolAnswer>>> = {
  info: async (asked) => {
    const info = await readInfo(asked.database);
    const {command_line: _, trigger: __, labels: ___, ...facts} = info.facts;
    const shown = cutTexts({...info, facts: asked.values ? info.facts : facts});
    const inputs = asked.inputs.map((name, index) => `input ${index + 1}: ${name}`);
    const others = inputs.length > 1 ? [...inputs, ''] : [];
    const lines = [...others, ...infoLines(shown, {})];
    return answer(asked, lines, ['suspects', {}, 'what leaks or is wasted, worst first']);
  },
  suspects: async (asked) => {
    const rows = cutTexts(await runQuery(asked.database, suspects, {limit: asked.args.top ?? 8}), LONGEST_LINE);
    const calls = rows.map((row) => findingCall(row, asked.number));
    const lines = rows.flatMap((row, index) => [...(index > 0 ? [''] : []), ...suspectLines(row, callText(...calls[index]!), undefined)]);
    const [first] = calls;
    if (first === undefined) return answer(asked, ['Nothing stands out.'], ['holders', {}, 'what holds the memory']);
    return {lines, next: {tool: first[0], arguments: first[1], why: 'more of the worst finding'}, narrower: 'ask for fewer with top.'};
  },
  holders: answerHolders,
  owners: async (asked) => {
    const {filter = '', top = 15} = asked.args;
    const rows = await runQuery(asked.database, histogramByOwner, {filter, limit: top});
    const columns = pickColumns(histogramByOwner, 'bytes', 'share', 'objects', 'retained', 'kind', 'owner');
    const owner = rows[0]?.owner;
    if (owner === undefined || owner === null) return answer(asked, ['No owner has this in its name.'], ['owners', {}, 'all owners']);
    return answer(asked, formatTable(columns, cutTexts(rows)), ['held-by', {owner}, 'by which paths the first owner is held']);
  },
  path: answerPath,
  object: async (asked) => {
    const {object = '', top = 12} = asked.args;
    const read = await readObject(asked.database, object, top, asked.values);
    const preview = asked.values && read.preview !== null ? quoted(read.preview) : null;
    const lines = objectLines(cutTexts({...read, preview}), top, {});
    const hidden = asked.values ? [] : ['', 'Values and strings are left out: goheap mcp --contents shows them.'];
    const call = {object: String(read.id)};
    const isRoot = read.kind !== 'object';
    return answer(
      asked,
      [...lines, ...hidden],
      isRoot ? ['holders', {under: call.object}, 'what it keeps alive'] : ['path', call, 'who keeps it alive'],
    );
  },
  'held-by': answerHeldBy,
  whatif: async (asked) => {
    const {cut = [], drop = []} = asked.args;
    const found = await askWhatIf(asked.database, {cut, drop, top: 10}, {});
    const holder = found.held.find(({node_id}) => node_id !== null)?.node_id;
    const next: Next = holder
      ? ['path', {object: String(holder)}, 'who holds most of what stays']
      : ['owners', {}, 'whose the rest of the heap is: nothing else holds this'];
    return answer(asked, whatIfLines(cutTexts(found), 10, {}), next);
  },
  goroutines: answerGoroutines,
  query: answerQuery,
};

type Next = readonly [tool: ToolName, args: CallArguments, why: string];

function answer(
  {number}: Asked,
  lines: readonly string[],
  [tool, args, why]: Next,
  narrower = 'ask for fewer rows with top, or for less.',
): ToolAnswer {
  const next: NextCall = {tool, arguments: number === 1 ? args : {input: number, ...args}, why};
  return {lines, next, narrower};
}

async function answerHolders(asked: Asked): Promise<ToolAnswer> {
  const {under, top = 12} = asked.args;
  const {database} = asked;
  const node = under === undefined ? undefined : await findNode(database, under);
  const rows = node === undefined ? await runQuery(database, holders, {limit: top}) : await readHoldersUnder(database, node, top);
  if (rows.length === 0)
    return answer(
      asked,
      ['It keeps nothing alive alone: other paths lead to all that it points to.'],
      ['object', {object: String(node)}, 'what points to it'],
    );
  const {rows: cells, below} = holderTable(cutTexts(rows), {isWhole: false, isExact: false});
  const columns = pickColumns(holders, 'rank', 'retained', 'share', 'count', 'node_id', 'name', 'type');
  const first = rows.find(({node_id}) => node_id !== null && node_id !== node);
  const next: Next =
    first === undefined
      ? ['owners', {}, 'whose bytes these are']
      : under === undefined
        ? ['holders', {under: String(first.node_id)}, `what ${quoted(first.name!)} keeps alive`]
        : ['path', {object: String(first.node_id)}, `who keeps ${quoted(first.name!)} alive`];
  return answer(asked, formatTable(columns, cells, {below}), next);
}

async function answerPath(asked: Asked): Promise<ToolAnswer> {
  const {object = '', all = 1, avoid = []} = asked.args;
  const found = await readPaths(asked.database, {object, count: all, avoid, shortest: false, values: asked.values}, {});
  const lines = pathLines(cutTexts(found), avoid.length > 0, {});
  const steps = found.paths[0]?.steps ?? [];
  const best = mostTelling(steps);
  const next: Next =
    best === undefined
      ? steps.length === 0
        ? ['suspects', {}, 'what is worth a look']
        : ['holders', {under: String(steps[0]!.node_id)}, 'what the begin of the path keeps alive; no pointer alone releases this']
      : ['whatif', {cut: [`${best.node_id}+${best.offset}`]}, `what clearing ${quoted(best.field || best.name!)} gains`];
  return answer(asked, lines, next, 'ask for fewer paths with all.');
}

async function answerHeldBy(asked: Asked): Promise<ToolAnswer> {
  const {type, owner, exclude = []} = asked.args;
  const {database} = asked;
  if (type === undefined && owner === undefined)
    throw new GoheapError('usage', 'Whose paths?', {hint: 'Give type or owner; owners lists owners.'});
  const kind = await findAsked(database, {type, owner, sql: undefined});
  const tree = await readHeldBy(database, kind, {depth: DEPTH, top: BELOW, exclude: await findCuts(database, exclude, [])});
  const best = mostTelling(tree.rows);
  const next: Next = best?.path
    ? ['whatif', {cut: [best.path]}, `what clearing ${quoted(best.name ?? '')} gains`]
    : ['whatif', {drop: [type ?? owner!]}, 'what would go with all of them'];
  return answer(asked, heldByLines(cutTexts(tree), {}), next, 'leave steps out with exclude.');
}

/** Of what releases nearly as much as any, the last: a map of sessions says more than the server that it is in. */
function mostTelling<R extends {readonly releases: number | null}>(rows: readonly R[]): R | undefined {
  const most = Math.max(0, ...rows.map(({releases}) => releases ?? 0));
  return most === 0 ? undefined : rows.findLast(({releases}) => releases !== null && releases >= NEARLY * most);
}

async function answerGoroutines(asked: Asked): Promise<ToolAnswer> {
  const {leaked = false, locals = false, top = 6} = asked.args;
  const {database} = asked;
  const heads = await runQuery(database, goroutineGroups, {filter: '', leaked: leaked ? 1 : 0, limit: top});
  const stacks = await readGoroutineStacks(database, heads, locals);
  const lines = stacks.flatMap((stack, index) => [
    ...(index > 0 ? [''] : []),
    ...stackLines(cutTexts(stack), false).flatMap((text) => text.split('\n')),
  ]);
  if (lines.length === 0)
    return answer(asked, [leaked ? 'No goroutine is leaked.' : 'There are no goroutines.'], ['suspects', {}, 'what else stands out']);
  const waited = stacks.flatMap(({waits_for}) => waits_for).find(({object_id}) => object_id !== null);
  const next: Next = waited
    ? ['object', {object: String(waited.object_id)}, 'what the first group waits for, and who else has it']
    : ['holders', {under: `goroutine ${stacks[0]!.id}`}, 'what the first one keeps alive'];
  return answer(asked, lines, next);
}

/** Of two dumps. */
export async function answerDiff(before: Asked, after: Asked): Promise<ToolAnswer> {
  const diff = await diffHeaps(
    (ask) => ask(before.database),
    (ask) => ask(after.database),
    undefined,
  );
  const shown = cutDiff(diff, before.args.top ?? 6);
  const grown = diff.owners.filter(({delta_bytes, after_bytes}) => delta_bytes > 0 && after_bytes > 0);
  const [most] = [...grown].sort((a, b) => b.delta_bytes - a.delta_bytes);
  const next: Next = most
    ? ['held-by', {owner: most.name}, 'by which paths the owner that grew most is held in the later dump']
    : ['holders', {}, 'what holds the memory of the later dump'];
  return answer(after, diffLines(cutTexts(shown), {isWhole: false}), next);
}
