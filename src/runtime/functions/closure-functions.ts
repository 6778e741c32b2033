/**
 * The first word of a closure → the function whose code it is the entry of, and the structure of the runtime that begins so, where the
 * function is one of those that reflect makes functions with. Truth: cmd/compile/internal/walk/closure.go, reflect/makefunc.go, Go 1.17 – 1.27.
 */
import type {Address} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';

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
