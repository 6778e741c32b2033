/**
 * A list in which stretches repeat, as the stack of a recursion, → each stretch once, with how often it comes in a row.
 */

export interface Stretch<T> {
  readonly items: readonly T[];
  /** In a row; 1 for what does not repeat. */
  readonly times: number;
}

/** The longest stretch that is looked for: functions that call each other in a circle. */
const LONGEST = 8;
/** Fewer are shown as they are. */
const FEWEST_TIMES = 3;

/** In the order of the list. Items are the same when `===` says so. Of several ways to fold, the one that shows fewest items. */
export function foldRepeats<T>(list: readonly T[]): Stretch<T>[] {
  const stretches: Stretch<T>[] = [];
  for (let at = 0; at < list.length; ) {
    let [length, times] = [1, 1];
    for (let tried = 1; tried <= LONGEST; tried++) {
      const found = timesInARow(list, at, tried);
      if (found >= FEWEST_TIMES && tried * (found - 1) > length * (times - 1)) [length, times] = [tried, found];
    }
    stretches.push({items: list.slice(at, at + length), times});
    at += length * times;
  }
  return stretches;
}

function timesInARow<T>(list: readonly T[], from: number, length: number): number {
  let end = from + length;
  while (end < list.length && list[end] === list[end - length]) end++;
  return Math.floor((end - from) / length);
}
