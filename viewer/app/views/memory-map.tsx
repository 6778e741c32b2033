/**
 * The address space by use: every byte that was dumped, by category and part, summed up; address space that is only reserved stands apart. Below, the
 * heap's spans by size class: how full they are, and what lies idle in free slots and tails.
 */
import {useMemo, useState} from 'preact/hooks';
import {memory} from '../../../src/database/queries/info-queries.js';
import {spanClasses} from '../../../src/database/queries/memory-map-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {useQuery} from '../api.js';
import {formatCount, showBytes} from '../format.js';
import {childrenOf, hasChildren, type MemoryItem, memoryItems, memoryKey} from '../memory-items.js';
import {sqlOf} from '../sql-text.js';
import {StackedBar} from '../widgets/bar.js';
import type {TableColumn} from '../widgets/cell.js';
import {DataTable} from '../widgets/data-table.js';
import {Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {Screen} from '../widgets/screen.js';
import {SqlButton} from '../widgets/sql-button.js';
import {TreeTable} from '../widgets/tree-table.js';
import {useTree} from '../widgets/use-tree.js';

export function MemoryMap() {
  const {rows, failure, retry} = useQuery(memory, {});
  return (
    <Screen title="Memory map">
      {failure && <FailureBox failure={failure} retry={retry} />}
      {rows === undefined && !failure && <Loading />}
      {rows && <Uses rows={rows} />}
      <Spans />
    </Screen>
  );
}

function Uses({rows}: {readonly rows: readonly RowOf<typeof memory>[]}) {
  const items = useMemo(() => memoryItems(rows), [rows]);
  const total = items.find(({kind}) => kind === 'total')!.bytes;
  const load = async (item: MemoryItem) => ({items: childrenOf(item)});
  const tree = useTree('memory', items, {keyOf: memoryKey, hasParts: hasChildren, load}, ['heap']);
  const [selected, select] = useState<string | undefined>(undefined);
  const categories = items.filter(({kind}) => kind === 'category');
  return (
    <div class="data-table">
      <div class="table-head">
        <h2>What the dumped memory is used for</h2>
        <span class="said">
          {showBytes(total)}, {formatCount(total)} bytes
        </span>
        <SqlButton sql={sqlOf(memory, {})} title={memory.title} />
      </div>
      <StackedBar parts={categories.map(({name, bytes, color}) => ({name, size: bytes, color}))} />
      <TreeTable<MemoryItem>
        label="Memory by use"
        tree={tree}
        columns={columnsFor(total)}
        selected={selected}
        select={select}
        rowClass={({kind}) => (kind === 'total' || kind === 'reserved' ? kind : undefined)}
        isPrimary
      />
    </div>
  );
}

function columnsFor(total: number): readonly TableColumn<MemoryItem>[] {
  return [
    {id: 'name', label: 'Use', kind: 'text', least: 220, value: ({name}) => name, show: (item) => <Use item={item} />},
    {
      id: 'bytes',
      label: 'Bytes',
      kind: 'bytes',
      value: ({bytes}) => bytes,
      whole: total,
      isMain: true,
      show: (item) => (item.kind === 'reserved' ? showBytes(item.bytes) : undefined),
    },
    {id: 'touched', label: 'Touched', kind: 'bytes', value: ({touched}) => touched, width: 110},
    {id: 'exact', label: 'Exactly', kind: 'count', value: ({bytes}) => bytes, width: 140},
  ];
}

function Use({item: {kind, name, color}}: {readonly item: MemoryItem}) {
  return (
    <>
      {kind === 'category' && <span class={`swatch ${color}`} aria-hidden="true" />} {name}
      {kind === 'reserved' && <span class="muted"> – without memory behind it, not part of the sum</span>}
    </>
  );
}

function Spans() {
  return (
    <DataTable
      query={spanClasses}
      title="Spans by size class"
      params={{}}
      none="No spans are known."
      columns={{
        slot_size: {
          label: 'Slot',
          show: ({state}) => (state === 'in-use' ? undefined : state),
          title: 'Size class; stacks and buffers of the runtime have none',
        },
        scan: {label: 'Pointers'},
        spans: {},
        bytes: {label: 'Bytes'},
        allocated: {label: 'Used slots'},
        slots: {label: 'Slots'},
        fill: {label: 'Fill', title: 'Used slots of all slots'},
        free_bytes: {label: 'Free slots', title: 'Bytes of slots without an object'},
        tail: {label: 'Tails', title: 'Bytes behind the last slots'},
      }}
    />
  );
}
