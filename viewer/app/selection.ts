/**
 * The node that is selected in the list in front of the user, and whether the pane that says why it is alive is open. Every list of nodes sets
 * the selection; the pane follows it.
 */
import {signal} from '@preact/signals';
import {stored} from './stored.js';

export interface Selected {
  readonly node: number;
  /** For the heading of the pane: full, as it is in the database. */
  readonly name: string;
  readonly href: string;
}

export const selection = signal<Selected | undefined>(undefined);

/** Kept for this browser: 'on' or 'off'. */
export const pane = stored('goheap-pane', 'on');
