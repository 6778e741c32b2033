/**
 * A .heapsnapshot → its nodes and edges, for tests. Rows are read by the names in the file's own `meta`, as V8's documentation says; every
 * number is checked: that it is in range, that counts agree, that ids are there once, and that the root reaches everything.
 */
interface Meta {
  readonly node_fields: readonly string[];
  readonly node_types: readonly (readonly string[] | string)[];
  readonly edge_fields: readonly string[];
  readonly edge_types: readonly (readonly string[] | string)[];
}
interface File {
  readonly snapshot: {readonly meta: Meta; readonly node_count: number; readonly edge_count: number};
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

export interface ReadEdge {
  readonly type: string;
  readonly name: string | number;
  readonly target: number; // id
}
export interface ReadNode {
  readonly type: string;
  readonly name: string;
  readonly id: number;
  readonly selfSize: number;
  readonly edges: readonly ReadEdge[];
}
export interface ReadSnapshot {
  readonly nodes: readonly ReadNode[];
  readonly totalSize: number;
  /** By definition: what the root does not reach without the node. Weak edges keep nothing. */
  retained(id: number): number;
}

export function readSnapshot(text: string): ReadSnapshot {
  const {snapshot, nodes, edges, strings} = JSON.parse(text) as File;
  const {node_fields, node_types, edge_fields, edge_types} = snapshot.meta;
  check(node_fields.length === node_types.length && edge_fields.length === edge_types.length, 'a type a field');
  check(nodes.length === snapshot.node_count * node_fields.length, 'node_count');
  check(edges.length === snapshot.edge_count * edge_fields.length, 'edge_count');
  check(
    [...nodes, ...edges].every((number) => Number.isSafeInteger(number) && number >= 0),
    'whole numbers',
  );
  const string = (index: number) => found(strings[index], `string ${index}`);
  const cell = (fields: readonly string[], values: readonly number[], row: number, field: string) =>
    values[row * fields.length + found(fields.indexOf(field) + 1 || undefined, field) - 1]!;
  const typeName = (types: Meta['node_types'], index: number) => found((types[0] as readonly string[])[index], `type ${index}`);
  let edge = 0;
  const read: ReadNode[] = [];
  for (let row = 0; row < snapshot.node_count; row++) {
    const of = (field: string) => cell(node_fields, nodes, row, field);
    const own: ReadEdge[] = [];
    for (let count = of('edge_count'); count > 0; count--, edge++) {
      const type = typeName(edge_types, cell(edge_fields, edges, edge, 'type'));
      const name = cell(edge_fields, edges, edge, 'name_or_index');
      const to = cell(edge_fields, edges, edge, 'to_node');
      check(to % node_fields.length === 0 && to < nodes.length, `to_node ${to}`);
      const target = cell(node_fields, nodes, to / node_fields.length, 'id');
      own.push({type, name: type === 'element' || type === 'hidden' ? name : string(name), target});
    }
    read.push({type: typeName(node_types, of('type')), name: string(of('name')), id: of('id'), selfSize: of('self_size'), edges: own});
  }
  check(edge === snapshot.edge_count, 'all edges have an owner');
  return checkedSnapshot(read);
}

function checkedSnapshot(nodes: readonly ReadNode[]): ReadSnapshot {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  check(byId.size === nodes.length, 'an id is there once');
  const root = nodes[0]!;
  check(root.type === 'synthetic' && root.selfSize === 0, 'the first node is the root');
  const sizeWithout = (without: number | undefined, follows: (edge: ReadEdge) => boolean): {count: number; size: number} => {
    const reached = new Set<number>();
    const queue = root.id === without ? [] : [root.id];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      for (const edge of byId.get(id)!.edges) if (edge.target !== without && follows(edge)) queue.push(edge.target);
    }
    return {count: reached.size, size: [...reached].reduce((sum, id) => sum + byId.get(id)!.selfSize, 0)};
  };
  const isStrong = ({type}: ReadEdge) => type !== 'weak';
  const whole = sizeWithout(undefined, isStrong);
  check(whole.count === nodes.length, 'the root reaches everything');
  return {nodes, totalSize: whole.size, retained: (id) => whole.size - sizeWithout(id, isStrong).size};
}

function check(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`heapsnapshot: ${what}: is not so`);
}
function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`heapsnapshot: ${what} does not exist`);
  return value;
}
