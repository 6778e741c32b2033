/**
 * What each tenant's sessions retain: the map's keys begin with the tenant, as in `acme/42`.
 *
 *   npx tsc --module nodenext --target es2022 --outDir out tenants.ts
 *   node out/tenants.js CORE [EXECUTABLE]
 */
import {type AnalyzedHeap, type NodeId, openHeap} from 'goheap';

/** Tenant → bytes that would be freed if all of its sessions went, most first. */
export function bytesByTenant(heap: AnalyzedHeap): [tenant: string, bytes: number][] {
  const sessions = new Map<string, NodeId[]>();
  for (const [key, session] of heap.global('main.sessions').entries()) {
    const tenant = key.text()?.split('/')[0] ?? `(${key.missing})`; // never a made-up name
    const node = session.node();
    if (node !== undefined) sessions.set(tenant, [...(sessions.get(tenant) ?? []), node]);
  }
  const bytes = Array.from(sessions, ([tenant, ids]): [string, number] => [tenant, heap.retainedTogether(ids)]);
  return bytes.sort((a, b) => b[1] - a[1]);
}

if (process.argv[1]?.endsWith('tenants.js')) {
  const [input, executable] = process.argv.slice(2);
  if (input === undefined) throw new Error('usage: tenants.js CORE [EXECUTABLE]');
  await using heap = await openHeap(input, {executable});
  console.table(bytesByTenant(await heap.analyze()));
}
