/**
 * The biggest nodes of a dominator tree → blocks: a row a level, as wide as what they retain. What is missing below a block is its own bytes and
 * those of nodes too small to draw: room that stays empty, so that widths never lie.
 */
import {partition, stratify} from 'd3-hierarchy';
import type {dominatorTree} from '../../../src/database/queries/dominator-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';

/** Of kind `group`: folded ones, with the rank of their group below its parent. */
export type TreeNode = RowOf<typeof dominatorTree> & {readonly rank?: number};

export interface Block {
  readonly id: number;
  readonly node: TreeNode;
  /** 0 for the node at the top. */
  readonly level: number;
  /** From 0 to 1. */
  readonly left: number;
  readonly right: number;
  /** Index of the block above, -1 at the top. */
  readonly parent: number;
}

/** Level by level, each from left to right. */
export function layoutIcicle(nodes: readonly TreeNode[]): Block[] {
  if (nodes.length === 0) return [];
  const root = stratify<TreeNode>()
    .id((node) => String(node.node_id))
    .parentId((node) => (node.parent_id === null ? undefined : String(node.parent_id)))([...nodes]);
  for (const each of root) Object.assign(each, {value: each.data.retained ?? 0});
  const index = new Map<string, number>();
  return [...partition<TreeNode>()(root)].map((each, at) => {
    index.set(each.id!, at);
    const {node_id: id} = each.data;
    return {
      id: id!,
      node: each.data,
      level: each.depth,
      left: each.x0,
      right: each.x1,
      parent: each.parent ? index.get(each.parent.id!)! : -1,
    };
  });
}

/** The block at a place; -1 for none. */
export function blockAt(blocks: readonly Block[], level: number, x: number): number {
  return blocks.findIndex((block) => block.level === level && x >= block.left && x < block.right);
}

/** The block that an arrow key leads to: to the sides within the level, up to the block above, down to the biggest below. */
export function neighbour(blocks: readonly Block[], from: number, key: string): number {
  const {level, parent} = blocks[from]!;
  if (key === 'ArrowUp') return parent < 0 ? from : parent;
  if (key === 'ArrowDown') {
    const child = blocks.findIndex((block) => block.parent === from);
    return child < 0 ? from : child;
  }
  const next = from + (key === 'ArrowRight' ? 1 : -1);
  return blocks[next]?.level === level ? next : from;
}

/** As rows of the table have it. */
export function keyOfBlock({kind, node_id, parent_id, rank}: TreeNode): string {
  return kind === 'group' ? `g${parent_id} ${rank}` : `n${node_id}`;
}

export const COLOURS = 8;

/** What its colour stands for. */
export function packageOfBlock({node: {kind, name, type}}: Pick<Block, 'node'>): string {
  return packageOf((kind === 'object' || kind === 'group' ? type : name) ?? '');
}

/** Whether its name or type has the text, which is in lower case. */
export function hasText({name, type}: TreeNode, text: string): boolean {
  return `${name} ${type}`.toLowerCase().includes(text);
}

/** One of `count` colours for a package or a name: the same in every picture. */
export function colourOf(text: string, count: number): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
  return hash % count;
}

/** The import path in front of a type's name: `map[string]*example.com/a/cache.Item` → `example.com/a/cache`. */
export function packageOf(type: string): string {
  return /([\w.~%/-]+)\.[\p{L}_(]/u.exec(type)?.[1] ?? '';
}
