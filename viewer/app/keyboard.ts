/**
 * Keys of the page. Components say which keys they answer while they are shown; the one that was shown last comes first. Keys that a focused
 * control needs itself (text in a field, Enter on a link) stay with it.
 */
import {useEffect, useRef} from 'preact/hooks';

/** A key as KeyboardEvent.key has it, 'g o' for two in a row, 'Ctrl+Enter'. What returns `false` leaves the key to the next one. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

const answering: {current: Keys}[] = [];
const CHORD_MILLISECONDS = 1500;
let pending = {key: '', at: 0};

/** Answers these keys while the component is shown. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    answering.push(latest);
    return () => void answering.splice(answering.indexOf(latest), 1);
  }, []);
}

export function startKeyboard(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (dispatch(event)) event.preventDefault();
  });
}

function dispatch(event: KeyboardEvent): boolean {
  const key = nameOf(event);
  if (key === undefined || belongsToControl(event) || document.querySelector('dialog[open]') !== null) return false;
  const chord = event.timeStamp - pending.at < CHORD_MILLISECONDS ? `${pending.key} ${key}` : '';
  pending = {key: '', at: 0};
  if (chord !== '' && run(chord, event)) return true;
  if (answering.some(({current}) => Object.keys(current).some((name) => name.startsWith(`${key} `)))) {
    pending = {key, at: event.timeStamp};
    return true;
  }
  return run(key, event);
}

function run(key: string, event: KeyboardEvent): boolean {
  for (const {current} of [...answering].reverse()) {
    if (current[key] !== undefined && current[key](event) !== false) return true;
  }
  return false;
}

function nameOf(event: KeyboardEvent): string | undefined {
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return undefined;
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key}`;
  return event.altKey ? undefined : event.key;
}

/** Where a key has a meaning of its own for the element that has the focus. */
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement) || event.key === 'Escape') return false;
  if (event.ctrlKey || event.metaKey) return false;
  if (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio])')) return true;
  if (event.key === 'Enter' || event.key === ' ') return target.matches('a, button, summary, input');
  return false;
}

/** For the sheet that `?` opens. */
export const KEY_SHEET: readonly (readonly [string, string])[] = [
  ['/', 'Search: address, type, variable, goroutine'],
  ['g o · g s · g h · g t · g p · g g', 'Overview, Suspects, Holders, Types, Packages, Goroutines'],
  ['g i · g b · g w · g c · g m · g q', 'Timers & contexts, Strings & bytes, Waste, Compare, Memory, SQL'],
  ['j k ↓ ↑', 'Next and previous row'],
  ['← →', 'Fold and unfold, or out and in'],
  ['Enter', 'Open the selected row'],
  ['p', 'Show or hide the pane about the selection'],
  ['1 2 3 4', 'In it: why alive, value, held by, what if'],
  ['w', 'Tick the selection: what if it were gone?'],
  ['b', 'Show or hide the list of screens'],
  ['i u', 'Into the selection, up to its holder'],
  ['n x', 'Next path; avoid this pointer'],
  ['y', 'Copy a link to this page'],
  ['[ ]', 'Back and forward'],
  ['Ctrl+Enter', 'Run the SQL statement'],
  ['Esc', 'Close, or leave a field'],
  ['?', 'This sheet: keys, where to start, words'],
];
