/**
 * The search box: an address, part of the name of a type or variable, a goroutine's number or function. What is found is a list of
 * links, of whatever kind, those first that hold most; the arrows go through it, and Enter opens the first one.
 */
import {useEffect, useRef, useState} from 'preact/hooks';
import {searchFunctions, searchRoots, searchTypes} from '../../src/database/queries/search-queries.js';
import {ask, findNodes, usePromise} from './api.js';
import {counted, formatCount, showBytes, worded} from './format.js';
import {go, href, nodeHref, route} from './router.js';
import {goroutineHref, typeHref} from './widgets/link.js';
import {Name} from './widgets/text.js';

interface Hit {
  readonly group: string;
  readonly name: string;
  /** What it holds: the order of the list. */
  readonly bytes: number;
  readonly note: string;
  readonly href: string;
}

const LISTED = 8;
const TYPING_MILLISECONDS = 120;

export function Search() {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLElement>(null);
  const wanted = useSettled(text.trim());
  const found = usePromise(wanted === '' ? undefined : wanted, (abort) => hitsFor(wanted, abort));
  const hits = found.value ?? (found.isLoading ? found.previous : undefined) ?? [];
  const place = route.value;
  useEffect(() => {
    setOpen(false);
    setText('');
  }, [place.screen, place.params.o, place.params.type]);
  const open = (hit: Hit) => {
    (document.activeElement as HTMLElement).blur(); // keys are the screen's again, also before it is there
    go(hit.href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isField = event.target instanceof HTMLInputElement;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') moveFocus(box.current!, event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && isField && hits[0] !== undefined) open(hits[0]);
    else if (event.key === 'Escape') isOpen ? setOpen(false) : (document.activeElement as HTMLElement).blur();
    else return;
    event.preventDefault();
  };
  return (
    <search
      class="search"
      ref={box}
      onKeyDown={onKeyDown}
      onFocusOut={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOpen(false)}
    >
      <input
        id="search"
        type="text"
        aria-label={worded('Search: address, type, variable, goroutine')}
        autocomplete="off"
        spellcheck={false}
        placeholder={worded('0xc000…, type, variable, goroutine   /')}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
      />
      {isOpen && wanted !== '' && (
        <Hits hits={hits} isLoading={found.isLoading || wanted !== text.trim()} message={found.failure?.message} />
      )}
    </search>
  );
}

/** From the field into the list of links and through it, and back. */
function moveFocus(box: HTMLElement, step: number): void {
  const places = [...box.querySelectorAll<HTMLElement>('input, a')];
  const at = places.indexOf(document.activeElement as HTMLElement);
  places[(at + step + places.length) % places.length]?.focus();
}

interface HitsProps {
  readonly hits: readonly Hit[];
  readonly isLoading: boolean;
  readonly message: string | undefined;
}

function Hits({hits, isLoading, message}: HitsProps) {
  const said =
    message ?? (isLoading ? 'Searching…' : hits.length === 0 ? 'Nothing of that name or address.' : `${counted(hits.length, 'hit')}`);
  return (
    <div class="hits">
      <p class={hits.length > 0 ? 'sr-only' : 'none'} role="status">
        {said}
      </p>
      <ul aria-label="Found">
        {hits.map((hit) => (
          <li key={hit.href}>
            <a href={hit.href}>
              <span class="group">{worded(hit.group)}</span>
              <Name value={hit.name} />
              <span class="note">{hit.note}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

async function hitsFor(text: string, abort: AbortSignal): Promise<readonly Hit[]> {
  const [exact, types, roots, functions] = await Promise.all([
    exactHits(text, abort),
    ask(searchTypes, {text, limit: LISTED}, abort),
    ask(searchRoots, {text, limit: LISTED}, abort),
    ask(searchFunctions, {text, limit: LISTED}, abort),
  ]);
  const named = [
    ...roots.map((row) => {
      const bytes = row.retained ?? 0;
      const node = {id: row.id!, kind: row.kind, name: row.name, address: row.address};
      return {group: row.kind ?? 'root', name: row.name ?? '', bytes, note: `keeps ${showBytes(bytes)}`, href: nodeHref(node)};
    }),
    ...types.map((row) => {
      const bytes = row.retained ?? 0;
      const note = `${formatCount(row.objects ?? 0)} ×, keep ${showBytes(bytes)}`;
      return {group: 'type', name: row.type ?? '', bytes, note, href: typeHref(row.type ?? '')};
    }),
    ...functions.map((row) => {
      const bytes = row.bytes ?? 0;
      const note = `${formatCount(row.goroutines ?? 0)} ×, cost ${showBytes(bytes)}`;
      return {group: 'goroutines', name: row.function ?? '', bytes, note, href: href('goroutines', {f: row.function ?? ''})};
    }),
  ];
  return [...exact, ...named.sort((a, b) => b.bytes - a.bytes)];
}

/** What looks like an address or a number is one: an object, a goroutine. */
async function exactHits(text: string, abort: AbortSignal): Promise<readonly Hit[]> {
  const number = /^(?:(?:goroutine|thread) )?(\d{1,15})$/.exec(text)?.[1];
  if (number !== undefined) {
    const found = await findNodes(`goroutine ${number}`, abort);
    return found.map(() => ({
      group: worded('goroutine'),
      name: worded(`goroutine ${number}`),
      bytes: 0,
      note: '',
      href: goroutineHref(Number(number)),
    }));
  }
  const address = /^(?:0x)?([0-9a-f]{4,13})$/i.exec(text)?.[1];
  if (address === undefined) return [];
  const found = await findNodes(`0x${address}`, abort);
  return found.map(() => ({
    group: 'address',
    name: `0x${address.toLowerCase()}`,
    bytes: 0,
    note: '',
    href: href('object', {o: `0x${address.toLowerCase()}`}),
  }));
}
