/**
 * How completely a heap is typed, and what docs/types.md says of the rest: the groups of objects that stay unknown, and the pairs of types
 * of which an exact one refused the other. The page is compared with what is measured: what is not in its tables fails.
 */
import type Database from 'better-sqlite3';
import {expect} from 'vitest';
import {propagate} from '../../src/types/assign/propagate.js';
import {findRootTypes} from '../../src/types/assign/root-types.js';
import {PointerShapes} from '../../src/types/catalog/pointer-shape.js';
import {TypeStore} from '../../src/types/catalog/type-store.js';
import {ClaimFit} from '../../src/types/evidence/claim-fit.js';
import {ObjectSlots} from '../../src/types/evidence/object-slots.js';
import {readProjectFile} from './source-files.js';
import type {TracedCore} from './traced-core.js';

/** Of reachable objects: 1 = all have a type. */
export interface TypedShare {
  readonly bytes: number;
  readonly objects: number;
}
interface UnknownGroup {
  readonly size: number; // of each object
  readonly pointers: number; // 1: the collector looks at them
  readonly count: number;
}

/** Groups below this share of the reachable bytes need no reason. */
const SMALL = 0.001;

export function typedShare(database: Database.Database): TypedShare {
  return database
    .prepare(
      `SELECT sum(o.size * (t.kind <> 'unknown')) * 1.0 / sum(o.size) AS bytes, avg(t.kind <> 'unknown') AS objects
       FROM objects o JOIN types t ON t.id = o.type_id WHERE o.reachable`,
    )
    .get() as TypedShare;
}

/** Every group of unknown objects above a thousandth of the bytes is in the page's table, for this program and version of Go. */
export function expectDocumentedUnknowns(database: Database.Database, program: string, version: string): void {
  const groups = database
    .prepare(
      `SELECT o.size, s.scan AS pointers, count(*) AS count FROM objects o JOIN types t ON t.id = o.type_id JOIN spans s ON s.id = o.span_id
       WHERE o.reachable AND t.kind = 'unknown' GROUP BY o.size, s.scan
       HAVING sum(o.size) > ${SMALL} * (SELECT sum(size) FROM objects WHERE reachable)`,
    )
    .all() as UnknownGroup[];
  const minor = /^1\.(\d+)/.exec(version)?.[1] ?? '';
  const rows = tableUnder('Groups over 0.1 %').filter(([programs, versions]) => {
    return programs!.split(', ').includes(program) && (versions === 'all' || versions!.split(', ').includes(`1.${minor}`));
  });
  for (const {size, pointers, count} of groups) {
    const row = rows.find(
      ([, , most, sizes, kind]) =>
        count <= Number(most) && sizes!.replaceAll(',', '').split(' or ').includes(`${size}`) && (kind === 'yes') === (pointers === 1),
    );
    expect(
      row,
      `docs/types.md gives no reason for ${count} × ${size} bytes, pointers: ${pointers}, of ${program} ${version}`,
    ).toBeDefined();
  }
}

/** What exact types refused, as `exact ← claimed`. */
export async function refusedPairs({source, heap}: Pick<TracedCore, 'source' | 'heap'>): Promise<string[]> {
  const store = new TypeStore(source);
  const shapes = new PointerShapes(store);
  const rootType = findRootTypes(heap, store);
  for (const type of rootType) shapes.prepare(type);
  const slots = new ObjectSlots(heap);
  const fit = new ClaimFit(heap, shapes, slots);
  const {refusals} = await propagate({heap, shapes, slots, fit, rootType, source});
  return refusals.map(({exact, claimed}) => `${store.nameOf(exact)} ← ${store.nameOf(claimed)}`);
}

/** Every pair is in the page's table of refused claims, where `[n]T` stands for all arrays, claimed to be one element. */
export function expectDocumentedPairs(pairs: readonly string[]): void {
  const known = tableUnder('## Refused claims').map(([exact, claimed]) => `${exact} ← ${claimed}`);
  expect(pairs.filter((pair) => !known.includes(pair.replace(/^\[\d+\](.+) ← \1$/, '[n]T ← T')))).toEqual([]);
}

/** Reads every DWARF type that has a runtime type, and compares: the sizes of both must be equal. Returns how many were compared. */
export function expectSameSizes({go, source}: Pick<TracedCore, 'go' | 'source'>): number {
  const dwarf = new TypeStore(source);
  const runtime = new TypeStore({...source, dwarf: undefined});
  const {types, etypes} = go.modules[0]!;
  const differing: string[] = [];
  let compared = 0;
  for (const link of source.dwarf!.runtimeTypes.keys()) {
    const address = [types + link, source.bias + link].find((candidate) => candidate >= types && candidate < etypes);
    if (address === undefined) continue;
    const [described, made] = [dwarf.describe(dwarf.rowOfAddress(address)), runtime.describe(runtime.rowOfAddress(address))];
    compared++;
    if (described.size !== made.size) differing.push(`${dwarf.nameOf(dwarf.rowOfAddress(address))}: ${described.size} and ${made.size}`);
  }
  expect(differing).toEqual([]);
  return compared;
}

/** The cells of the first table behind this text of docs/types.md, without its head. */
function tableUnder(text: string): string[][] {
  const page = readProjectFile('docs/types.md');
  expect(page).toContain(text);
  const lines = page.slice(page.indexOf(text)).split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}
