/**
 * Goroutines by equal stacks: how many, what they wait for and how long, what they retain; opened to goroutines, frames and local variables, each of
 * which is a node. In the address: `f` a filter, `g` the goroutine to which the tree opens, `system=yes` shows the runtime's own.
 */
import {useEffect, useMemo, useState} from 'preact/hooks';
import {goroutineGroups, goroutine as goroutineQuery} from '../../../src/database/queries/goroutine-queries.js';
import {goroutineStates} from '../../../src/database/queries/info-queries.js';
import {ask, type Result, usePromise, useQuery} from '../api.js';
import {useFacts} from '../facts.js';
import {counted, formatCount, showBytes, worded} from '../format.js';
import {
  type GoroutineGroup,
  type GoroutineItem,
  type GoroutineRow,
  goroutineItemKey,
  goroutineKey,
  groupKey,
  hasGoroutineParts,
  loadGoroutineParts,
  nodeOf,
} from '../goroutine-items.js';
import {nodeHref, route, setParams} from '../router.js';
import {selection} from '../selection.js';
import {sqlOf} from '../sql-text.js';
import {learnWaits} from '../wait-answers.js';
import {useDeltas} from '../widgets/delta.js';
import {Empty, Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {goroutineColumns} from '../widgets/goroutine-columns.js';
import {Screen} from '../widgets/screen.js';
import {SqlButton} from '../widgets/sql-button.js';
import {TreeTable} from '../widgets/tree-table.js';
import {useTree} from '../widgets/use-tree.js';

const MOST_GROUPS = 2000;

export function GoroutinesView() {
  const {f = '', g = '', system} = route.value.params;
  const [opened] = useState(/^\d{1,15}$/.test(g) ? g : '');
  const wanted = usePromise(
    opened === '' ? undefined : opened,
    async (abort) => (await ask(goroutineQuery, {goid: Number(opened)}, abort))[0],
  );
  const params = {filter: f, leaked: 0, limit: MOST_GROUPS};
  const groups = useQuery(goroutineGroups, params);
  const withSystem = system === 'yes' || wanted.value?.system === 1;
  const failure = groups.failure ?? wanted.failure;
  const isReady = groups.rows && !wanted.isLoading;
  return (
    <Screen title={worded('Goroutines')} tools={<Tools withSystem={withSystem} />} isFilled>
      {failure && <FailureBox failure={failure} retry={groups.failure ? groups.retry : wanted.retry} />}
      {opened !== '' && !wanted.isLoading && wanted.value === undefined && !failure && (
        <p class="banner">
          There is no {worded('goroutine')} {opened}.
        </p>
      )}
      {isReady && <Groups key={`${f} ${withSystem}`} groups={groups} params={params} withSystem={withSystem} wanted={wanted.value} />}
      {!isReady && !failure && <Loading />}
    </Screen>
  );
}

function Tools({withSystem}: {readonly withSystem: boolean}) {
  const states = useQuery(goroutineStates, {}).rows ?? [];
  const own = states.filter(({system}) => system === 1).reduce((sum, {goroutines}) => sum + goroutines!, 0);
  return (
    <>
      <input
        type="search"
        aria-label="Filter: function, state, label or number"
        placeholder="Function, state, label, number"
        value={route.value.params.f ?? ''}
        onChange={(event) => setParams({f: event.currentTarget.value.trim()})}
      />
      <label class="toggle">
        <input type="checkbox" checked={withSystem} onChange={() => setParams({system: withSystem ? undefined : 'yes', g: undefined})} />
        {counted(own, worded('system goroutine'))} {withSystem ? 'shown' : 'hidden'}
      </label>
    </>
  );
}

interface GroupsProps {
  readonly groups: Result<GoroutineGroup>;
  readonly params: {readonly filter: string; readonly limit: number};
  readonly withSystem: boolean;
  readonly wanted: GoroutineRow | undefined;
}

function Groups({groups: {rows = [], milliseconds}, params, withSystem, wanted}: GroupsProps) {
  const facts = useFacts();
  const deltas = useDeltas<GoroutineItem>('goroutine_groups', (item) => (item.kind === 'group' ? item.group.id : null));
  const columns = [...goroutineColumns(facts?.live), ...deltas];
  const shown = useMemo(() => rows.filter(({system}) => withSystem || system !== 1), [rows, withSystem]);
  const tops = useMemo(() => shown.map((group): GoroutineItem => ({kind: 'group', group})), [shown]);
  const load = (item: GoroutineItem, loaded: readonly GoroutineItem[], abort: AbortSignal) =>
    loadGoroutineParts(item, loaded, wanted, abort);
  useEffect(() => learnWaits(shown.map(({id}) => id!)), [shown]);
  const tree = useTree(
    'goroutines',
    tops,
    {keyOf: goroutineItemKey, hasParts: hasGoroutineParts, load},
    wanted ? [groupKey(wanted.group_id), goroutineKey(wanted.id)] : [],
  );
  const isAlone = shown.find(({group_id}) => group_id === wanted?.group_id)?.goroutines === 1;
  const first = wanted ? (isAlone ? groupKey(wanted.group_id) : goroutineKey(wanted.id)) : tree.rows[0]?.key;
  const [selected, setSelected] = useState(first);
  const select = (key: string, item: GoroutineItem | undefined) => {
    setSelected(key);
    const node = item && nodeOf(item);
    if (node) selection.value = {node: node.id, name: node.name, href: nodeHref(node)}; // a frame leaves its goroutine there
    if (item?.kind === 'goroutine') setParams({g: item.goroutine.id ?? undefined});
  };
  useEffect(() => {
    if (wanted?.root_id != null)
      selection.value = {
        node: wanted.root_id,
        name: worded(`goroutine ${wanted.id}`),
        href: nodeHref({id: wanted.root_id, kind: 'goroutine', name: `goroutine ${wanted.id}`}),
      };
  }, [wanted]);
  if (shown.length === 0)
    return <Empty>{worded(rows.length === 0 ? 'No goroutine fits.' : 'Only goroutines of the runtime: show them above.')}</Empty>;
  return (
    <div class="data-table">
      <div class="table-head">
        <h2>Equal stacks</h2>
        <span class="said" role="status">
          {summary(shown)}
          {rows.length === MOST_GROUPS && `, the first ${formatCount(MOST_GROUPS)} groups`}, {Math.round(milliseconds)} ms
        </span>
        <SqlButton sql={sqlOf(goroutineGroups, params)} title={goroutineGroups.title} />
      </div>
      <TreeTable<GoroutineItem>
        label={worded('Goroutines with equal stacks')}
        tree={tree}
        columns={columns}
        selected={selected}
        select={select}
        open={(item) => {
          const node = nodeOf(item);
          return node && nodeHref(node);
        }}
        isPrimary
      />
    </div>
  );
}

function summary(groups: readonly GoroutineGroup[]): string {
  const goroutines = groups.reduce((sum, group) => sum + group.goroutines!, 0);
  const stacks = groups.reduce((sum, group) => sum + (group.stack_bytes ?? 0), 0);
  return `${counted(goroutines, worded('goroutine'))} in ${counted(groups.length, 'group')}, stacks of ${showBytes(stacks)}`;
}
