/**
 * Owners → their packages: objects, bytes, and what the topmost objects of a package retain. Every reachable byte has an owner, so no byte
 * is without a row; only what nothing is known of – words of stripped programs – has the package ''.
 */
import {sumTopmost} from '../analyses/topmost.js';
import type {Owners} from './owners.js';
import type {ToldHeap} from './told-heap.js';

export interface OwnerPackage {
  readonly package: string; // import path
  owners: number;
  objects: number; // its owners' and those that hang on them
  bytes: number; // Bytes of their slots
  retained: number; // Bytes
}

/** Most bytes first; equal ones by name. O(nodes). */
export function computeOwnerPackages(told: Pick<ToldHeap, 'columns' | 'preorder'>, owners: Owners): OwnerPackage[] {
  const names = [...new Set(owners.rows.map((owner) => owner.package))];
  const numbers = new Map(names.map((name, number) => [name, number]));
  const packageOfOwner = Uint32Array.from(owners.rows, (owner) => numbers.get(owner.package)!);
  const retained = sumTopmost(told.columns, told.preorder, {
    groupOf: owners.ownerOf,
    union: packageOfOwner,
    count: names.length,
  });
  const rows: OwnerPackage[] = names.map((name, number) => ({package: name, owners: 0, objects: 0, bytes: 0, retained: retained[number]!}));
  for (let owner = 0; owner < owners.rows.length; owner++) {
    const row = rows[packageOfOwner[owner]!]!;
    row.owners++;
    row.objects += owners.ownObjects[owner]! + owners.heldObjects[owner]!;
    row.bytes += owners.ownBytes[owner]! + owners.heldBytes[owner]!;
  }
  return rows.sort((a, b) => b.bytes - a.bytes || (a.package < b.package ? -1 : 1));
}
