/**
 * A graph → the same without the program's own data, or with parts of it redacted: labels of goroutines, the command line, and the names of
 * types and fields that the program made while it ran (by reflect: they lie in its heap). The bytes of objects are not in a graph.
 * Names of functions, variables and types that the linker wrote stay.
 */
import type {HeapGraph, TypeTable} from '../graph/heap-graph.js';
import {spanAt} from '../graph/objects.js';
import type {Redactor} from './redactor.js';

/** Keys of the metadata that repeat the program's own data. */
const PRIVATE_METADATA: readonly string[] = ['command_line'];
const IN_USE = 1;

export function withoutPrivateData(graph: HeapGraph, redactor?: Redactor): HeapGraph {
  const metadata: Record<string, string | number> = {...graph.metadata};
  for (const key of PRIVATE_METADATA) {
    const value = metadata[key];
    if (value !== undefined && redactor) metadata[key] = redactor.text(String(value));
    else delete metadata[key];
  }
  if (redactor) metadata.redacted = 1;
  const strings = [...graph.strings];
  for (const label of new Set(graph.goroutines.labels)) if (label !== 0) strings[label] = redactor ? redactor.json(strings[label]!) : '';
  return {...graph, metadata, strings, types: withoutMadeNames(graph, redactor)};
}

function withoutMadeNames({types, spans}: HeapGraph, redactor: Redactor | undefined): TypeTable {
  const made = types.runtimeAddress.map((address) => {
    const span = Number.isNaN(address) ? undefined : spanAt(spans, address);
    return span !== undefined && spans.state[span] === IN_USE ? 1 : 0;
  });
  if (!made.includes(1)) return types;
  const name = types.name.map((text, type) => (made[type] === 0 ? text : redactor ? redactor.text(text) : `type ${type}, made by reflect`));
  const fieldName = [...types.fieldName];
  for (let type = 0; type < types.count; type++) {
    if (made[type] === 0) continue;
    for (let field = types.firstField[type]!; field < types.firstField[type + 1]!; field++) {
      fieldName[field] = redactor ? redactor.text(fieldName[field]!) : `F${field - types.firstField[type]!}`;
    }
  }
  return {...types, name, fieldName};
}
