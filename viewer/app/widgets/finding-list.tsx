/**
 * What is worth a look, as sentences: problems first. Each leads to the place that it is about, and selects that for the pane.
 */
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {suspects} from '../../../src/database/queries/suspect-queries.js';
import {status, useQuery} from '../api.js';
import {href, nodeHref} from '../router.js';
import {type Selected, selection} from '../selection.js';
import {sqlOf} from '../sql-text.js';
import {Chip} from './chip.js';
import {Empty} from './empty.js';
import {FailureBox} from './failure.js';
import {ByteSize} from './size.js';
import {SqlButton} from './sql-button.js';
import {Name, Text} from './text.js';

type Finding = RowOf<typeof suspects>;

const LISTED = {limit: 4};

export function FindingList() {
  const isReady = status.value?.state === 'ready';
  const {rows, failure, retry} = useQuery(suspects, isReady ? LISTED : undefined);
  return (
    <section class="findings" aria-labelledby="findings-title">
      <div class="table-head">
        <h2 id="findings-title">Worth a look</h2>
        <a class="button quiet" href={href('suspects')}>
          All suspects
        </a>
        <SqlButton sql={sqlOf(suspects, LISTED)} title={suspects.title} />
      </div>
      {failure && <FailureBox failure={failure} retry={retry} />}
      {!isReady && <Empty>They come after the first answers.</Empty>}
      {rows?.length === 0 && <Empty>Nothing leaks, and nothing large is wasted.</Empty>}
      <ol>
        {rows?.map((finding) => (
          <Told key={finding.rank} finding={finding} />
        ))}
      </ol>
    </section>
  );
}

function Told({finding}: {readonly finding: Finding}) {
  const {bytes, level} = finding;
  const target = targetOf(finding);
  const choose = () => {
    const selected = selectedBy(finding, target);
    if (selected) selection.value = selected;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: with the keyboard its link is focused, which does the same
    <li class={level ?? ''} onClick={choose} onFocusCapture={choose}>
      <ByteSize value={bytes} />
      <p>
        {level === 'problem' && <Chip tone="warning">problem</Chip>} <Sentence finding={finding} target={target} />
      </p>
    </li>
  );
}

/** What it is about is a link, where the sentence names it or else behind it. */
function Sentence({finding: {sentence, name}, target}: {readonly finding: Finding; readonly target: string | undefined}) {
  const text = sentence ?? '';
  if (target === undefined || name === null) return <Text value={text} />;
  const at = text.indexOf(name);
  const end = at < 0 ? text.length : at;
  return (
    <>
      <Text value={text.slice(0, end)} />
      {at < 0 && ' '}
      <a href={target}>
        <Name value={name} />
      </a>
      <Text value={at < 0 ? '' : text.slice(at + name.length)} />
    </>
  );
}

function targetOf({kind, node_id: node, name, type_id: type}: Finding): string | undefined {
  if (kind === 'goroutines' || kind === 'goroutine-leak') return href('goroutines', {f: name ?? ''});
  if (node !== null) return nodeHref({id: node});
  return type === null ? undefined : href('types', {id: type});
}

function selectedBy({node_id: node, name, count}: Finding, target: string | undefined): Selected | undefined {
  return node === null || target === undefined ? undefined : {node, name: name ?? '', href: target, isOneOf: count ?? 1};
}
