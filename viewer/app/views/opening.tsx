/**
 * While a core is converted: what is being done, how far, how fast and how long still; why, when it failed.
 */
import {useEffect} from 'preact/hooks';
import type {Stage} from '../../protocol.js';
import {status} from '../api.js';
import {counted, formatCompact, formatCount, formatSeconds, formatShare, showBytes, visible, worded} from '../format.js';
import {FailureBox} from '../widgets/failure.js';
import {Screen} from '../widgets/screen.js';
import {Text} from '../widgets/text.js';

export function Opening() {
  const {input, stages, failure, state} = status.value!;
  const last = stages.at(-1);
  useEffect(() => {
    const share = last && last.total > 0 ? `${formatShare(last.done / last.total)} · ` : '';
    document.title = visible(`${state === 'failed' ? 'Failed · ' : share}${input} · goheap`);
  }, [last, input, state]);
  return (
    <main class="alone opening">
      <h1>
        {state === 'failed' ? 'Could not open ' : 'Opening '}
        <Text value={input} />
      </h1>
      {failure && <FailureBox failure={failure} />}
      {state === 'opening' && <p class="muted">The core becomes a database that goheap keeps: next time it opens at once.</p>}
      <KnownFacts />
      <Stages />
    </main>
  );
}

/** What the stages have found out so far. */
function KnownFacts() {
  const {
    go_version: version,
    goarch,
    module,
    executable,
    pid,
    threads,
    goroutines,
    language,
    heap_objects: objects,
    heap_bytes: bytes,
  } = status.value!.known;
  const program = module ?? executable?.toString().split('/').at(-1);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Program', program?.toString()],
    ['Go', version === undefined ? undefined : `${String(version).replace(/^go/, '')} ${goarch}`],
    ['Process', pid === undefined ? undefined : `${pid}, ${counted(Number(threads), 'thread')}`],
    ['Heap', bytes === undefined ? undefined : `${showBytes(Number(bytes))} in ${counted(Number(objects), 'object')}`],
    [worded('Goroutines', language === 'java'), goroutines === undefined ? undefined : formatCount(Number(goroutines))],
  ];
  return (
    <dl class="facts" aria-label="Known so far">
      {facts.map(
        ([name, text]) =>
          text !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Text value={text} />
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** For screens that ask tables which are still being written. */
export function StillWriting({title}: {readonly title: string}) {
  return (
    <Screen title={title}>
      <p class="muted">
        The tables of objects and pointers are still being written: this screen comes then. The Overview is there already.
      </p>
      <Stages />
    </Screen>
  );
}

function Stages() {
  const {stages, notes, state} = status.value!;
  return (
    <>
      <ol class="stages">
        {stages.map((stage, index) => (
          <StageRow key={stage.name} stage={stage} isUnderWay={state !== 'failed' && index === stages.length - 1} />
        ))}
      </ol>
      {notes.length > 0 && (
        <>
          <h2>Notes</h2>
          <ul class="notes">
            {notes.map((note) => (
              <li key={note}>
                <Text value={note} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function StageRow({stage, isUnderWay}: {readonly stage: Stage; readonly isUnderWay: boolean}) {
  const {name, done, total, seconds} = stage;
  const share = total > 0 ? done / total : undefined;
  const rate = seconds > 0.5 && isUnderWay ? done / seconds : 0;
  const left = rate > 0 && total > done ? (total - done) / rate : 0;
  return (
    <li aria-current={isUnderWay ? 'step' : undefined}>
      <span class="stage-name">
        <Text value={name} />
      </span>
      <progress aria-label={visible(name)} max={1} value={isUnderWay ? share : 1} />
      <span class="stage-share">{isUnderWay ? (share === undefined ? '…' : formatShare(share)) : 'done'}</span>
      <span class="stage-rate">{rate > 0 ? `${formatCompact(rate)}/s` : seconds > 0 ? formatSeconds(seconds) : ''}</span>
      <span class="stage-left">{left > 0.5 ? `${formatSeconds(Math.ceil(left))} left` : ''}</span>
    </li>
  );
}
