/**
 * What a function value points to → the name of the function, and the variables that it captured: those of the closure object's type.
 */
import {type Address, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import type {ValueSource} from './value-source.js';

const STRUCT = TYPE_KINDS.indexOf('struct');

/** As stack traces print it; undefined when the code is not in the dump or in no table. */
export function findFunctionName(source: ValueSource, closure: Address): string | undefined {
  const layout = source.layout('closure');
  const code = layout && source.word(closure + layout.code);
  return code === undefined ? undefined : source.functionName(code);
}

export function* walkCaptured(source: ValueSource, closure: Address): Generator<[name: string, type: TypeIndex, address: Address]> {
  const layout = source.layout('closure');
  const object = source.findObject(closure);
  if (!layout || object?.address !== closure) return;
  const {kind, firstField, fieldName, fieldOffset, fieldType} = source.graph.types;
  if (kind[object.type] !== STRUCT) return;
  for (let row = firstField[object.type]!; row < firstField[object.type + 1]!; row++)
    if (fieldOffset[row]! >= layout.captured) yield [fieldName[row]!, fieldType[row]!, closure + fieldOffset[row]!];
}
