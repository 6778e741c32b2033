/**
 * The first word of a closure → the function whose code it is the entry of, and the structure of the runtime that begins so, where the
 * function is one of those that reflect makes functions with. For those who have no program at hand, all functions as a list. Truth: cmd/compile/internal/walk/closure.go, reflect/makefunc.go, Go 1.17 – 1.27.
 */
import {isGoheapError} from '../../base/errors.js';
import type {Address} from '../../base/units.js';
import type {HeapGraph} from '../../graph/heap-graph.js';
import type {GoRuntime} from '../go-runtime.js';
import {printedName} from './logical-frames.js';

const LONGEST_NAME = 65_536;

export interface ClosureFunction {
  readonly name: string;
  readonly structure: string | undefined; // type of what begins with the address of this function's code; undefined: its closure
}

const STRUCTURE: Readonly<Record<string, string>> = {
  'reflect.makeFuncStub': 'reflect.makeFuncImpl',
  'reflect.methodValueCall': 'reflect.methodValue',
};

/** Answers undefined for addresses where no function begins. */
export function closureFunctions({functions}: GoRuntime): (code: Address) => ClosureFunction | undefined {
  return (code) => {
    const fn = functions.find(code);
    return fn?.entry === code ? {name: fn.name, structure: STRUCTURE[fn.name]} : undefined;
  };
}

/** Where the code of each function starts, ascending, each once, and its name as stack traces print it. Damaged tables end the list with a warning. */
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
