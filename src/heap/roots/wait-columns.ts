/**
 * What goroutines wait for → WaitTable, row by row, as far as the heap stage knows it: types come later.
 */
import {Column} from '../../base/columns.js';
import {type Address, NONE, type ObjectIndex} from '../../base/units.js';
import {WAIT_KINDS, type WaitTable} from '../../graph/heap-graph.js';
import type {Wait} from '../../runtime/goroutines/parking.js';
import {findTarget, type ObjectIndexTable, type Target} from '../find-objects.js';

export interface UntypedWaits extends Omit<WaitTable, 'type'> {
  readonly elementType: Float64Array; // Address of a runtime type; 0 = none
}

export class WaitColumns {
  readonly #index: ObjectIndexTable;
  readonly #target: Target = {object: 0, offset: 0};
  readonly #columns = {
    goroutine: new Column(Uint32Array),
    how: new Column(Uint8Array),
    address: new Column(Float64Array),
    object: new Column(Uint32Array),
    sudog: new Column(Uint32Array),
    elementType: new Column(Float64Array),
  };

  constructor(index: ObjectIndexTable) {
    this.#index = index;
  }

  /** `row` of GoroutineTable. */
  add(row: number, {how, address, sudog, elementType}: Wait): void {
    this.#columns.goroutine.push(row);
    this.#columns.how.push(WAIT_KINDS.indexOf(how));
    this.#columns.address.push(address);
    this.#columns.object.push(this.#objectAt(address));
    this.#columns.sudog.push(this.#objectAt(sudog));
    this.#columns.elementType.push(elementType);
  }

  /** `firstNode`: of object 0. */
  finish(firstNode: number): UntypedWaits {
    const {goroutine, how, address, object, sudog, elementType} = this.#columns;
    const nodes = (objects: Column<Uint32Array>) => objects.finish().map((found) => (found === NONE ? NONE : found + firstNode));
    return {
      count: goroutine.length,
      goroutine: goroutine.finish(),
      how: how.finish(),
      address: address.finish(),
      object: nodes(object),
      sudog: nodes(sudog),
      elementType: elementType.finish(),
    };
  }

  #objectAt(address: Address): ObjectIndex {
    return findTarget(this.#index, address, this.#target) ? this.#target.object : NONE;
  }
}
