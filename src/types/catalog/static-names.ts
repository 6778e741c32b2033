/**
 * Blocks of static data and the pointers to them → their names (`main.reg`, `main.reg.inner`), and what alone points to each.
 * The fewest pointers name a block; among those of variables one that is a variable as a whole, then the variable at the lower address.
 */
import type {Address, Bytes, TypeIndex} from '../../base/units.js';
import type {GlobalVariable, StaticBlock} from '../../runtime/globals.js';

/** Where values of a known type lie: a variable, or what a pointer claimed. */
export interface TypedPlace {
  readonly address: Address;
  readonly size: Bytes;
  readonly type: TypeIndex;
}
export interface TypedVariable {
  readonly variable: GlobalVariable;
  readonly place: TypedPlace;
}
export interface StaticPointer {
  readonly block: number; // place in the list of blocks
  readonly selector: string; // the part of its own place that the pointer is: `.inner`, '' for the whole
  readonly isStart: boolean; // it points to the block's first byte
}
interface VariablePointer {
  readonly variable: GlobalVariable;
  readonly pointer: StaticPointer;
}
type Holder = GlobalVariable | number; // a block by its place in the list

/** In an order in which each block comes after the one that names it. */
export function nameStaticBlocks(
  variables: readonly TypedVariable[],
  blocks: readonly TypedPlace[],
  pointersOf: (place: TypedPlace) => Iterable<StaticPointer>,
): StaticBlock[] {
  const inner = blocks.map((block) => [...pointersOf(block)]);
  const outer = variables.flatMap(({variable, place}) => Array.from(pointersOf(place), (pointer) => ({variable, pointer})));
  const onlyHolder = findOnlyHolders(inner, outer);
  const named: StaticBlock[] = [];
  const order: number[] = []; // the block of each named one
  const placeOf = new Map<number, number>(); // the reverse
  const add = ({block, isStart}: StaticPointer, variable: GlobalVariable, name: string) => {
    if (!isStart || placeOf.has(block)) return;
    const alone = onlyHolder.get(block);
    placeOf.set(block, named.length);
    order.push(block);
    const holder = typeof alone === 'number' ? placeOf.get(alone) : alone?.name === name ? undefined : alone;
    named.push({...blocks[block]!, name, variable, holder});
  };
  for (const {variable, pointer} of outer.sort(byRank)) add(pointer, variable, variable.name + pointer.selector);
  for (let i = 0; i < order.length; i++) {
    const {name, variable} = named[i]!;
    for (const pointer of inner[order[i]!]!) add(pointer, variable, pointer.selector === '' ? `*${name}` : name + pointer.selector);
  }
  return named;
}

/** By block: the only variable or block that points to it, itself aside; undefined where several do. */
function findOnlyHolders(inner: readonly (readonly StaticPointer[])[], outer: readonly VariablePointer[]): Map<number, Holder | undefined> {
  const found = new Map<number, Holder | undefined>();
  const count = (block: number, holder: Holder) => found.set(block, !found.has(block) || found.get(block) === holder ? holder : undefined);
  for (const {variable, pointer} of outer) count(pointer.block, variable);
  for (const [holder, pointers] of inner.entries()) {
    for (const {block} of pointers) if (block !== holder) count(block, holder);
  }
  return found;
}

/** Better names first; the compiler's own variables (`main..dict`) last. */
function byRank(a: VariablePointer, b: VariablePointer): number {
  const rank = ({variable, pointer}: VariablePointer) => (variable.name.includes('..') ? 2 : 0) + (pointer.selector === '' ? 0 : 1);
  return rank(a) - rank(b) || a.variable.address - b.variable.address;
}
