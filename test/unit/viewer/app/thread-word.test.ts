/** What the page calls goroutines in a heap of Java. */
import {expect, test} from 'vitest';
import {worded} from '../../../../viewer/app/format.js';
import {nodeText} from '../../../../viewer/app/route.js';

test.each([
  ['Goroutines, frames, variables', 'Threads, frames, variables'],
  ['Search: address, type, variable, goroutine', 'Search: address, type, variable, thread'],
  ['goroutine 17', 'thread 17'],
  ['Owners', 'Owners'],
])('%s', (text, ofJava) => {
  expect(worded(text, true)).toBe(ofJava);
  expect(worded(text, false)).toBe(text);
  expect(worded(text)).toBe(text); // as long as nothing is known
});

test('a thread is linked to by its node: names of threads are no numbers that the server knows', () => {
  expect(nodeText({id: 7, kind: 'goroutine', name: 'goroutine 17'})).toBe('goroutine 17');
  expect(nodeText({id: 7, kind: 'goroutine', name: 'thread 17'})).toBe('7');
  expect(nodeText({id: 7, kind: 'goroutine', name: 'thread "main"'})).toBe('7');
});
