/**
 * A report of one's own: what a team wants to read of each dump, as Markdown for its chat.
 *
 *   npx tsc --module nodenext --target es2022 --outDir out summary.ts
 *   node out/summary.js CORE [EXECUTABLE]
 */
import {type AnalyzedHeap, type Goroutine, listWaste, openHeap} from 'goheap';

const MOST = 3;

export function summary(heap: AnalyzedHeap): string {
  const live = heap.objects();
  const total = live.bytes();
  const share = (bytes: number) => `${Math.round((100 * bytes) / total)} %`;
  const goroutines = [...heap.goroutines()];
  const variables = [...heap.roots('global')].sort((a, b) => (heap.retained(b) ?? 0) - (heap.retained(a) ?? 0));
  return [
    `# ${heap.info.module ?? heap.info.executable}`,
    '',
    `${megabytes(total)} live in ${live.count()} objects, ${goroutines.length} goroutines${heap.complete ? '' : ' – at least: parts of the dump are missing'}.`,
    '',
    '## Held by',
    ...variables
      .slice(0, MOST)
      .map((id) => `- \`${heap.node(id).name}\`: ${megabytes(heap.retained(id) ?? 0)}, ${share(heap.retained(id) ?? 0)}`),
    '',
    '## Found',
    ...heap.suspects().map(({level, sentence, fix}) => `- **${level}** ${sentence} *${fix}*`),
    '',
    '## Waiting',
    ...mostAlike(goroutines).map(([place, count]) => `- ${count} × ${place}`),
    '',
    '## Wasted',
    ...listWaste(heap, {duplicates: false})
      .slice(0, MOST)
      .map(({kind, path, bytes}) => `- ${kind}: ${megabytes(bytes)} ${path === undefined ? '' : `at \`${path}\``}`.trimEnd()),
    '',
  ].join('\n');
}

/** By the innermost call that is the program's own. */
function mostAlike(goroutines: readonly Goroutine[]): [place: string, count: number][] {
  const counts = new Map<string, number>();
  for (const {frames, waitReason} of goroutines) {
    const frame = frames.find(({function: name}) => name.startsWith('main.'));
    if (!frame) continue;
    const place = `\`${frame.function}\` ${frame.file}:${frame.line}${waitReason === undefined ? '' : `, ${waitReason}`}`;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

if (process.argv[1]?.endsWith('summary.js')) {
  const [input, executable] = process.argv.slice(2);
  if (input === undefined) throw new Error('usage: summary.js CORE [EXECUTABLE]');
  await using opened = await openHeap(input, {executable});
  process.stdout.write(summary(await opened.analyze()));
}
