/**
 * What the heap is made of: objects by type, package or kind, garbage and what has no type included. A type's name leads to its objects, those
 * that retain most first. Filter, grouping, order and the chosen type are in the address.
 */

import {memory} from '../../../src/database/queries/info-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {typeRows, typesByKind, typesByPackage, typesNamed} from '../../../src/database/queries/type-queries.js';
import {useQuery} from '../api.js';
import {useFacts} from '../facts.js';
import {formatCount, showBytes} from '../format.js';
import {href, nodeHref, route, setParams} from '../router.js';
import type {Selected} from '../selection.js';
import type {Order} from '../sql-text.js';
import {DataTable} from '../widgets/data-table.js';
import {useDeltas} from '../widgets/delta.js';
import {Empty} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {typeHref} from '../widgets/link.js';
import {Screen} from '../widgets/screen.js';
import {ByteSize} from '../widgets/size.js';
import {Text} from '../widgets/text.js';
import {TypeTabs} from '../widgets/type-tabs.js';

const OWN_ORDER: Order = {column: 'bytes', isDescending: true};
const GROUPINGS = ['type', 'package', 'kind'] as const;

export function Types() {
  const {f = '', by = 'type', sort, type, id} = route.value.params;
  const isChosen = type !== undefined || id !== undefined;
  const live = useFacts()?.live;
  const deltas = useDeltas<RowOf<typeof typeRows>>('types', (row) => row.type_id);
  const shared = {
    params: {filter: f},
    isPrimary: !isChosen,
    order: orderOf(sort),
    ownOrder: OWN_ORDER,
    setOrder,
    none: 'No type has this in its name.',
  };
  return (
    <Screen title="Types" isFilled tools={<Tools filter={f} by={by} />}>
      {by === 'package' ? (
        <DataTable query={typesByPackage} {...shared} columns={{package: {isName: true}, ...groupColumns(live)}} />
      ) : by === 'kind' ? (
        <DataTable query={typesByKind} {...shared} columns={{kind: {}, ...groupColumns(live)}} />
      ) : (
        <DataTable query={typeRows} {...shared} node={selectedType} columns={typeColumns(live, route.value.params)} more={deltas} />
      )}
      {isChosen && <Chosen name={type ?? ''} id={Number(id ?? -1)} live={live} />}
    </Screen>
  );
}

function Tools({filter, by}: {readonly filter: string; readonly by: string}) {
  const garbage = useQuery(memory, {}).rows?.find(({part}) => part === 'unreachable objects')?.bytes;
  return (
    <>
      <input
        type="search"
        class="filter"
        aria-label="Filter"
        placeholder={`Part of the ${by === 'type' ? 'name' : by}`}
        value={filter}
        onInput={(event) => setParams({f: event.currentTarget.value})}
      />
      <label>
        Group by{' '}
        <select value={by} onChange={(event) => setParams({by: event.currentTarget.value, sort: undefined})}>
          {GROUPINGS.map((grouping) => (
            <option key={grouping}>{grouping}</option>
          ))}
        </select>
      </label>
      {garbage ? <span class="muted">Unreachable: {showBytes(garbage)}, in its own column</span> : null}
    </>
  );
}

/** The type with the object of it that retains most; none of what is only garbage. */
function selectedType({type_id, type, biggest_id}: RowOf<typeof typeRows>): Selected | undefined {
  return biggest_id === null ? undefined : {node: biggest_id, types: [type_id!], name: type!, href: typeHref(type!)};
}

function typeColumns(live: number | undefined, params: Readonly<Record<string, string>>) {
  return {
    type: {isName: true, least: 220, href: (row: RowOf<typeof typeRows>) => href('types', {...params, id: undefined, type: row.type!})},
    objects: {},
    bytes: {whole: live, title: 'Slots of the reachable objects'},
    retained: {isMain: true, title: 'What would be freed if all of them went; ≥ marks a lower bound', show: retainedCell, width: 110},
    biggest: {
      title: 'What the biggest one retains',
      href: (row: RowOf<typeof typeRows>) =>
        row.biggest_id === null ? undefined : nodeHref({id: row.biggest_id, kind: 'object', address: row.biggest_address}),
    },
    slack: {title: 'What the slots have beyond the values'},
    unreachable_bytes: {label: 'Unreachable', title: 'Garbage that the collector had not freed yet', show: garbageCell, width: 90},
  };
}

function retainedCell(row: RowOf<typeof typeRows>) {
  return (
    <>
      {row.exact === 0 && row.retained !== null && <span title="At least">≥ </span>}
      <ByteSize value={row.retained} />
    </>
  );
}

function garbageCell(row: {readonly unreachable_bytes: number | null}) {
  return row.unreachable_bytes ? <ByteSize value={row.unreachable_bytes} /> : <span class="muted">0</span>;
}

function groupColumns(live: number | undefined) {
  return {
    types: {},
    objects: {},
    values: {title: 'Elements of arrays counted one by one'},
    bytes: {whole: live, isMain: true, title: 'Slots of the reachable objects'},
    slack: {title: 'What the slots have beyond the values'},
    unreachable_bytes: {label: 'Unreachable', title: 'Garbage that the collector had not freed yet', show: garbageCell, width: 90},
  };
}

/** The objects of the chosen type; of all types, where several share the name. */
function Chosen({name, id, live}: {readonly name: string; readonly id: number; readonly live: number | undefined}) {
  const {rows, failure, retry} = useQuery(typesNamed, {name, id});
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (rows === undefined) return null;
  return (
    <section class="chosen" aria-label="Objects of the type">
      <div class="table-head">
        <h2>
          <Text value={rows[0]?.type ?? name} />
        </h2>
        <span class="said">{rows.length > 1 && `${formatCount(rows.length)} types have this name`}</span>
        <a
          class="button quiet"
          href={href('types', {
            ...route.value.params,
            type: undefined,
            id: undefined,
            tab: undefined,
            q: undefined,
            'by-object': undefined,
          })}
        >
          Close
        </a>
      </div>
      {rows.length === 0 && <Empty>No type of this name has objects.</Empty>}
      {rows.map((each, index) => (
        <TypeTabs key={each.type_id} type={each} live={live} isPrimary={index === 0} />
      ))}
    </section>
  );
}

function orderOf(sort: string | undefined): Order | undefined {
  return sort === undefined ? undefined : {column: sort.replace(/^-/, ''), isDescending: sort.startsWith('-')};
}

function setOrder({column, isDescending}: Order): void {
  setParams({sort: `${isDescending ? '-' : ''}${column}`});
}
