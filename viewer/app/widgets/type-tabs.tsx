/**
 * The objects of one type: what holds them, as one tree; whose they are; and one by one, in any order, by a part of what they hold.
 * In the address: `tab`, `q` the part, `by-object` the order.
 */

import {instances} from '../../../src/database/queries/edge-queries.js';
import {countMatches, INSTANCE_ORDERS, type OwnerOfType, sumOwners} from '../../../src/database/queries/instance-scan.js';
import {ownersOfType, sortedInstances} from '../../../src/database/queries/objects-of-type.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import type {typesNamed} from '../../../src/database/queries/type-queries.js';
import {formatCount, formatShare, showBytes} from '../format.js';
import {nodeHref, route, setParams} from '../router.js';
import type {Order} from '../sql-text.js';
import {useInstances} from '../use-instances.js';
import {type Scanning, useScan} from '../use-scan.js';
import {DataTable, PagedTable, type Pages} from './data-table.js';
import {HolderTree} from './held-grouped.js';
import {ownerHref} from './link.js';
import {Tabs} from './tabs.js';

export interface TypeTabsProps {
  readonly type: RowOf<typeof typesNamed>;
  readonly live: number | undefined;
  readonly isPrimary: boolean;
}

const NO_OWNERS: readonly OwnerOfType[] = [];
const CHOICES = [
  {id: 'holders', title: 'Holders'},
  {id: 'owners', title: 'Owners'},
  {id: 'objects', title: 'Objects'},
] as const;
const MOST_RETAINED: Order = {column: 'retained', isDescending: true};

export function TypeTabs(props: TypeTabsProps) {
  const chosen = route.value.params.tab ?? (props.type.objects === 0 ? 'objects' : 'holders'); // garbage has no holder
  return (
    <Tabs label="Objects of the type" tabs={CHOICES} chosen={chosen} choose={(tab) => setParams({tab})}>
      {chosen === 'holders' && <HolderTree types={[props.type.type_id!]} />}
      {chosen === 'owners' && <Owners {...props} />}
      {chosen === 'objects' && <Objects {...props} />}
    </Tabs>
  );
}

function Owners({type, isPrimary}: TypeTabsProps) {
  const id = type.type_id!;
  const scanning = useScan(`owners ${id}`, (ask) => sumOwners(ask, id));
  const rows = scanning.found ?? NO_OWNERS;
  const pages: Pages<OwnerOfType> = {
    rows,
    params: {id, from: 0, to: type.objects!},
    isComplete: true,
    isCut: false,
    isFirstLoading: scanning.found === undefined && scanning.isUnderWay,
    failure: scanning.failure,
    milliseconds: (scanning.seconds ?? 0) * 1000,
    more: () => undefined,
    retry: scanning.goOn,
  };
  return (
    <PagedTable<typeof ownersOfType>
      query={ownersOfType}
      pages={pages}
      note={<ScanNote scanning={scanning} />}
      title="Whose they are"
      isPrimary={isPrimary}
      columns={{
        owner: {isName: true, least: 220, href: (row) => (row.owner === null ? undefined : ownerHref(row))},
        kind: {width: 90},
        package: {isName: true},
        objects: {},
        bytes: {whole: type.bytes ?? undefined, isMain: true, title: `Slots; shares are of ${showBytes(type.bytes ?? 0)}`},
      }}
      none="None of them is alive."
    />
  );
}

function Objects(props: TypeTabsProps) {
  const {q: filter = '', 'by-object': by} = route.value.params;
  const order: Order = by === undefined ? MOST_RETAINED : {column: by.replace(/^-/, ''), isDescending: by.startsWith('-')};
  const isPlain = filter === '' && order.column === 'retained' && order.isDescending;
  return (
    <>
      <label>
        <span class="sr-only">Part of the value</span>
        <input
          type="search"
          class="filter"
          placeholder="Part of the value"
          value={filter}
          onChange={({currentTarget}) => setParams({q: currentTarget.value})}
        />
      </label>
      {isPlain ? (
        <DataTable<typeof instances>
          query={instances}
          params={{id: props.type.type_id!}}
          title="Objects, most retained first"
          total={formatCount(allOf(props.type))}
          {...tableOf(props, order)}
        />
      ) : (
        <SortedObjects {...props} filter={filter} order={order} />
      )}
    </>
  );
}

/** In any order, by a part of the value: of millions what is known so far. */
function SortedObjects(props: TypeTabsProps & {readonly filter: string; readonly order: Order}) {
  const {type, filter, order} = props;
  const id = type.type_id!;
  const by = INSTANCE_ORDERS.find((each) => each === order.column) ?? 'retained';
  const all = allOf(type);
  const pages = useInstances({type: id, order: by, isDown: order.isDescending, filter}, all);
  // Counted when the first rows are there.
  const count = useScan(filter === '' || pages.scanning.isUnderWay ? undefined : `count ${id} ${filter}`, (ask) =>
    countMatches(ask, id, filter),
  );
  const matches = count.found === undefined ? undefined : `${formatCount(count.found)}${count.share === 1 ? '' : ' or more, counting…'}`;
  return (
    <PagedTable<typeof sortedInstances>
      query={sortedInstances}
      pages={pages}
      note={<ScanNote scanning={pages.scanning} />}
      title="Objects"
      total={filter === '' ? formatCount(all) : matches}
      none={filter === '' ? 'No objects of this type.' : 'None of them has this in its preview.'}
      {...tableOf(props, order)}
    />
  );
}

type ListedObject = Omit<RowOf<typeof instances>, 'rank'>;

/** What both lists of objects have in common. */
function tableOf({live, isPrimary}: TypeTabsProps, order: Order) {
  const target = (row: ListedObject) => nodeHref({id: row.object_id!, kind: 'object', address: row.address});
  return {
    isPrimary,
    columns: {
      address: {label: 'Object', href: target},
      length: {},
      size: {},
      retained: {whole: live, isMain: true},
      retained_objects: {label: 'Objects kept'},
      reachable: {width: 90},
      preview: {},
    },
    node: (row: ListedObject) => ({node: row.object_id!, name: `0x${row.address!.toString(16)}`, href: target(row)}),
    order,
    setOrder: ({column, isDescending}: Order) => setParams({'by-object': `${isDescending ? '-' : ''}${column}`}),
    isOrdered: true,
  };
}

function allOf({objects, unreachable_objects}: TypeTabsProps['type']): number {
  return objects! + unreachable_objects!;
}

/** How far a look at all objects is, and a way to stop it. */
function ScanNote<T>({scanning: {isUnderWay, isStopped, share = 0, stop, goOn}}: {readonly scanning: Scanning<T>}) {
  if (!isUnderWay && !isStopped) return null;
  return (
    <span class="said">
      {isStopped ? 'stopped at' : 'so far, from'} {formatShare(share)} of them{' '}
      <button type="button" class="quiet" onClick={isStopped ? goOn : stop}>
        {isStopped ? 'Go on' : 'Stop'}
      </button>
    </span>
  );
}
