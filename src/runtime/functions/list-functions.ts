/**
 * pclntab → where the code of each function starts, and its name as stack traces print it: what tells the function behind a function value.
 */
import {isGoheapError} from '../../base/errors.js';
import type {Address} from '../../base/units.js';
import type {HeapGraph} from '../../graph/heap-graph.js';
import type {GoRuntime} from '../go-runtime.js';
import {printedName} from './logical-frames.js';

const LONGEST_NAME = 65_536;

/** Ascending by address, each once. Damaged tables end the list with a warning. */
export function listFunctions(go: GoRuntime): HeapGraph['functions'] {
  const found = new Map<Address, string>();
  try {
    for (const [entry, name] of go.functions.entries()) found.set(entry, printedName(go.image.cString(name, LONGEST_NAME)));
  } catch (error) {
    if (!isGoheapError(error)) throw error;
    go.warnings.add(
      'functions',
      `The table of functions cannot be read to its end (${error.message}): function values may lack their names.`,
    );
  }
  const address = Float64Array.from(found.keys()).sort();
  return {address, name: Array.from(address, (entry) => found.get(entry)!)};
}
