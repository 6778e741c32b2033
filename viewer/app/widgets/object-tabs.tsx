/**
 * The pointers of a node in both directions, what it keeps alive alone, and how its memory is used: one tab each.
 */
import {dominated} from '../../../src/database/queries/dominator-queries.js';
import {inbound, MOST_COUNTED, nodeTotals, outbound} from '../../../src/database/queries/edge-queries.js';
import type {node} from '../../../src/database/queries/node-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {useQuery} from '../api.js';
import {formatCount, worded} from '../format.js';
import {nodeHref, nodeText, route, setParams} from '../router.js';
import {pointerTick} from '../selection.js';
import {Chip} from './chip.js';
import {DataTable} from './data-table.js';
import {namedBy} from './dominator-columns.js';
import {Footprint} from './footprint.js';
import {goroutineHref, NodeLink} from './link.js';
import {Tabs} from './tabs.js';
import {Name} from './text.js';
import {TickBox} from './tick.js';

const TABS = [
  {id: 'in', title: 'Inbound'},
  {id: 'out', title: 'Outbound'},
  {id: 'dominated', title: 'Dominated'},
  {id: 'sizes', title: 'Sizes'},
] as const;

const nameOfNode = ({id, kind, name, address}: RowOf<typeof node>) => name ?? nodeText({id: id!, kind, address});

interface ObjectTabsProps {
  readonly sizes: RowOf<typeof node>;
  readonly live: number | undefined;
}

export function ObjectTabs({sizes, live}: ObjectTabsProps) {
  const id = sizes.id!;
  const totals = useQuery(nodeTotals, {id}).rows?.[0];
  const chosen = route.value.params.tab ?? (sizes.kind === 'object' ? 'in' : 'out');
  return (
    <Tabs label="Pointers and sizes" tabs={TABS} chosen={chosen} choose={(tab) => setParams({tab})}>
      {chosen === 'in' && <Inbound id={id} total={totalOf(totals?.inbound)} />}
      {chosen === 'out' && <Outbound id={id} name={nameOfNode(sizes)} total={totalOf(totals?.outbound)} />}
      {chosen === 'dominated' && <Dominated id={id} total={totalOf(totals?.dominated, true)} live={live} />}
      {chosen === 'sizes' && <Footprint sizes={sizes} />}
    </Tabs>
  );
}

function totalOf(count: number | null | undefined, isExact = false): string | undefined {
  if (count == null) return undefined;
  return count > MOST_COUNTED && !isExact ? `more than ${formatCount(MOST_COUNTED)}` : formatCount(count);
}

function Muted({type}: {readonly type: string | null}) {
  return <span class="muted">{type !== null && <Name value={type} />}</span>;
}

const RELEASES = {title: 'Bytes that become garbage when this pointer is set to nil'};

interface ListProps {
  readonly id: number;
  readonly total: string | undefined;
}

function Inbound({id, total}: ListProps) {
  return (
    <DataTable
      query={inbound}
      title="Points to it"
      params={{id}}
      total={total}
      none="No pointer in the dump leads here: a root node, or garbage that nothing points to."
      columns={{
        source: {
          label: 'From',
          least: 200,
          show: ({source_id, source_kind, source, source_reachable, source_type: type, source_goroutine: goroutine}) => (
            <>
              <NodeLink node={namedBy({node_id: source_id, kind: source_kind, name: source})} />{' '}
              {goroutine !== null && source_kind !== 'goroutine' && (
                <a href={goroutineHref(goroutine)}>{worded(`goroutine ${goroutine}`)}</a>
              )}{' '}
              {source_reachable === 0 && <Chip>garbage</Chip>} <Muted type={type} />
            </>
          ),
          lead: (row) => <TickBox tick={pointerTick(row.source_id!, row.source ?? '', row.offset!, row.field)} />,
        },
        field: {isName: true, width: 110},
        releases: {...RELEASES, width: 92},
        source_retained: {label: 'Retained', width: 96},
      }}
      open={({source_id, source_kind, source}) => nodeHref(namedBy({node_id: source_id, kind: source_kind, name: source}))}
    />
  );
}

function Outbound({id, name, total}: ListProps & {readonly name: string}) {
  const nodeOf = ({target_id, target}: RowOf<typeof outbound>) => namedBy({node_id: target_id, kind: 'object', name: target});
  return (
    <DataTable
      query={outbound}
      title="It points to"
      params={{id}}
      total={total}
      none="It holds no pointers into the heap."
      columns={{
        target: {
          label: 'To',
          least: 200,
          show: (row) => (
            <>
              <NodeLink node={nodeOf(row)} /> <Muted type={row.target_type} />
            </>
          ),
          lead: ({offset, field}) => <TickBox tick={pointerTick(id, name, offset!, field)} />,
        },
        field: {isName: true, width: 110},
        releases: {...RELEASES, width: 92},
        target_retained: {label: 'Retained', width: 96},
        offset: {width: 70},
      }}
      open={(row) => nodeHref(nodeOf(row))}
    />
  );
}

function Dominated({id, total, live}: ListProps & {readonly live: number | undefined}) {
  return (
    <DataTable
      query={dominated}
      title="Kept alive by it alone"
      params={{id}}
      total={total}
      none="It keeps nothing else alive alone."
      columns={{
        name: {
          label: 'Node',
          least: 200,
          show: (row) => (
            <>
              <NodeLink node={namedBy(row)} /> <Muted type={row.type} />
            </>
          ),
        },
        retained: live === undefined ? {} : {whole: live},
        retained_objects: {label: 'Objects'},
      }}
      node={(row) => ({node: row.node_id!, name: row.name ?? '', href: nodeHref(namedBy(row))})}
      open={(row) => nodeHref(namedBy(row))}
    />
  );
}
