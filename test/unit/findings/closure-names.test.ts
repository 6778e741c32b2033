import {expect, test} from 'vitest';
import {matchClosures} from '../../../src/findings/closure-names.js';

/** `main.f.func1:buffer main.f.func2`: names with what they capture. */
function closures(text: string): Map<string, string> {
  return new Map(text.split(' ').map((word) => [word.split(':')[0]!, word.split(':')[1] ?? '']));
}

test.each([
  ['the same', 'main.f.func1 main.f.func2', 'main.f.func1 main.f.func2', 'main.f.func2', 'main.f.func2'],
  ['as many, whatever they capture', 'main.f.func1:a main.f.func3:b', 'main.f.func1:c main.f.func2:a', 'main.f.func3', 'main.f.func2'],
  ['one more in front', 'main.f.func1:buffer', 'main.f.func1:x main.f.func2:buffer', 'main.f.func1', 'main.f.func2'],
  ['one less in front', 'main.f.func1:x main.f.func2:buffer', 'main.f.func1:buffer', 'main.f.func2', 'main.f.func1'],
  [
    'between two that stay',
    'main.f.func1:a main.f.func2:o main.f.func3:b',
    'main.f.func1:a main.f.func2:n main.f.func3:b main.f.func4',
    'main.f.func2',
    'main.f.func2',
  ],
  [
    'those inside go with it',
    'main.f.func1:b main.f.func1.1',
    'main.f.func1:x main.f.func1.1 main.f.func2:b main.f.func2.1',
    'main.f.func1.1',
    'main.f.func2.1',
  ],
  ['of another function', 'main.f.func1:b main.g.func1', 'main.f.func1:x main.f.func2:b main.g.func1', 'main.g.func1', 'main.g.func1'],
  [
    'of methods and generic functions',
    'main.(*T[...]).m.func1:b',
    'main.(*T[...]).m.func1 main.(*T[...]).m.func2:b',
    'main.(*T[...]).m.func1',
    'main.(*T[...]).m.func2',
  ],
  [
    'in a path',
    'main.f.func1:b',
    'main.f.func1:x main.f.func2:b',
    'job‹main.f.func1› in goroutine main.f.func1',
    'job‹main.f.func2› in goroutine main.f.func2',
  ],
])('%s', (_, before, after, text, expected) => {
  expect(matchClosures(closures(before), closures(after))(text)).toBe(expected);
});

test('one that is gone is not taken for another that has its name now', () => {
  const rename = matchClosures(closures('main.f.func1:a main.f.func2:b main.f.func3:c'), closures('main.f.func1:b main.f.func2:c'));
  expect(['main.f.func1', 'main.f.func2', 'main.f.func3'].map(rename)).toEqual(['main.f.func1‹before›', 'main.f.func1', 'main.f.func2']);
});

test('no two closures of one build get one name', () => {
  for (let seed = 1; seed < 200; seed++) {
    let state = seed;
    const random = (limit: number) => {
      state = (state * 48271) % 2147483647;
      return state % limit;
    };
    const build = () =>
      closures(Array.from({length: 1 + random(6)}, (_, index) => `main.f.func${index + 1}:${'xyz'[random(3)]}`).join(' '));
    const [before, after] = [build(), build()];
    const names = [...before.keys()].map(matchClosures(before, after));
    expect(new Set(names).size).toBe(names.length);
  }
});
