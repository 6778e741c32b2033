/**
 * An exporter: a line of JSON per object. Compiled to ndjson.js it is a format for `goheap convert CORE --to ./ndjson.js`, which takes its
 * option as `--option garbage=include`.
 */
import {writeFile} from 'node:fs/promises';
import type {AnalyzedHeap, Exporter} from 'goheap';

interface NdjsonOptions {
  /** Without it, only what the roots reach. */
  readonly garbage?: 'include' | 'only';
}

function* lines(heap: AnalyzedHeap, {garbage}: NdjsonOptions) {
  for (const id of heap.objects({garbage})) yield `${JSON.stringify([id, heap.node(id).type?.name, heap.retained(id)])}\n`;
}

export const ndjson: Exporter<NdjsonOptions> = {
  name: 'ndjson',
  extension: '.ndjson',
  summary: 'a line per object',
  losses: ['roots', 'edges'],
  options: {garbage: {kind: 'choice', values: ['include', 'only'], help: 'unreachable objects too, or nothing else'}},
  write: (heap, path, options, {signal}) => writeFile(path, lines(heap, options), {signal}),
};
