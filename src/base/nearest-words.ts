/**
 * What was written and is not there → what may have been meant: the words with the smallest edit distance (Levenshtein), not farther than two
 * letters or a third of what was written.
 */

const MOST_WORDS = 3;

/** The nearest first, at most three; none when nothing is near. Upper and lower case are the same. */
export function nearestWords(written: string, words: Iterable<string>): string[] {
  const wanted = written.toLowerCase();
  const limit = Math.min(wanted.length - 1, Math.max(2, Math.floor(wanted.length / 3)));
  const near: {word: string; distance: number}[] = [];
  for (const word of words) {
    if (Math.abs(word.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, word.toLowerCase(), limit);
    if (distance <= limit) near.push({word, distance});
  }
  near.sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1));
  return near.slice(0, MOST_WORDS).map(({word}) => word);
}

/** Insertions, deletions and replacements that make one of the other; anything above `limit` once it must be more. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  let row = Array.from({length: b.length + 1}, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) > limit) return limit + 1;
    row = next;
  }
  return row[b.length]!;
}
