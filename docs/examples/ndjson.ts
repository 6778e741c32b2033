/**
 * An exporter: a line of JSON per object. Compiled to ndjson.js it is a format for `goheap convert CORE --to ./ndjson.js`.
 */
import {writeFile} from 'node:fs/promises';
import type {AnalyzedHeap, Exporter} from 'goheap';

function* lines(heap: AnalyzedHeap) {
  for (const id of heap.objects()) yield `${JSON.stringify([id, heap.node(id).type?.name, heap.retained(id)])}\n`;
}

export const ndjson: Exporter = {
  name: 'ndjson',
  extension: '.ndjson',
  summary: 'a line per object',
  losses: ['roots', 'edges'],
  write: (heap, path, _options, {signal}) => writeFile(path, lines(heap), {signal}),
};
