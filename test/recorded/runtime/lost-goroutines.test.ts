/** Goroutines found without the runtime's list of them: it is the truth, dead ones among them. */
import {describe, expect, test} from 'vitest';
import {findLostGoroutines} from '../../../src/runtime/goroutines/lost-goroutines.js';
import {readWords} from '../../../src/runtime/words.js';
import {openFixture} from '../../kit/open-fixture.js';

describe('goroutines without runtime.allgs', () => {
  test.each(['tiny-1.17.13', 'tiny-1.21.13', 'tiny-1.24.13', 'stacks-1.26.8', 'tiny-1.26.8-arm64', 'tiny-1.27.1'])('%s', (name) => {
    const {go, files} = openFixture(name);
    const allgs = go.address('runtime.allgs');
    const listed = readWords(go.image, go.image.word(allgs), go.image.word(allgs + 8));
    expect(listed.length).toBeGreaterThan(4);
    expect(findLostGoroutines(go)).toEqual([...listed].sort((a, b) => a - b));
    files.close();
  });
});
