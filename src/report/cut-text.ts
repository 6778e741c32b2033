/**
 * Longer names, of generic types and of strangers, are cut in the middle: a report has a size that it can be sent with.
 */

const MOST_CHARACTERS = 400;

/** Its beginning and its end. */
export function cutText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const half = MOST_CHARACTERS / 2;
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}
