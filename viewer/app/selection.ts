/**
 * What is selected in the list in front of the user. Every list of objects or types sets the selection; the pane at the right follows it.
 */
import {signal} from '@preact/signals';

export interface Selected {
  /** Of types the object of them that retains most. */
  readonly node: number;
  /** Where types are selected and no object: their ids, which share a name. */
  readonly types?: readonly number[];
  /** Of rows that stand for several nodes: how many. Such a row is not ticked. */
  readonly isOneOf?: number;
  /** For the heading of the pane: full, as it is in the database. */
  readonly name: string;
  readonly href: string;
}

export const selection = signal<Selected | undefined>(undefined);

/** Of what shows the selection. */
export interface PanelProps {
  readonly selected: Selected;
}
