/**
 * The path that holds a node, root first, one row a step: what each step retains, what setting each pointer to nil releases, and which steps hold
 * the node alone. The first path is stored in the database; further ones, and those that avoid a pointer, are searched for.
 * Keys: n for the next path, x to avoid the pointer in front of the focused or last step.
 */
import {useState} from 'preact/hooks';
import {heldBy, PATH_END} from '../../../src/database/queries/held-by-queries.js';
import type {ShownPath, ShownStep} from '../../protocol.js';
import {findNodes, postPaths, usePromise} from '../api.js';
import {counted, formatCount, showBytes, worded} from '../format.js';
import {useKeys} from '../keyboard.js';
import {nodeText} from '../router.js';
import {pointerTick} from '../selection.js';
import {sqlOf} from '../sql-text.js';
import {namedBy} from './dominator-columns.js';
import {Empty, Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {NodeLink} from './link.js';
import {ByteSize} from './size.js';
import {SqlButton} from './sql-button.js';
import {Name, Text} from './text.js';
import {TickBox} from './tick.js';

export interface HeldByProps {
  readonly node: number;
  /** Pointers that no path may use: OBJECT+OFFSET, as commands take them. */
  readonly avoid: readonly string[];
  readonly setAvoid: (avoid: readonly string[]) => void;
}

/** What the server gives at once, and so how many paths one can go through. */
const MOST_PATHS = 20;

const RELEASES = 'Becomes garbage when this pointer is set to nil';

interface Found {
  /** Undefined for what nothing reaches. */
  readonly path: ShownPath | undefined;
  readonly isCut: boolean;
}

export function HeldBy({node, avoid, setAvoid}: HeldByProps) {
  const [at, setAt] = useState(0);
  const key = `${node} ${at} ${avoid.join(' ')}`;
  const {value, failure, isLoading, retry} = usePromise(key, (abort) => findPath(node, at, avoid, abort));
  const path = value?.path;
  const steps = path?.steps ?? [];
  const avoidStep = (step: ShownStep) => {
    setAt(0);
    setAvoid([...avoid, `${nodeText(namedBy(step))}+${step.offset}`]);
  };
  const next = () => setAt(at + 1);
  const canGoOn = steps.at(-1)?.kind === 'object' && at + 1 < MOST_PATHS; // a root node holds itself
  useKeys({
    n: () => canGoOn && next(),
    x: () => {
      const step = focusedStep(steps) ?? steps.findLast(({offset}) => offset !== null);
      return step?.offset != null && avoidStep(step);
    },
  });
  return (
    <div class="held-by">
      <div class="table-head">
        <span class="said" role="status">
          {said(value, at)}
        </span>
        {at > 0 && (
          <button type="button" class="quiet" onClick={() => setAt(0)} title="The path that tells most">
            First
          </button>
        )}
        <button type="button" class="quiet" disabled={!canGoOn} onClick={next} title="Another root that reaches it (n)">
          Next path
        </button>
        <SqlButton sql={sqlOf(heldBy, {id: node})} title={heldBy.title} />
      </div>
      <Avoided avoid={avoid} setAvoid={setAvoid} />
      {failure && <FailureBox failure={failure} retry={retry} />}
      {isLoading && <Loading what="Searching" />}
      {value && !path && <Empty>{emptyText(value, at, avoid)}</Empty>}
      {path && (
        <p class="expression" title="The path as Go would write it">
          <Text value={path.expression.replace(/^goroutine(?= \d)/, (word) => worded(word))} />
        </p>
      )}
      {path && (
        <ol class="path">
          {steps.map((step, index) => (
            <Step
              key={`${step.node_id} ${index}`}
              step={step}
              gap={index === PATH_END ? path!.length - steps.length : 0}
              isLast={index === steps.length - 1}
              avoid={avoidStep}
            />
          ))}
        </ol>
      )}
    </div>
  );
}

function Avoided({avoid, setAvoid}: Pick<HeldByProps, 'avoid' | 'setAvoid'>) {
  if (avoid.length === 0) return null;
  return (
    <p class="avoided">
      Not through{' '}
      {avoid.map((text) => (
        <button
          key={text}
          type="button"
          class="chip"
          title="Allow this pointer again"
          onClick={() => setAvoid(avoid.filter((each) => each !== text))}
        >
          <Text value={text} /> ×
        </button>
      ))}
    </p>
  );
}

interface StepProps {
  readonly step: ShownStep;
  readonly gap: number;
  readonly isLast: boolean;
  readonly avoid: (step: ShownStep) => void;
}

function Step({step, gap, isLast, avoid}: StepProps) {
  const {kind, type, field, offset, retained, releases, dominates} = step;
  const isHolder = dominates === 1 && !isLast;
  return (
    <>
      {gap > 0 && <li class="gap">{counted(gap, 'more step')}</li>}
      <li class={isHolder ? 'dominates' : undefined} data-step={step.node_id}>
        <div class="step">
          <NodeLink node={namedBy(step)} />
          {isHolder && <span class="sr-only">, holds it alone</span>}
          <ByteSize value={retained} />
        </div>
        <div class="what">
          {kind !== 'object' && worded(kind ?? '')} {type !== null && type !== 'unknown' && <Name value={type} />}
        </div>
        {offset !== null && (
          <div class="pointer">
            <TickBox tick={pointerTick(step.node_id, step.name ?? '', offset, field)} />
            <code title={`${field ?? ''} at offset ${offset}`.trim()}>
              {field ? <Text value={field.startsWith('[') ? field : `.${field}`} /> : `+${formatCount(offset)}`}
            </code>
            <span class="releases" title={releases ? RELEASES : 'Others hold it too'}>
              releases {releases ? showBytes(releases) : 'nothing'}
            </span>
            <button type="button" class="quiet" onClick={() => avoid(step)} title="Paths that do not use this pointer (x)">
              Avoid
            </button>
          </div>
        )}
      </li>
    </>
  );
}

function focusedStep(steps: readonly ShownStep[]): ShownStep | undefined {
  const id = document.activeElement?.closest('[data-step]')?.getAttribute('data-step');
  return steps.find(({node_id, offset}) => String(node_id) === id && offset !== null);
}

async function findPath(node: number, at: number, avoid: readonly string[], abort: AbortSignal): Promise<Found> {
  const pointers = await Promise.all(avoid.map((text) => pointerOf(text, abort)));
  const {paths, cut} = await postPaths({node, avoid: pointers.flat(), count: at + 1}, abort);
  return {path: paths[at], isCut: cut};
}

/** OBJECT+OFFSET → the pointers that it means; none for a text that names nothing. */
async function pointerOf(text: string, abort: AbortSignal): Promise<{source: number; offset: number}[]> {
  const match = /^(.*)\+(\d+)$/.exec(text);
  if (!match) return [];
  return (await findNodes(match[1]!, abort)).map((source) => ({source, offset: Number(match[2])}));
}

function said(found: Found | undefined, at: number): string {
  return found?.path ? `${at === 0 ? '' : `path ${at + 1}, `}${counted(found.path.length, 'step')}` : '';
}

function emptyText({isCut}: Found, at: number, avoid: readonly string[]): string {
  if (isCut) return 'No path found within the limits of the search: there may be more.';
  if (at > 0) return 'No other root reaches it.';
  return avoid.length > 0
    ? 'No path without the avoided pointers: with them gone it is garbage.'
    : 'Nothing reaches it: it is garbage that the collector had not freed yet.';
}
