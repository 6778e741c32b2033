/**
 * The objects that hold the most memory, and what holds them.
 *
 *   npx tsc --module nodenext --target es2022 --outDir out biggest.ts
 *   node out/biggest.js CORE [EXECUTABLE]
 */
import {openHeap} from 'goheap';

/** One line per object, biggest first. */
export async function biggest(input: string, executable: string | undefined, count: number): Promise<string[]> {
  await using opened = await openHeap(input, {executable});
  const heap = await opened.analyze();
  const ids = [...heap.objects()].sort((a, b) => (heap.retained(b) ?? 0) - (heap.retained(a) ?? 0));
  return ids.slice(0, count).map((id) => {
    const [path] = heap.paths(id);
    return `${heap.retained(id)} bytes  ${heap.node(id).name}  held by ${path}`;
  });
}

if (process.argv[1]?.endsWith('biggest.js')) {
  const [input, executable] = process.argv.slice(2);
  if (input === undefined) throw new Error('usage: biggest.js CORE [EXECUTABLE]');
  console.log((await biggest(input, executable, 20)).join('\n'));
}
