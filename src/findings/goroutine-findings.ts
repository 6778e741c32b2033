/**
 * Goroutines with equal stacks that cost much together → findings. Whether anything can wake them is asked elsewhere.
 */
import {isRuntimePackage, packageOfName} from '../analyses/package-names.js';
import {formatBytes} from '../base/format-bytes.js';
import {remember} from '../base/remember.js';
import {NONE} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {threadWord} from '../graph/language.js';
import type {Finding} from './finding.js';
import type {FindingInput} from './finding-input.js';
import {FEWEST_GOROUTINES, isWorthTelling} from './finding-thresholds.js';
import {GoroutineCosts} from './goroutine-cost.js';
import {countOf, percent} from './telling-words.js';

export function* findManyGoroutines(input: FindingInput): Generator<Finding> {
  const {told, sizes} = input;
  const {goroutines, strings} = told.columns.graph;
  const groups = new Map<number, number[]>();
  for (let row = 0; row < goroutines.count; row++)
    if (goroutines.system[row] !== 1) remember(groups, goroutines.group[row]!, () => []).push(row);
  const of = sizes.live + sizes.stacks;
  let costs: GoroutineCosts | undefined;
  for (const [group, members] of groups) {
    if (members.length < FEWEST_GOROUTINES) continue;
    costs ??= new GoroutineCosts(input);
    if (!isWorthTelling('goroutines', {count: members.length, bytes: costs.atLeast(members), of})) continue;
    const {stacks, heap, set} = costs.of(members);
    const [first] = members as [number];
    const name = told.origins.at(told.origins.idOf(goroutines.root[first]!)).name;
    const reason = strings[goroutines.waitReason[first]!] || strings[goroutines.status[first]!]!;
    const place = placeOf(told.columns.graph, first);
    yield {
      kind: 'goroutines',
      name,
      bytes: stacks + heap,
      of,
      count: members.length,
      node: goroutines.root[first]!,
      type: NONE,
      group,
      sentence:
        `${countOf(members.length, threadWord(told.columns.graph.metadata.language))} ${name} have equal stacks [${reason}]${place === undefined ? '' : ` at ${place}`}. Together they cost ` +
        `${formatBytes(stacks + heap)}, ${percent(stacks + heap, of)} of live heap and stacks: ${formatBytes(stacks)} of stacks, ${formatBytes(heap)} of heap that only they keep.`,
      evidence: {
        stack_bytes: stacks,
        heap_bytes: heap,
        wait_reason: reason,
        created_by: strings[goroutines.createdBy[first]!] || null,
        file: strings[goroutines.file[first]!] || null,
        line: goroutines.line[first] || null,
      },
      fix: `Give what ${name} waits for a way to end – a context, a closed channel – or a limit to how many are started.`,
      next: 'goheap goroutines INPUT --group --locals',
      nodes: set.tops,
    };
  }
}

/** The innermost call that is not the runtime's or a lock's, as `main.serve (server.go:17)`. */
function placeOf({goroutines, frames, strings}: HeapGraph, goroutine: number): string | undefined {
  for (let frame = goroutines.firstFrame[goroutine]!; frame < goroutines.firstFrame[goroutine + 1]!; frame++) {
    const name = strings[frames.functionName[frame]!]!;
    const path = packageOfName(name);
    if (frames.wrapper[frame] === 1 || isRuntimePackage(path) || path === 'time') continue;
    const file = strings[frames.file[frame]!]!.replace(/.*\//, '');
    return file === '' ? name : `${name} (${file}:${frames.line[frame]})`;
  }
  return undefined;
}
