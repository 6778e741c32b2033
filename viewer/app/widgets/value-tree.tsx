/**
 * The value of a node as a tree: fields with offsets, padding as rows of its own, elements, entries, what pointers lead to. Each pointer that lies in
 * the node says what becomes garbage when it is set to nil. Where there is no value the reason stands in its place.
 */
import {useMemo, useState} from 'preact/hooks';
import {outbound} from '../../../src/database/queries/edge-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import type {ByteView, ValueTree as Tree} from '../../protocol.js';
import {postValue, usePromise, useQuery} from '../api.js';
import {counted, formatCount, worded} from '../format.js';
import {href} from '../router.js';
import {pointerTick} from '../selection.js';
import {hasValueParts, loadValueParts, type Pointers, pointerOf, type ValueItem, valueKey, wholeItem} from '../value-items.js';
import {ByteLine, ByteViews} from './byte-line.js';
import type {TableColumn} from './cell.js';
import {Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {goroutineHref, NodeLink} from './link.js';
import {ByteSize} from './size.js';
import {Name, Text} from './text.js';
import {TickBox} from './tick.js';
import {TreeTable} from './tree-table.js';
import {useTree} from './use-tree.js';

type Edge = RowOf<typeof outbound>;

export interface ValueTreeProps {
  readonly node: number;
  /** What the node is called. */
  readonly name: string;
  /** In front of the data in its slot. */
  readonly header: number;
  /** Rows are two lines, and say no offsets. */
  readonly isNarrow?: boolean;
}

/** Pointers whose releases are shown in place; the list of all is in the tab beside. */
const MOST_POINTERS = 2000;

export function ValueTreeTable({node, name, header, isNarrow = false}: ValueTreeProps) {
  const {value, failure, isLoading, retry} = usePromise(`${node}`, (abort) => postValue({node, limit: 1}, abort));
  const {rows} = useQuery(outbound, {id: node, limit: MOST_POINTERS, skip: 0});
  const pointers = useMemo(() => new Map(rows?.map((edge) => [edge.offset! - header, edge])), [rows, header]);
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (isLoading || value === undefined) return <Loading what="Reading the value" />;
  return (
    <>
      {value.missing && (
        <p class="missing">
          <Text value={value.remark ?? value.missing} />
        </p>
      )}
      {value.missing === undefined && value.remark && (
        <p class="muted">
          <Text value={value.remark} />
        </p>
      )}
      {value.text !== undefined && (value.missing || (value.text.length > 40 && !isHexadecimal(value))) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes the focus, for the arrows
        <pre class="value-text" tabIndex={0}>
          <Text value={value.text} />
        </pre>
      )}
      {value.missing === undefined && <Parts node={node} name={name} whole={value} pointers={pointers} isNarrow={isNarrow} />}
    </>
  );
}

/** Then the lines say it better. */
const isHexadecimal = ({text = '', lineCount}: Tree) => lineCount !== undefined && /^[0-9a-f]+…?$/.test(text);

interface PartsProps {
  readonly node: number;
  readonly name: string;
  readonly whole: Tree;
  readonly pointers: Pointers<Edge>;
  readonly isNarrow: boolean;
}

function Parts({node, name, whole, pointers, isNarrow}: PartsProps) {
  const tops = useMemo(() => [wholeItem(whole)], [whole]);
  const load = (item: ValueItem, loaded: readonly ValueItem[], abort: AbortSignal) => loadValueParts(node, item, loaded, abort);
  const tree = useTree('value', tops, {keyOf: valueKey, hasParts: hasValueParts, load}, tops.map(valueKey));
  const [selected, select] = useState<string | undefined>(undefined);
  return (
    <>
      <Waiting whole={whole} />
      {whole.views && <ByteViews views={whole.views} room={whole.room ?? 0} />}
      <TreeTable<ValueItem>
        label="Value"
        tree={tree}
        columns={columnsFor({node, name, whole, pointers, isNarrow})}
        selected={selected}
        select={select}
        open={(item) => targetOf(item, pointers)}
        rowClass={({kind}) => (kind === 'value' ? undefined : kind)}
        isWide={({kind}) => kind === 'bytes'}
      />
    </>
  );
}

function Waiting({whole: {senders = [], receivers = []}}: {readonly whole: Tree}) {
  const list = (title: string, ids: readonly number[]) =>
    ids.length > 0 && (
      <p>
        {counted(ids.length, title)}:{' '}
        {ids.map((id) => (
          <a key={id} class="waiter" href={goroutineHref(id)}>
            {worded(`goroutine ${id}`)}
          </a>
        ))}
      </p>
    );
  return (
    <>
      {list('waiting sender', senders)}
      {list('waiting receiver', receivers)}
    </>
  );
}

function columnsFor({node, name, whole: {views = []}, pointers, isNarrow}: PartsProps): readonly TableColumn<ValueItem>[] {
  const edge = (item: ValueItem) => pointerOf(item, pointers);
  return [
    {id: 'label', label: 'Field', kind: 'text', least: 180, value: ({label}) => label, show: (item) => <Label item={item} views={views} />},
    {
      id: 'value',
      label: 'Value',
      kind: 'text',
      value: ({value}) => value?.text ?? null,
      isMain: isNarrow,
      show: (item) => <Content item={item} edge={edge(item)} />,
    },
    {
      id: 'releases',
      label: 'Releases',
      kind: 'bytes',
      value: releasesOf,
      show: (item) => <Releases edge={edge(item)} />,
      lead: (item) => {
        const pointer = edge(item);
        return pointer && <TickBox tick={pointerTick(node, name, pointer.offset!, pointer.field)} />;
      },
      title: RELEASES,
      width: 110,
    },
    ...(isNarrow ? [] : [OFFSET]),
  ];
  function releasesOf(item: ValueItem): number | null {
    return edge(item)?.releases ?? null;
  }
}

const OFFSET: TableColumn<ValueItem> = {
  id: 'offset',
  label: 'Offset',
  kind: 'number',
  value: ({offset}) => offset ?? null,
  show: ({offset}) => offset ?? '',
  width: 60,
};

const RELEASES = 'Bytes that become garbage when this pointer is set to nil';

function Label({item, views}: {readonly item: ValueItem; readonly views: readonly ByteView[]}) {
  const {kind, label, path, value, keyNode, line, offset} = item;
  if (path.length === 0) return <Name value={label} />;
  if (kind === 'padding') return <span>padding</span>;
  if (line !== undefined) return <ByteLine line={line} offset={offset!} views={views} />;
  return (
    <>
      {keyNode === undefined ? <Text value={label} /> : <NodeLink node={{id: keyNode}} label={label} />}{' '}
      {value?.type && <span class="muted">{<Name value={value.type} />}</span>}
    </>
  );
}

function Content({item, edge}: {readonly item: ValueItem; readonly edge: Edge | undefined}) {
  const {value, padding} = item;
  if (value === undefined) return <>{counted(padding, 'byte')} unused</>;
  if (value.missing)
    return (
      <span class="muted" title={value.remark}>
        {value.missing}
      </span>
    );
  const isText = value.kind === 'string';
  return (
    <>
      <Extent value={value} />
      {value.text !== undefined &&
        (isText ? (
          <q>
            <Text value={value.text} />
          </q>
        ) : (
          <code>
            <Text value={value.text} />
          </code>
        ))}{' '}
      {value.node !== undefined && (
        <NodeLink
          node={{id: value.node, kind: 'object', name: edge?.target ?? null}}
          label={isText || value.text === undefined ? (edge?.target ?? 'object') : '→'}
        />
      )}
    </>
  );
}

function Extent({value: {kind, length, capacity}}: {readonly value: Tree}) {
  if (length === undefined || kind === 'array') return null;
  return (
    <span class="muted">
      len {formatCount(length)}
      {capacity !== undefined && ` cap ${formatCount(capacity)}`}{' '}
    </span>
  );
}

function Releases({edge}: {readonly edge: Edge | undefined}) {
  if (edge === undefined) return null;
  return edge.releases ? (
    <ByteSize value={edge.releases} />
  ) : (
    <span class="muted" title="Others hold its target too">
      nothing
    </span>
  );
}

function targetOf(item: ValueItem, pointers: Pointers<Edge>): string | undefined {
  const target = pointerOf(item, pointers)?.target;
  if (target) return href('object', {o: target});
  return item.value?.node === undefined ? undefined : href('object', {o: item.value.node});
}
