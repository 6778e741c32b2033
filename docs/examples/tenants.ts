/**
 * What each tenant's sessions retain. Sessions name their tenant in a field, so no map needs to be read.
 */
import type {AnalyzedHeap, NodeId} from 'goheap';

/** Tenant → bytes that would be freed if all of its sessions went, most first. */
export function bytesByTenant(heap: AnalyzedHeap): [tenant: string, bytes: number][] {
  const sessions = new Map<string, NodeId[]>();
  for (const id of heap.objects({type: 'main.Session'})) {
    const field = heap.value(id).field('Tenant');
    const tenant = field.text() ?? `(${field.missing})`; // never a made-up name
    sessions.set(tenant, [...(sessions.get(tenant) ?? []), id]);
  }
  const bytes = Array.from(sessions, ([tenant, ids]): [string, number] => [tenant, heap.retainedTogether(ids)]);
  return bytes.sort((a, b) => b[1] - a[1]);
}
