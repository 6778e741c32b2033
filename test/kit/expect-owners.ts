/**
 * The owners of a heap against their definition: a walk up from every object. Their bytes add up to what is reachable.
 */
import {expect} from 'vitest';
import {computeOwnerPackages} from '../../src/answers/owner-packages.js';
import {computeOwners, type Owners} from '../../src/answers/owners.js';
import type {ToldHeap} from '../../src/answers/told-heap.js';
import {NONE} from '../../src/base/units.js';
import {TYPE_KINDS} from '../../src/graph/heap-graph.js';

const STRUCT = TYPE_KINDS.indexOf('struct');
/** Packages whose types own nothing, as far as the tests' programs have them. */
const TRANSPARENT =
  /^(runtime|internal\/.*|container\/.*|sync|sync\/atomic|bytes|strings|bufio|unique|weak|reflect|slices|maps|go\.shape)$/;

/** `KIND NAME` of the owner of each reachable object, by walking up from each. */
function ownersByWalking({columns, origins}: ToldHeap): Map<number, string> {
  const {roots, objects, types} = columns.graph;
  const found = new Map<number, string>();
  for (let object = roots.count + 1; object < columns.depth.length; object++) {
    if (columns.depth[object] === NONE) continue;
    const owns = (node: number) => {
      const type = objects.type[node - 1 - roots.count]!;
      const path = types.package[type]!.replace(/^vendor\//, '');
      return types.kind[type] === STRUCT && path !== '' && !TRANSPARENT.test(path);
    };
    let node = object;
    while (node > roots.count && !owns(node)) node = columns.holder[node]!;
    const origin = node > roots.count ? undefined : origins.at(origins.idOf(node));
    found.set(object, origin ? `${origin.kind} ${origin.name}` : `type ${types.name[objects.type[node - 1 - roots.count]!]}`);
  }
  return found;
}

/** `KIND NAME` of each row. */
export function labels({rows}: Owners): string[] {
  return rows.map(({kind, name}) => `${kind} ${name}`);
}
function sum(column: Float64Array): number {
  return column.reduce((total, value) => total + value, 0);
}

export function expectOwners(told: ToldHeap, text: string): Owners {
  const owners = computeOwners(told);
  const {reachableBytes, reachableObjects, graph} = told.columns;
  expect(sum(owners.ownBytes) + sum(owners.heldBytes), text).toBe(reachableBytes);
  expect(sum(owners.ownObjects) + sum(owners.heldObjects), text).toBe(reachableObjects);
  const packages = computeOwnerPackages(told, owners);
  expect(
    packages.reduce((total, {bytes}) => total + bytes, 0),
    text,
  ).toBe(reachableBytes);
  expect(
    packages.reduce((total, row) => total + row.owners, 0),
    text,
  ).toBe(owners.rows.length);
  const truth = ownersByWalking(told);
  const label = labels(owners);
  for (let node = 0; node < owners.ownerOf.length; node++) {
    const owner = owners.ownerOf[node]!;
    const found = owner === NONE ? undefined : label[owner];
    if (found !== truth.get(node)) expect(found, `node ${node} of ${text}`).toBe(truth.get(node));
  }
  for (const [row, {kind, type}] of owners.rows.entries()) {
    expect(kind === 'type', text).toBe(type !== 0);
    expect(owners.ownObjects[row]! > 0, text).toBe(kind === 'type');
    if (type !== 0) expect(label[row]).toBe(`type ${graph.types.name[type]}`);
  }
  return owners;
}
