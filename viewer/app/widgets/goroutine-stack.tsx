/**
 * The stack of one goroutine, on its own page: frames, inlined calls among them, each with its variables; and what it waits for.
 */
import {useEffect, useMemo, useState} from 'preact/hooks';
import {usePromise} from '../api.js';
import {worded} from '../format.js';
import {type GoroutineItem, goroutineItemKey, hasGoroutineParts, loadGoroutineParts, loadStack, nodeOf} from '../goroutine-items.js';
import {nodeHref} from '../router.js';
import {learnWaits} from '../wait-answers.js';
import {Empty, Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {goroutineColumns} from './goroutine-columns.js';
import {TreeTable} from './tree-table.js';
import {useTree} from './use-tree.js';
import {WaitsFor} from './waits-for.js';

const SHOWN: readonly string[] = ['name', 'stack', 'retained'];

export function GoroutineStack({goroutine}: {readonly goroutine: number}) {
  useEffect(() => learnWaits([goroutine]), [goroutine]);
  const {value, failure, isLoading, retry} = usePromise(String(goroutine), (abort) => loadStack(goroutine, abort));
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (isLoading || value === undefined) return <Loading what="Reading the stack" />;
  if (value.length === 0) return <Empty>It has no frames: it has not run yet, or its stack could not be read.</Empty>;
  return (
    <>
      <p>
        <WaitsFor goroutine={goroutine} />
      </p>
      <Frames items={value} />
    </>
  );
}

function Frames({items}: {readonly items: readonly GoroutineItem[]}) {
  const columns = useMemo(() => goroutineColumns(undefined).filter(({id}) => SHOWN.includes(id)), [worded('goroutine')]);
  const load = (item: GoroutineItem, loaded: readonly GoroutineItem[], abort: AbortSignal) =>
    loadGoroutineParts(item, loaded, undefined, abort);
  const source = {keyOf: goroutineItemKey, hasParts: hasGoroutineParts, load};
  const tree = useTree('stack', items, source, items.map(goroutineItemKey));
  const [selected, select] = useState<string | undefined>(undefined);
  return (
    <TreeTable<GoroutineItem>
      label="Stack"
      tree={tree}
      columns={columns}
      selected={selected}
      select={select}
      open={(item) => {
        const node = nodeOf(item);
        return node && nodeHref(node);
      }}
    />
  );
}
