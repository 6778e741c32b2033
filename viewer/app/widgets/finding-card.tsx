/**
 * Findings as cards: a number, a sentence, what it rests on, what to do, where to go on, and a way to say that it is no problem here. Cards that were
 * put away are below, and come back from there. `j` and `k` go from card to card, `Enter` follows the first link of one.
 */
import {useRef, useState} from 'preact/hooks';
import {useDismissed} from '../dismissed.js';
import type {EvidenceItem} from '../evidence-items.js';
import type {Card} from '../finding-cards.js';
import {counted, formatShare, showBytes} from '../format.js';
import {useKeys} from '../keyboard.js';
import {go} from '../router.js';
import {Bar} from './bar.js';
import {Chip} from './chip.js';
import {CopyButton} from './copy-button.js';
import {goroutineHref} from './link.js';
import {Name, Text} from './text.js';

export function CardList({label, cards}: {readonly label: string; readonly cards: readonly Card[]}) {
  const list = useRef<HTMLDivElement>(null);
  const dismissed = useDismissed();
  const [last, setLast] = useState<string | undefined>(undefined);
  useKeys(keysFor(list));
  const toggle = (key: string) => {
    dismissed.toggle(key);
    setLast(dismissed.has(key) ? undefined : key);
    list.current?.focus(); // the button that was pressed is gone
  };
  const shown = cards.filter(({key}) => !dismissed.has(key));
  const away = cards.filter(({key}) => dismissed.has(key));
  return (
    <div class="cards" ref={list} tabIndex={-1}>
      <p class="sr-only" role="status">
        {last === undefined ? '' : 'Put away, below the others'}
      </p>
      <ol aria-label={label}>
        {shown.map((card) => (
          <OneCard key={card.key} card={card} dismiss={() => toggle(card.key)} />
        ))}
      </ol>
      {away.length > 0 && (
        <details class="put-away" open={shown.length === 0}>
          <summary>{counted(away.length, 'finding')} put away as no problem here</summary>
          <ul>
            {away.map(({key, bytes, kind, name}) => (
              <li key={key}>
                {showBytes(bytes)} · {kind} · <Name value={name} />{' '}
                <button type="button" class="quiet" onClick={() => toggle(key)} aria-label={`Bring back: ${name}`}>
                  Bring back
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function OneCard({card, dismiss}: {readonly card: Card; readonly dismiss: () => void}) {
  const {kind, isProblem, bytes, share, name, sentence, evidence, fix, links, command} = card;
  return (
    <li class="card" tabIndex={-1}>
      <div class="card-head">
        <h2>
          {showBytes(bytes)} <span class="muted">·</span> <Name value={name} />
        </h2>
        <span class="share">{formatShare(share)}</span>
        <Bar share={share} />
        <Chip tone={isProblem ? 'warning' : 'plain'}>{kind.replaceAll('-', ' ')}</Chip>
        <button type="button" class="quiet" onClick={dismiss} aria-label={`Not a problem here: ${name}`}>
          Not a problem here
        </button>
      </div>
      <p>
        <Text value={sentence} />
      </p>
      {fix !== '' && (
        <p>
          <strong>Do:</strong> <Text value={fix} />
        </p>
      )}
      {evidence.length > 0 && <Evidence items={evidence} />}
      <p class="card-links">
        {links.map(({label, href, isName}) => (
          <a key={href} href={href}>
            {isName ? <Name value={label} /> : label}
          </a>
        ))}
        <span class="command">
          <code>
            <Text value={command} />
          </code>{' '}
          <CopyButton label="Copy" title="Copy the command" text={() => command} />
        </span>
      </p>
    </li>
  );
}

/** More lines than these are folded. */
const OPEN_ITEMS = 6;

function Evidence({items}: {readonly items: readonly EvidenceItem[]}) {
  return (
    <details open={items.length <= OPEN_ITEMS}>
      <summary>Evidence</summary>
      <dl class="evidence">
        {items.map(({label, texts, goroutines}) => (
          <div key={label}>
            <dt>{label}</dt>
            {goroutines && (
              <dd>
                {goroutines.map((id) => (
                  <a key={id} href={goroutineHref(id)}>
                    {id}
                  </a>
                ))}
              </dd>
            )}
            {texts.map((text) => (
              <dd key={text}>
                <Text value={text} />
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  );
}

function keysFor(list: {readonly current: HTMLElement | null}) {
  const all = () => [...(list.current?.querySelectorAll<HTMLElement>('.card') ?? [])];
  const at = () => all().findIndex((card) => card.contains(document.activeElement));
  const move = (step: number) => () => {
    const cards = all();
    cards[Math.max(0, Math.min(cards.length - 1, at() + step))]?.focus();
  };
  const open = () => {
    const link = all()[at()]?.querySelector<HTMLAnchorElement>('.card-links a');
    if (link) go(link.hash);
    return link !== null && link !== undefined;
  };
  return {j: move(1), k: move(-1), Enter: open};
}
