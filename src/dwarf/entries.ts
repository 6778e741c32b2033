/**
 * The tree of entries: each by its offset in .debug_info, and what is below it. All other readers of this folder walk it by these two steps.
 */
import {formatError} from '../base/errors.js';
import {Die} from './die.js';
import type {Sections} from './sections.js';
import type {Unit} from './unit.js';

export class Entries {
  /** By offset. */
  readonly units: readonly Unit[];
  readonly sections: Sections;

  constructor(sections: Sections, units: readonly Unit[]) {
    this.sections = sections;
    this.units = units;
  }

  /** The entry at an offset of .debug_info. Throws `bad-format` when there is none. */
  die(offset: number): Die {
    let [low, high] = [0, this.units.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.units[middle]!.offset <= offset) low = middle;
      else high = middle;
    }
    const unit = this.units[low];
    if (!unit || !(offset >= unit.root && offset < unit.end))
      throw formatError('.debug_info', offset, 'no entry can be here: the offset is in no unit');
    return new Die(this.sections, unit, offset);
  }

  /** Direct children, in order. */
  *children(die: Die): Generator<Die, void, undefined> {
    if (!die.hasChildren) return;
    const data = this.sections.get('.debug_info');
    let depth = 1;
    for (let at = die.end; depth > 0 && at < die.unit.end; ) {
      if (data[at] === 0) {
        depth--;
        at++;
        continue;
      }
      const child = new Die(this.sections, die.unit, at);
      if (depth === 1) yield child;
      if (child.hasChildren) depth++;
      at = child.end;
    }
  }
}
