/**
 * Fields of the JDK's collections → what a path says of them.
 */
import {expect, test} from 'vitest';
import {JAVA_STRUCTURES} from '../../../src/values/java-structures.js';

test.each([
  ['java.util.HashMap', 'table', ''],
  ['java.util.HashMap$Node[]', '[3]', '[…]'],
  ['java.util.HashMap$Node', 'value', ''],
  ['java.util.HashMap$Node', 'key', '‹key›'],
  ['java.util.HashMap$TreeNode', 'next', ''],
  ['java.util.LinkedHashMap$Entry', 'after', ''],
  ['java.util.concurrent.ConcurrentHashMap$Node', 'val', ''],
  ['java.util.HashSet', 'map', ''],
  ['java.util.TreeMap', 'root', '[…]'],
  ['java.util.LinkedList', 'first', '[…]'],
  ['java.util.LinkedList$Node', 'item', ''],
  ['java.util.concurrent.LinkedBlockingQueue', 'head', '[…]'],
  ['java.util.concurrent.LinkedBlockingQueue$Node', 'item', ''],
  ['java.util.ArrayList', 'elementData', ''],
  ['java.util.concurrent.CopyOnWriteArrayList', 'array', ''],
  ['java.util.concurrent.atomic.AtomicReference', 'value', ''],
  ['java.util.Locale', 'baseLocale', undefined],
  ['java.lang.Object[]', '[3]', undefined],
  ['com.acme.HashMap', 'table', undefined],
])('%s.%s: %s', (type, field, text) => {
  const rule = JAVA_STRUCTURES.find(([pattern]) => pattern.test(type))?.[1];
  expect(rule?.(field)).toBe(text);
});
