/**
 * The columns of the dominator tree: the node or the folded ones, what they retain, how many objects, and the node's own size.
 */
import type {Child, Item} from '../dominator-items.js';
import {bytesOf} from '../dominator-items.js';
import {formatCount, visible} from '../format.js';
import {type NodeName, nodeHref} from '../router.js';
import {shortName} from '../short-names.js';
import type {TableColumn} from './cell.js';
import {Chip} from './chip.js';
import {NodeLink} from './link.js';
import {Name, Text} from './text.js';
import {TickBox} from './tick.js';

/** A node accumulates when it retains this part of the heap and its biggest child less than that part of it. */
const NOTABLE = 0.01;
const SMALL_CHILD = 0.1;

interface Named {
  readonly node_id: number | null;
  readonly kind: string | null;
  readonly name: string | null;
}

/** A row of a query about nodes as links name it. */
export function namedBy({node_id, kind, name}: Named): NodeName {
  return {id: node_id!, kind, name};
}

export function dominatorColumns(live: number | undefined): readonly TableColumn<Item>[] {
  return [
    {id: 'name', label: 'Node', kind: 'text', least: 220, value: nameOf, lead: tickBox, show: (item) => <Label item={item} live={live} />},
    {
      id: 'retained',
      label: 'Retained',
      kind: 'bytes',
      value: bytesOf,
      whole: live,
      isMain: true,
      title: 'Bytes that become garbage with it',
    },
    {
      id: 'objects',
      label: 'Objects',
      kind: 'count',
      value: objectsOf,
      title: 'Objects that become garbage with it; of folded rows how many they are',
    },
    {id: 'size', label: 'Own size', kind: 'bytes', value: (item) => (item.kind === 'node' ? item.node.size : null)},
  ];
}

function tickBox(item: Item) {
  if (item.kind !== 'node' || item.node.node_id === 0) return null;
  return <TickBox tick={{kind: 'node', node: item.node.node_id!, name: item.node.name ?? ''}} />;
}

function nameOf(item: Item): string | null {
  if (item.kind === 'node') return item.node.name;
  return item.kind === 'group' ? item.group.type : item.name;
}

function objectsOf(item: Item): number | null {
  if (item.kind === 'node') return item.node.retained_objects;
  return item.kind === 'group' ? item.group.nodes : item.nodes;
}

function Label({item, live}: {readonly item: Item; readonly live: number | undefined}) {
  if (item.kind === 'note') return <Text value={item.name} />;
  if (item.kind === 'group') {
    const {kind, type, nodes} = item.group;
    return (
      <span class="folded">
        ⟨{formatCount(nodes ?? 0)} × <Name value={kind === 'object' ? (type ?? 'unknown') : (kind ?? '')} />⟩
      </span>
    );
  }
  const {node, way} = item;
  if (node.node_id === 0) return <strong>The whole live heap</strong>;
  const {retained, biggest_child: biggest, children} = node;
  const accumulates =
    live !== undefined && retained !== null && retained >= live * NOTABLE && (children ?? 0) > 0 && (biggest ?? 0) < retained * SMALL_CHILD;
  return (
    <span class="named">
      {way === undefined ? <NodeLink node={namedBy(node)} /> : <Way node={node} way={way} />}{' '}
      {node.type !== null && (
        <span class="muted">
          <Name value={node.type} />
          {node.length !== null && node.length > 1 && ` × ${formatCount(node.length)}`}
        </span>
      )}
      {node.preview !== null && (
        <q class="preview">
          <Text value={node.preview} />
        </q>
      )}
      {accumulates && (
        <Chip title="Its memory is in many small parts: the biggest of them is less than a tenth of it.">accumulates here</Chip>
      )}
    </span>
  );
}

function Way({node, way}: {readonly node: Child; readonly way: string}) {
  return (
    <a class="name" href={nodeHref(namedBy(node))} title={visible(`${node.path}, at ${node.name}`)}>
      <Text value={shortName(way)} />
    </a>
  );
}
