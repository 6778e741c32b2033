/**
 * The telling paths of the kinds of objects of which there are very many → rows of `held_by`, a kind each, and of `held_by_steps`, a step of their trees each.
 */
import type {HeldKind} from '../answers/held-kinds.js';
import type {Cell} from '../base/column-batch.js';

export const HELD_BY_COLUMNS = 'id type_id owner_id objects bytes'.split(' ');

export function heldByRows(kinds: readonly HeldKind[]): Cell[][] {
  return kinds.map(({type, owner, objects, bytes}, index) => [
    index + 1,
    type ?? null,
    owner === undefined ? null : owner + 1,
    objects,
    bytes,
  ]);
}

export const HELD_BY_STEP_COLUMNS = 'held_by_id rank path_id objects bytes pointers first_id targets releases'.split(' ');

export function heldByStepRows(kinds: readonly HeldKind[]): Cell[][] {
  return kinds.flatMap(({steps}, index) =>
    steps.map(({path, objects, bytes, pointers, first, targets, releases}, step) => [
      ...[index + 1, step + 1, path, objects, bytes, pointers, first],
      ...[targets === undefined ? null : JSON.stringify(targets), releases ?? null],
    ]),
  );
}
