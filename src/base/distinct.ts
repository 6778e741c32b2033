/**
 * Ascending numbers, some of which come more than once → each once. `filter` would keep those of millions as values of JavaScript beside the column.
 */

export function distinctOf(ascending: Uint32Array): Uint32Array {
  let count = 0;
  for (let at = 0; at < ascending.length; at++) if (at === 0 || ascending[at] !== ascending[at - 1]) count++;
  if (count === ascending.length) return ascending;
  const distinct = new Uint32Array(count);
  let end = 0;
  for (let at = 0; at < ascending.length; at++) if (at === 0 || ascending[at] !== ascending[at - 1]) distinct[end++] = ascending[at]!;
  return distinct;
}
