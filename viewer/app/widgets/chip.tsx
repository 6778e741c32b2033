/**
 * A small label: a fact that changes how everything else is to be read (`no DWARF`, `redacted`).
 */
import type {ComponentChildren} from 'preact';

export interface ChipProps {
  readonly tone?: 'plain' | 'warning' | undefined;
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Chip({tone = 'plain', title, children}: ChipProps) {
  return (
    <span class={`chip ${tone}`} title={title}>
      {children}
    </span>
  );
}
