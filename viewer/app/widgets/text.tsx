/**
 * Text from the dump as text: characters that would not be seen are written out and marked.
 */
import type {ComponentChildren} from 'preact';
import {visible} from '../format.js';
import {shortName} from '../short-names.js';

const ESCAPED = /(\\u\{[0-9a-f]+\}|\\[nrt0])/;

/** The text as it is. Only where something had to be written out is there more than one text node. */
export function Text({value}: {readonly value: string}) {
  const shown = visible(value);
  if (shown === value) return <>{value}</>;
  const parts: ComponentChildren[] = shown
    .split(ESCAPED)
    .map((part, index) => (index % 2 === 1 ? <mark class="escape">{part}</mark> : part));
  return <>{parts}</>;
}

/** The name of a type or function with short import paths; the full one as its title. */
export function Name({value}: {readonly value: string}) {
  return (
    <span class="name" title={visible(value)}>
      <Text value={shortName(value)} />
    </span>
  );
}
