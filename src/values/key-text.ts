/**
 * The key of a map → what stands between the brackets of a path: `"sess-17"`, `42`, `true`. Other keys have no short literal.
 */
import {isFloat, isInteger} from './scalar.js';
import type {Value} from './value.js';

/** Longer strings end in `…`. */
const LONGEST = 40;

/** Undefined where the bytes are missing, or the key is neither a string, a number nor a truth value. */
export function keyText(key: Value): string | undefined {
  if (key.missing !== undefined) return undefined;
  if (key.kind === 'string') return quoted(key);
  if (key.kind === 'bool') return String(key.boolean());
  if (isInteger(key.kind)) return String(key.bigint());
  return isFloat(key.kind) ? String(key.number()) : undefined;
}

function quoted(key: Value): string | undefined {
  const text = key.text(4 * LONGEST + 4);
  if (text === undefined) return undefined;
  const characters = Array.from(text);
  return JSON.stringify(characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : text);
}
