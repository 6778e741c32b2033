/**
 * A typed value → plain data: objects for structs, arrays for slices and arrays, strings, numbers (BigInt where a number would round),
 * null for nil, undefined for what is missing. A decoder of the caller's, by full type name, comes first.
 * Pointers and interfaces are followed `depth` times; what is not followed is its address as `0x…` text.
 */
import {hex} from '../base/units.js';
import {isFloat, isInteger, readFloat} from './scalar.js';
import type {Decoders, Value} from './value.js';

export function decodeValue(value: Value, decoders: Decoders, depth: number): unknown {
  const name = value.type?.name;
  if (name !== undefined && Object.hasOwn(decoders, name)) return decoders[name]!(value);
  const {kind} = value;
  if (isInteger(kind)) return decodeInteger(value);
  if (isFloat(kind)) return value.number();
  switch (kind) {
    case 'bool':
      return value.boolean();
    case 'string':
      return value.text();
    case 'complex64':
    case 'complex128':
      return decodeComplex(value);
    case 'struct':
      return decodeStruct(value, decoders, depth);
    case 'slice':
      return value.isNil() === true ? null : decodeElements(value, decoders, depth);
    case 'array':
      return decodeElements(value, decoders, depth);
    case 'ptr':
    case 'interface':
      return decodeReference(value, decoders, depth);
    case 'unknown':
      return undefined;
    default:
      return decodeAddress(value);
  }
}

function decodeInteger(value: Value): number | bigint | undefined {
  const exact = value.bigint();
  return exact !== undefined && Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

function decodeComplex(value: Value): [number, number] | undefined {
  const bytes = value.bytes();
  const half = (bytes?.length ?? 0) / 2;
  return bytes && [readFloat(bytes, 0, half), readFloat(bytes, half, half)];
}

function decodeStruct(value: Value, decoders: Decoders, depth: number): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const field of value.type?.fields ?? []) {
    if (field.name !== '_') data[field.name] = decodeValue(value.field(field.name), decoders, depth);
  }
  return data;
}

function decodeElements(value: Value, decoders: Decoders, depth: number): unknown {
  if (value.missing) return undefined;
  if (value.type?.element?.kind === 'uint8') return value.bytes();
  return Array.from(value.elements(), (element) => decodeValue(element, decoders, depth));
}

function decodeReference(value: Value, decoders: Decoders, depth: number): unknown {
  const nil = value.isNil();
  if (nil !== false) return nil ? null : undefined;
  if (depth <= 0) return decodeAddress(value);
  return decodeValue(value.kind === 'interface' ? value.dynamic() : value.target(), decoders, depth - 1);
}

function decodeAddress(value: Value): string | null | undefined {
  const nil = value.isNil();
  if (nil !== false) return nil ? null : undefined;
  const bytes = value.bytes();
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + (value.kind === 'interface' ? 8 : 0), 8);
  return hex(view.getUint32(4, true) * 4294967296 + view.getUint32(0, true));
}
