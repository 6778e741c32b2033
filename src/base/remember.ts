/**
 * Answers that are worth keeping, by key: questions about code repeat, because many goroutines stand at the same few places.
 */

/** The key's value, made when it is asked for the first time; one that is undefined is made anew each time. */
export function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}
