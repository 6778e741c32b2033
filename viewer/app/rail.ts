/**
 * Whether the list of screens at the left is open; kept for this browser. Narrow windows always have it, as a row on top.
 */
import {stored} from './stored.js';

/** 'on' or 'off'. */
export const rail = stored('goheap-rail', 'on');

export function toggleRail(): void {
  rail.value = rail.value === 'on' ? 'off' : 'on';
}
