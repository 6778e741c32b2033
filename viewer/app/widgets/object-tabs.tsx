/**
 * The pointers of a node in both directions, what it keeps alive alone, and how its memory is used: one tab each.
 */
import {dominated} from '../../../src/database/queries/dominator-queries.js';
import {inbound, outbound} from '../../../src/database/queries/edge-queries.js';
import type {node} from '../../../src/database/queries/node-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {nodeHref, route, setParams} from '../router.js';
import {Chip} from './chip.js';
import {DataTable} from './data-table.js';
import {namedBy} from './dominator-columns.js';
import {Footprint} from './footprint.js';
import {goroutineHref, NodeLink} from './link.js';
import {Tabs} from './tabs.js';
import {Name} from './text.js';

const TABS = [
  {id: 'in', title: 'Inbound'},
  {id: 'out', title: 'Outbound'},
  {id: 'dominated', title: 'Dominated'},
  {id: 'sizes', title: 'Sizes'},
] as const;

interface ObjectTabsProps {
  readonly sizes: RowOf<typeof node>;
  readonly live: number | undefined;
}

export function ObjectTabs({sizes, live}: ObjectTabsProps) {
  const id = sizes.id!;
  const chosen = route.value.params.tab ?? (sizes.kind === 'object' ? 'in' : 'out');
  return (
    <Tabs label="Pointers and sizes" tabs={TABS} chosen={chosen} choose={(tab) => setParams({tab})}>
      {chosen === 'in' && <Inbound id={id} />}
      {chosen === 'out' && <Outbound id={id} />}
      {chosen === 'dominated' && <Dominated id={id} live={live} />}
      {chosen === 'sizes' && <Footprint sizes={sizes} />}
    </Tabs>
  );
}

function Muted({type}: {readonly type: string | null}) {
  return <span class="muted">{type !== null && <Name value={type} />}</span>;
}

const RELEASES = {title: 'Bytes that become garbage when this pointer is set to nil'};

function Inbound({id}: {readonly id: number}) {
  return (
    <DataTable
      query={inbound}
      title="Points to it"
      params={{id}}
      none="No pointer in the dump leads here: a root node, or garbage that nothing points to."
      columns={{
        source: {
          label: 'From',
          least: 200,
          show: ({source_id, source_kind, source, source_reachable, source_type: type, source_goroutine: goroutine}) => (
            <>
              <NodeLink node={namedBy({node_id: source_id, kind: source_kind, name: source})} />{' '}
              {goroutine !== null && source_kind !== 'goroutine' && <a href={goroutineHref(goroutine)}>goroutine {goroutine}</a>}{' '}
              {source_reachable === 0 && <Chip>garbage</Chip>} <Muted type={type} />
            </>
          ),
        },
        field: {isName: true, width: 110},
        releases: {...RELEASES, width: 92},
        source_retained: {label: 'Retained', width: 96},
      }}
      open={({source_id, source_kind, source}) => nodeHref(namedBy({node_id: source_id, kind: source_kind, name: source}))}
    />
  );
}

function Outbound({id}: {readonly id: number}) {
  const nodeOf = ({target_id, target}: RowOf<typeof outbound>) => namedBy({node_id: target_id, kind: 'object', name: target});
  return (
    <DataTable
      query={outbound}
      title="It points to"
      params={{id}}
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

function Dominated({id, live}: {readonly id: number; readonly live: number | undefined}) {
  return (
    <DataTable
      query={dominated}
      title="Kept alive by it alone"
      params={{id}}
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
      open={(row) => nodeHref(namedBy(row))}
    />
  );
}
