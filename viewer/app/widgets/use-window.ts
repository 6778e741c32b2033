/**
 * Which rows of a long list are on screen: rows have one height, by the room that there is, so that the window follows from the scroll position. (The
 * selected one may take more: rows around the window make up for it.) The position belongs to the
 * entry of the history: Back finds the list where it was left.
 */
import type {RefObject} from 'preact';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {recall, rememberHere} from '../router.js';

/** Pixels; style.css has the same numbers. */
export const ROW_HEIGHT = 28;
export const STACKED_ROW_HEIGHT = 50;
const MARGIN_ROWS = 12;
const REMEMBER_MILLISECONDS = 150;

export interface Window {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  /** Rows from `first` to before `end` are to be drawn. */
  readonly first: number;
  readonly end: number;
  /** Scrolls as little as possible to have a row on screen. */
  readonly show: (row: number) => void;
  /** Rows that fit on the screen. */
  readonly page: number;
  /** Pixels that the columns have; no limit before the first look. */
  readonly width: number;
  /** Pixels that a row takes. */
  readonly rowHeight: number;
}

export function useWindow(count: number, key: string, heightFor: (width: number) => number): Window {
  const scroller = useRef<HTMLDivElement>(null);
  const [{top, height, width}, setView] = useState({top: recall<number>(key) ?? 0, height: 800, width: Number.POSITIVE_INFINITY});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const measure = () => {
    if (scroller.current === null) return;
    const {scrollTop, clientHeight, clientWidth} = scroller.current;
    const now = {top: scrollTop, height: clientHeight, width: clientWidth};
    setView((view) => (view.top === now.top && view.height === now.height && view.width === now.width ? view : now));
  };
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, []);
  const restored = useRef(false);
  useLayoutEffect(() => {
    if (width === Number.POSITIVE_INFINITY) return measure(); // how high rows are follows from it
    if (restored.current || count === 0) return;
    restored.current = true;
    const kept = recall<number>(key) ?? 0;
    if (kept > 0) scroller.current!.scrollTop = kept;
  }, [count, key, width]);
  useLayoutEffect(() => {
    // Tab goes from the table to the links of the selected row, and on: never through all rows.
    for (const link of scroller.current!.querySelectorAll<HTMLElement>('tbody :is(a, input)')) {
      link.tabIndex = link.closest('tr')?.getAttribute('aria-selected') === 'true' ? 0 : -1;
    }
  });
  const onScroll = () => {
    measure();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => rememberHere(key, scroller.current?.scrollTop ?? 0), REMEMBER_MILLISECONDS);
  };
  useEffect(() => () => clearTimeout(timer.current), []); // the next screen has an entry of its own
  const rowHeight = heightFor(width);
  const show = (row: number) => scrollTo(scroller.current!, row, rowHeight);
  const page = Math.max(1, Math.floor(height / rowHeight) - 2);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - MARGIN_ROWS, count - 1));
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + MARGIN_ROWS);
  return {scroller, onScroll, first, end, show, page, width, rowHeight};
}

/** The head of the table stays on top of the scroller and takes one row. */
function scrollTo(scroller: HTMLDivElement, row: number, rowHeight: number): void {
  const top = row * rowHeight;
  if (scroller.scrollHeight > scroller.clientHeight) {
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const bottom = top + 2 * rowHeight;
    if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
  }
  scroller.querySelector(`[data-row="${row}"]`)?.scrollIntoView({block: 'nearest'});
}
