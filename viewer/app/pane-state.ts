/**
 * How the pane at the right looks, kept for this browser: whether it is there, what it shows, how wide it is, and how high where it is a sheet
 * at the bottom because the window is narrow.
 */
import {signal} from '@preact/signals';
import {stored} from './stored.js';

export const PANE_TABS = [
  {id: 'why', title: 'Why alive'},
  {id: 'value', title: 'Value'},
  {id: 'held-by', title: 'Held by'},
  {id: 'whatif', title: 'What if'},
] as const;

export type PaneTab = (typeof PANE_TABS)[number]['id'];

/** 'on' or 'off'. */
export const pane = stored('goheap-pane', 'on');
const tab = stored('goheap-pane-tab', 'why');
/** Phones have room for the tabs alone: the rest is opened by them. */
export const isSheetOpen = signal(false);

export const paneTab = (): PaneTab => PANE_TABS.find(({id}) => id === tab.value)?.id ?? 'why';

export function showPane(id: PaneTab): void {
  tab.value = id;
  pane.value = 'on';
  isSheetOpen.value = true;
}

export function togglePane(): void {
  pane.value = pane.value === 'on' ? 'off' : 'on';
  isSheetOpen.value = false;
}

/** Pixels of one direction, within what leaves the screen beside it usable. */
export interface PaneSize {
  readonly pixels: () => number;
  readonly resize: (pixels: number) => void;
  readonly least: number;
  readonly most: () => number;
}

function paneSize(key: string, least: number, room: () => number, share: number): PaneSize {
  const kept = stored(key, '');
  const most = () => Math.max(least, Math.round(room() * 0.6));
  const within = (pixels: number) => Math.round(Math.min(Math.max(pixels, least), most()));
  return {
    pixels: () => within(Number(kept.value) || Math.min(room() * share, 420)),
    resize: (pixels) => {
      kept.value = String(within(pixels));
    },
    least,
    most,
  };
}

export const paneWidth = paneSize('goheap-pane-width', 300, () => innerWidth, 0.24);
export const sheetHeight = paneSize('goheap-pane-height', 120, () => innerHeight, 0.34);
