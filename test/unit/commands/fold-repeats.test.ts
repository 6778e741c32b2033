/** Stacks of recursions, folded. */
import {expect, test} from 'vitest';
import {foldRepeats} from '../../../src/cli/fold-repeats.js';

const folded = (text: string) =>
  foldRepeats([...text])
    .map(({items, times}) => (times === 1 ? items.join('') : `(${items.join('')})${times}`))
    .join('');

test.each([
  ['', ''],
  ['abc', 'abc'],
  ['aabb', 'aabb'], // twice is shown
  ['xaaaay', 'x(a)4y'],
  ['xababababy', 'x(ab)4y'],
  ['abcabcabcab', '(abc)3ab'],
  ['aabaabaabaab', '(aab)4'],
  ['aaabbbccc', '(a)3(b)3(c)3'],
])('%s → %s', (text, expected) => {
  expect(folded(text)).toBe(expected);
  const unfolded = foldRepeats([...text]).flatMap(({items, times}) => Array.from({length: times}, () => items).flat());
  expect(unfolded.join('')).toBe(text);
});
