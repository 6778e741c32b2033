/**
 * The icicle of the dominator tree below the node that `in` of the address names, with the way there, and what `find` looks for in it.
 */
import {useMemo, useRef} from 'preact/hooks';
import {dominatorTree, largeGroups} from '../../../src/database/queries/dominator-queries.js';
import {usePromise, useQuery} from '../api.js';
import type {Child} from '../dominator-items.js';
import {counted, showBytes} from '../format.js';
import {nodeText, route, setParams} from '../router.js';
import {sqlOf} from '../sql-text.js';
import {namedBy} from './dominator-columns.js';
import {FailureBox} from './failure.js';
import {Icicle} from './icicle.js';
import {withGroups} from './icicle-groups.js';
import {hasText, keyOfBlock, type TreeNode} from './icicle-layout.js';
import {SqlButton} from './sql-button.js';
import {Name} from './text.js';

/** What the icicle shows: levels, the least part of its top that has a block, and blocks at most. */
const LEVELS = 16;
const LEAST = 1 / 500;
const MOST_BLOCKS = 1500;
/** Steps of the way that are shown: the last ones. */
const LISTED_STEPS = 6;

export interface HoldersPictureProps {
  readonly live: number | undefined;
  /** Key of the selected row. */
  readonly selected: string;
  readonly choose: (node: TreeNode) => void;
  readonly expand: (keys: readonly string[]) => void;
  /** What dominates a node, from the top down. */
  readonly pathTo: (text: string, abort: AbortSignal) => Promise<Child[]>;
}

export function HoldersPicture({live, selected, choose, expand, pathTo}: HoldersPictureProps) {
  const {in: text = '', find = ''} = route.value.params;
  const {value: way = []} = usePromise(text === '' ? undefined : text, (abort) => pathTo(text, abort));
  const top = way.at(-1);
  const retained = text === '' ? live : (top?.retained ?? undefined);
  const params = {id: top?.node_id ?? 0, levels: LEVELS, least: Math.max(1, Math.floor((retained ?? 0) * LEAST)), limit: MOST_BLOCKS};
  const shown = useRef(params);
  if (retained !== undefined) shown.current = params; // else the old picture stays, and with it the focus
  const {least} = shown.current;
  const {rows, failure, retry} = useQuery(dominatorTree, live === undefined ? undefined : shown.current);
  const ids = rows && JSON.stringify(rows.map(({node_id}) => node_id));
  const groups = useQuery(largeGroups, ids === undefined ? undefined : {ids, least}).rows;
  const nodes = useMemo(() => rows && withGroups(rows, groups ?? [], least), [rows, groups]);
  const byId = useMemo(() => new Map(rows?.map((node) => [node.node_id, node])), [rows]);
  const select = (node: TreeNode) => {
    const above: string[] = [];
    for (let up = byId.get(node.parent_id); up !== undefined; up = byId.get(up.parent_id)) above.push(keyOfBlock(up));
    expand(above.reverse());
    choose(node);
  };
  const zoom = (node: TreeNode) => node.kind !== 'group' && setParams({in: node.node_id === 0 ? undefined : nodeText(namedBy(node))});
  const setFind = (wanted: string) => setParams({find: wanted});
  return (
    <div class="picture">
      <div class="table-head">
        <Way steps={way} />
        <input
          type="search"
          class="filter"
          aria-label="Find in the picture"
          placeholder="Find in the picture"
          value={find}
          onInput={({currentTarget}) => setFind(currentTarget.value)}
        />
        <span class="said" role="status">
          {find !== '' && nodes && foundText(nodes, find.toLowerCase())}
        </span>
        <SqlButton sql={sqlOf(dominatorTree, shown.current)} title={dominatorTree.title} />
      </div>
      {failure && <FailureBox failure={failure} retry={retry} />}
      {nodes && (
        <Icicle
          nodes={nodes}
          whole={live}
          selected={selected}
          find={find}
          setFind={setFind}
          select={select}
          zoom={zoom}
          zoomOut={() => setParams({in: undefined})}
        />
      )}
    </div>
  );
}

/** From the whole heap down to the top of the picture; each step is one to go back to. */
function Way({steps}: {readonly steps: readonly Child[]}) {
  const left = steps.slice(0, -1);
  return (
    <nav class="way" aria-label="Top of the picture">
      {steps.length === 0 ? (
        <strong>The whole live heap</strong>
      ) : (
        <button type="button" class="quiet" onClick={() => setParams({in: undefined})}>
          Whole heap
        </button>
      )}
      {left.length > LISTED_STEPS && ' › …'}
      {left.slice(-LISTED_STEPS).map((step) => (
        <span key={step.node_id}>
          {' › '}
          <button type="button" class="quiet" onClick={() => setParams({in: nodeText(namedBy(step))})}>
            <Name value={labelOf(step)} />
          </button>
        </span>
      ))}
      {steps.slice(-1).map((step) => (
        <strong key={step.node_id}>
          {' › '}
          <Name value={labelOf(step)} />
        </strong>
      ))}
    </nav>
  );
}

function labelOf({kind, name, type}: Child): string {
  return (kind === 'object' ? type : name) ?? 'unknown';
}

/** Bytes are those of the topmost ones, each once. */
function foundText(nodes: readonly TreeNode[], text: string): string {
  const found = new Map(nodes.filter((node) => hasText(node, text)).map((node) => [node.node_id, node]));
  const parents = new Map(nodes.map(({node_id, parent_id}) => [node_id, parent_id]));
  let bytes = 0;
  for (const {parent_id, retained} of found.values()) {
    let above = parent_id;
    while (above !== null && !found.has(above)) above = parents.get(above) ?? null;
    if (above === null) bytes += retained ?? 0;
  }
  return `${counted(found.size, 'block')}, ${showBytes(bytes)}`;
}
