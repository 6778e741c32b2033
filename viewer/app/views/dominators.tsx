/**
 * Dominators: what keeps what alive alone, from the whole heap down, as an icicle and below it as a tree table with the same selection. Long
 * lists are folded by type; a node whose memory is in many small parts is marked as the point where it accumulates.
 * In the address: `o` the selected node, to which the tree opens, `in` the top of the icicle, `find` what stands out in it, `fold=no` for plain lists.
 */
import {useEffect, useMemo, useState} from 'preact/hooks';
import {dominated, dominatorPath, program} from '../../../src/database/queries/dominator-queries.js';
import {ask, findNodes, usePromise, useQuery} from '../api.js';
import {type Child, dominatorKey, hasDominated, type Item, loadItems} from '../dominator-items.js';
import {type Facts, useFacts} from '../facts.js';
import {href, type NodeName, nodeHref, nodeText, route, setParams} from '../router.js';
import {selection} from '../selection.js';
import {sqlOf} from '../sql-text.js';
import {useDeltas} from '../widgets/delta.js';
import {dominatorColumns, namedBy} from '../widgets/dominator-columns.js';
import {Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {HoldersPicture} from '../widgets/holders-picture.js';
import {keyOfBlock} from '../widgets/icicle-layout.js';
import {Screen} from '../widgets/screen.js';
import {SqlButton} from '../widgets/sql-button.js';
import {Text} from '../widgets/text.js';
import {TreeTable} from '../widgets/tree-table.js';
import {useTree} from '../widgets/use-tree.js';

const MOST_STEPS = 10_000;

export function DominatorsView() {
  const facts = useFacts();
  const [opened] = useState(route.value.params.o ?? ''); // what is selected later opens nothing
  const path = usePromise(opened === '' ? undefined : opened, (abort) => pathTo(opened, abort));
  const whole = useQuery(program, {});
  const isFolded = route.value.params.fold !== 'no';
  const tools = (
    <label class="toggle">
      <input type="checkbox" checked={isFolded} onChange={() => setParams({fold: isFolded ? 'no' : undefined})} />
      Fold long lists by type
    </label>
  );
  const failure = path.failure ?? whole.failure;
  const isReady = facts && whole.rows && !path.isLoading;
  return (
    <Screen title="Holders" tools={tools} isFilled>
      {failure && <FailureBox failure={failure} retry={path.failure ? path.retry : whole.retry} />}
      {path.value?.length === 0 && (
        <p class="banner">
          <Text value={opened} /> is not in the tree: nothing reaches it, or there is no such node.
        </p>
      )}
      {isReady && <Both key={`${isFolded}`} facts={facts} whole={whole.rows[0]!} path={path.value ?? []} isFolded={isFolded} />}
      {!isReady && !failure && <Loading />}
    </Screen>
  );
}

/** From what the program dominates down to the node. */
async function pathTo(text: string, abort: AbortSignal): Promise<Child[]> {
  const [id] = await findNodes(text, abort);
  return id === undefined ? [] : (await ask(dominatorPath, {id, limit: MOST_STEPS}, abort)).reverse();
}

interface BothProps {
  readonly facts: Facts;
  readonly whole: Child;
  readonly path: readonly Child[];
  readonly isFolded: boolean;
}

function Both({facts, whole, path, isFolded}: BothProps) {
  const deltas = useDeltas<Item>('holders', (item) => (item.kind === 'node' ? item.node.node_id : null));
  const tops = useMemo(() => topItems(facts, whole), [whole]);
  const steps = [whole, ...path];
  const load = (item: Item, loaded: readonly Item[], abort: AbortSignal) =>
    loadItems(item, loaded, isFolded, stepsBelow(steps, item), abort);
  const tree = useTree(
    'dominators',
    tops,
    {keyOf: dominatorKey, hasParts: hasDominated, load},
    steps.slice(0, path.length || 1).map(keyOfNode),
  );
  const last = path.at(-1) ?? whole;
  const [key, setKey] = useState(keyOfNode(last));
  const choose = (next: string, node: NodeName | undefined) => {
    setKey(next);
    if (node === undefined) return; // a folded row leaves the selection where it was
    selection.value = {node: node.id, name: node.name ?? '', href: nodeHref(node)};
    setParams({o: nodeText(node)});
  };
  useEffect(() => {
    if (last !== whole) selection.value = {node: last.node_id!, name: last.name ?? '', href: nodeHref(namedBy(last))};
  }, []);
  const statement = sqlOf(dominated, {id: idOfKey(key) ?? 0, limit: 50, skip: 0});
  return (
    <div class="beside">
      <div class="data-table">
        <div class="table-head">
          <h2>Kept alive by it alone</h2>
          <SqlButton sql={statement} title={dominated.title} />
        </div>
        <TreeTable<Item>
          label="Dominator tree"
          tree={tree}
          columns={[...dominatorColumns(facts.live), ...deltas]}
          selected={key}
          select={(next, item) => choose(next, nodeOf(item))}
          open={targetOf}
          rowClass={(item) => (item.kind === 'node' ? undefined : item.kind)}
          isPrimary
        />
      </div>
      <HoldersPicture
        live={facts.live}
        selected={key}
        choose={(node) => choose(keyOfBlock(node), node.node_id === null || node.node_id <= 0 ? undefined : namedBy(node))}
        expand={tree.expand}
        pathTo={pathTo}
      />
    </div>
  );
}

/** The live heap as a tree, and beside it what is not in the tree. */
function topItems(facts: Facts, whole: Child): Item[] {
  const bytes = (facts.number('heap_bytes') ?? 0) - (facts.live ?? 0);
  const nodes = (facts.number('heap_objects') ?? 0) - (facts.number('reachable_objects') ?? 0);
  const note: Item = {kind: 'note', name: 'unreachable objects', bytes, nodes, href: href('types', {f: ''})};
  return [{kind: 'node', node: whole}, ...(nodes > 0 ? [note] : [])];
}

/** The step of the path that is below an item. */
function stepsBelow(steps: readonly Child[], item: Item): readonly Child[] {
  if (item.kind !== 'node') return [];
  const at = steps.findIndex(({node_id}) => node_id === item.node.node_id);
  return at < 0 ? [] : steps.slice(at + 1, at + 2);
}

const keyOfNode = ({node_id}: {readonly node_id: number | null}) => `n${node_id}`;
const idOfKey = (key: string) => (/^n\d+$/.test(key) ? Number(key.slice(1)) : undefined);

function nodeOf(item: Item | undefined): NodeName | undefined {
  return item?.kind === 'node' && item.node.node_id !== 0 ? namedBy(item.node) : undefined;
}

function targetOf(item: Item): string | undefined {
  const node = nodeOf(item);
  if (item.kind === 'note') return item.href;
  return node && nodeHref(node);
}
