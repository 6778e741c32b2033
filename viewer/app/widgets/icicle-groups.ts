/**
 * What a picture of the dominator tree has no room for node by node: members of long lists that are too small each, as one block a type. They are the folded rows of
 * the table, less what the picture draws by itself.
 */
import type {largeGroups} from '../../../src/database/queries/dominator-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {formatCount} from '../format.js';
import type {TreeNode} from './icicle-layout.js';

type Group = RowOf<typeof largeGroups>;

/** The nodes, and behind them a node of kind `group` for each group that has `least` bytes left. */
export function withGroups(nodes: readonly TreeNode[], groups: readonly Group[], least: number): TreeNode[] {
  const drawn = new Map<string, {nodes: number; bytes: number}>();
  for (const {parent_id, kind, type_id, retained} of nodes) {
    const key = groupKey(parent_id, kind, type_id);
    const sum = drawn.get(key) ?? {nodes: 0, bytes: 0};
    drawn.set(key, {nodes: sum.nodes + 1, bytes: sum.bytes + (retained ?? 0)});
  }
  const levels = new Map(nodes.map(({node_id, level}) => [node_id, level]));
  const rest = groups.flatMap((group, index): TreeNode[] => {
    const {dominator_id: parent, rank, kind, type_id, type} = group;
    const apart = drawn.get(groupKey(parent, kind, type_id)) ?? {nodes: 0, bytes: 0};
    const [count, bytes] = [(group.nodes ?? 0) - apart.nodes, (group.retained ?? 0) - apart.bytes];
    const above = levels.get(parent); // undefined where the groups are still those of the picture before
    if (above == null || count <= 0 || bytes < least) return [];
    const name = `${formatCount(count)} × ${type ?? kind}`;
    const place = {node_id: -1 - index, parent_id: parent, level: above + 1};
    return [{...place, kind: 'group', name, type_id, type: type ?? kind, retained: bytes, rank: rank ?? 0}];
  });
  return [...nodes, ...rest];
}

/** Root nodes are grouped by kind. */
function groupKey(parent: number | null, kind: string | null, type: number | null): string {
  return `${parent} ${kind} ${kind === 'object' ? type : ''}`;
}
