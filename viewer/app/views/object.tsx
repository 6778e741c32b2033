/**
 * One node from all sides, where most investigations end: what it is, its value, what it points to and what points to it, what it keeps alive
 * alone, how its memory is used; what holds it is in the pane. In the address: `o` the node, `avoid` pointers that the path must not use, `tab`.
 */

import {useEffect} from 'preact/hooks';
import {dominated} from '../../../src/database/queries/dominator-queries.js';
import {heldBy} from '../../../src/database/queries/held-by-queries.js';
import {node} from '../../../src/database/queries/node-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {ask, findNodes, usePromise, useQuery} from '../api.js';
import {useFacts} from '../facts.js';
import {formatAddress, worded} from '../format.js';
import {useKeys} from '../keyboard.js';
import {useLate} from '../late.js';
import {go, nodeHref, nodeText, route} from '../router.js';
import {selection} from '../selection.js';
import {shortName} from '../short-names.js';
import {namedBy} from '../widgets/dominator-columns.js';
import {Empty, Loading} from '../widgets/empty.js';
import {FailureBox} from '../widgets/failure.js';
import {NodeLink} from '../widgets/link.js';
import {ObjectFacts, ObjectLinks} from '../widgets/object-facts.js';
import {Screen} from '../widgets/screen.js';
import {Text} from '../widgets/text.js';

export function ObjectView() {
  const text = route.value.params.o ?? '';
  const found = usePromise(text === '' ? undefined : text, (abort) => findNodes(text, abort));
  const [id, ...others] = found.value ?? [];
  if (id !== undefined && others.length === 0) return <OneNode key={id} id={id} text={text} />;
  return (
    <Screen title="Object">
      {text === '' && <Empty>{worded('Search for an address, a variable or a goroutine: key /.')}</Empty>}
      {found.failure && <FailureBox failure={found.failure} retry={found.retry} />}
      {found.isLoading && <Loading />}
      {found.value?.length === 0 && (
        <Empty>
          There is no object or variable <Text value={text} />. Only what holds heap pointers is a variable here.
        </Empty>
      )}
      {others.length > 0 && <Several text={text} ids={found.value!} />}
    </Screen>
  );
}

function Several({text, ids}: {readonly text: string; readonly ids: readonly number[]}) {
  return (
    <>
      <p>
        <Text value={text} /> is the name of {ids.length} variables:
      </p>
      <ul class="several">
        {ids.slice(0, 200).map((id) => (
          <li key={id}>
            <NodeLink node={{id, kind: 'local', name: text}} label={`${text} (node ${id})`} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OneNode({id, text}: {readonly id: number; readonly text: string}) {
  const {rows, failure, retry, isLoading} = useQuery(node, {id});
  const sizes = rows?.[0];
  if (sizes) return <Sides sizes={sizes} />;
  return (
    <Screen title="Object" of={text}>
      {failure && <FailureBox failure={failure} retry={retry} />}
      {isLoading && <Loading />}
    </Screen>
  );
}

function Sides({sizes}: {readonly sizes: RowOf<typeof node>}) {
  const facts = useFacts();
  const tabs = useLate('object tabs', async () => (await import('../widgets/object-tabs.js')).ObjectTabs);
  const Tabs = tabs.component;
  const id = sizes.id!;
  const isGoroutine = sizes.kind === 'goroutine' && sizes.goroutine_id !== null;
  const value = useLate(isGoroutine ? undefined : 'object value', async () => (await import('../widgets/value-tree.js')).ValueTreeTable);
  const Value = value.component;
  const {component: Stack} = useLate(isGoroutine ? 'goroutine stack' : undefined, loadStackView);
  const name = sizes.name ?? nodeText({id, kind: sizes.kind, address: sizes.address});
  useEffect(() => {
    selection.value = {
      node: id,
      name: sizes.kind === 'object' && sizes.type !== null ? `${sizes.type} at ${name}` : name,
      href: location.hash,
    };
  }, [id]);
  useKeys({
    u: () => void goTo(ask(heldBy, {id}), ({step}) => step === 1),
    i: () => void goTo(ask(dominated, {id, limit: 1, skip: 0}), () => true),
  });
  return (
    <Screen title="Object" of={titleOf(sizes)} tools={<ObjectLinks sizes={sizes} />} isFilled>
      <ObjectFacts sizes={sizes} live={facts?.live} />
      <div class="sides">
        <section class="side" aria-labelledby="value">
          <h2 id="value">{isGoroutine ? 'Stack' : 'Value'}</h2>
          {value.failure && <FailureBox failure={value.failure} retry={value.retry} />}
          {isGoroutine
            ? Stack && <Stack goroutine={sizes.goroutine_id!} />
            : Value && <Value node={id} name={name} header={sizes.header ?? 0} />}
        </section>
        <section class="side" aria-label="Pointers and sizes">
          {tabs.failure && <FailureBox failure={tabs.failure} retry={tabs.retry} />}
          {Tabs && <Tabs sizes={sizes} live={facts?.live} />}
        </section>
      </div>
    </Screen>
  );
}

/** Few objects are goroutines. */
const loadStackView = async () => (await import('../widgets/goroutine-stack.js')).GoroutineStack;

interface Neighbour {
  readonly node_id: number | null;
  readonly kind: string | null;
  readonly name: string | null;
}

/** Follows a key to the first row that is meant; stays where there is none. */
async function goTo<R extends Neighbour>(rows: Promise<R[]>, isMeant: (row: R) => boolean): Promise<void> {
  const row = (await rows.catch(() => [])).find(isMeant);
  if (row) go(nodeHref(namedBy(row)));
}

function titleOf({kind, name, type, address}: RowOf<typeof node>): string {
  if (kind !== 'object') return name ?? kind ?? '';
  return `${type === 'unknown' ? 'Object' : shortName(type ?? '')} at ${formatAddress(address ?? 0)}`;
}
