/**
 * A leak checker of one's own: what must not be in the heap of a shop, as checks, and a program that ends with 3 when something is.
 *
 *   npx tsc --module nodenext --target es2022 --outDir out checker.ts
 *   node out/checker.js CORE [EXECUTABLE]
 */
import {type AnalyzedHeap, type Check, openHeap} from 'goheap';

/** What only this program knows: its pages are cut to their length before they are kept. */
const pages: Check = {
  name: 'pages',
  summary: 'a page that is kept has no room that nobody uses',
  *run(heap) {
    for (const id of heap.objects({type: 'main.Session'})) {
      const page = heap.value(id).field('LastPage');
      const [used, room] = [page.length(), page.capacity()];
      if (used === undefined || room === undefined || room <= 2 * used) continue; // not known is no finding
      const [path] = heap.paths(id);
      yield {node: id, message: `${path}.LastPage uses ${used} of ${room} bytes`};
    }
  },
};

/** Handlers run for milliseconds: in a dump of a healthy server there are a few at most. */
const handlers: Check = {
  name: 'handlers',
  summary: 'handlers end',
  *run(heap) {
    for (const {id, node, waitReason, frames} of heap.goroutines()) {
      const frame = frames.find(({function: name}) => name === 'main.logout');
      if (frame && waitReason) yield {node, message: `goroutine ${id} [${waitReason}] at ${frame.file}:${frame.line}`};
    }
  },
};

/** Lines for people; none when all is well. */
export function check(heap: AnalyzedHeap, checks: readonly Check[] = [pages, handlers]): string[] {
  return checks.flatMap(({name, summary, run}) => {
    const findings = [...run(heap)];
    if (findings.length === 0) return [];
    return [`${name}: ${findings.length} findings, though ${summary}`, ...findings.slice(0, 2).map(({message}) => `  ${message}`)];
  });
}

if (process.argv[1]?.endsWith('checker.js')) {
  const [input, executable] = process.argv.slice(2);
  if (input === undefined) throw new Error('usage: checker.js CORE [EXECUTABLE]');
  await using opened = await openHeap(input, {executable});
  const lines = check(await opened.analyze());
  for (const line of lines) console.log(line);
  process.exitCode = lines.length > 0 ? 3 : 0;
}
