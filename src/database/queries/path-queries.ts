/**
 * The shortest path that holds a node, from the node (step 0) up to its root.
 */
import type {Query} from './run-query.js';

export const path = {
  id: 'path',
  title: 'What holds this node',
  sql: `SELECT step, node_id, kind, name, offset, field, type, address, size, retained FROM path WHERE of = :id ORDER BY step`,
  params: {id: 'node'},
  columns: {
    step: 'count',
    node_id: 'node',
    kind: 'text',
    name: 'text',
    offset: 'number',
    field: 'text',
    type: 'text',
    address: 'address',
    size: 'bytes',
    retained: 'bytes',
  },
} as const satisfies Query;
