/**
 * The objects of one type: what holds them, as one tree; whose they are; and one by one, in any order, by a part of what they hold.
 * In the address: `tab`, `q` the part, `by-object` the order.
 */
import {instances} from '../../../src/database/queries/edge-queries.js';
import {countInstances, ownersOfType, sortedInstances} from '../../../src/database/queries/objects-of-type.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import type {typesNamed} from '../../../src/database/queries/type-queries.js';
import {useQuery} from '../api.js';
import {formatCount, showBytes} from '../format.js';
import {nodeHref, route, setParams} from '../router.js';
import type {Order} from '../sql-text.js';
import {DataTable} from './data-table.js';
import {HolderTree} from './held-grouped.js';
import {ownerHref} from './link.js';
import {Tabs} from './tabs.js';

export interface TypeTabsProps {
  readonly type: RowOf<typeof typesNamed>;
  readonly live: number | undefined;
  readonly isPrimary: boolean;
}

/** Of more objects than these, owners are those of the first. */
const MOST_OWNED = 1_000_000;
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
  const isCut = type.objects! > MOST_OWNED;
  return (
    <DataTable
      query={ownersOfType}
      params={{id: type.type_id!, limit: MOST_OWNED}}
      title={isCut ? `Whose the ${formatCount(MOST_OWNED)} are that retain most` : 'Whose they are'}
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

function Objects({type, live, isPrimary}: TypeTabsProps) {
  const id = type.type_id!;
  const {q: filter = '', 'by-object': by} = route.value.params;
  const order: Order = by === undefined ? MOST_RETAINED : {column: by.replace(/^-/, ''), isDescending: by.startsWith('-')};
  const isPlain = filter === '' && order.column === 'retained' && order.isDescending;
  const count = useQuery(countInstances, filter === '' ? undefined : {id, filter}).rows?.[0]?.objects;
  const total = filter === '' ? type.objects! + type.unreachable_objects! : count;
  const target = (row: RowOf<typeof instances>) => nodeHref({id: row.object_id!, kind: 'object', address: row.address});
  const shared = {
    total: total == null ? undefined : formatCount(total),
    title: isPlain ? 'Objects, most retained first' : 'Objects',
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
    node: (row: RowOf<typeof instances>) => ({node: row.object_id!, name: `0x${row.address!.toString(16)}`, href: target(row)}),
    none: filter === '' ? 'No objects of this type.' : 'None of them has this in its preview.',
    order,
    setOrder: ({column, isDescending}: Order) => setParams({'by-object': `${isDescending ? '-' : ''}${column}`}),
    isOrdered: true,
  };
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
        <DataTable<typeof instances> query={instances} params={{id}} {...shared} />
      ) : (
        <DataTable<typeof sortedInstances>
          query={sortedInstances}
          params={{id, filter, order: order.column, down: order.isDescending ? 1 : 0}}
          {...shared}
        />
      )}
    </>
  );
}
