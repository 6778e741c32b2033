/**
 * The search for the runtime's names against DWARF: on every build of the matrix that has both, and on releases of a version
 * that lay structs out otherwise than the one its table was made from (runtime.m of 1.23 and 1.24, mspan of 1.18).
 */
import {describe, expect, test} from 'vitest';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {openMadeCore} from '../kit/open-fixture.js';
import {expectSameAddresses, expectSameLayouts, searchNames} from '../kit/searched-names.js';
import {MATRIX} from './targets.js';

const described = MATRIX.filter(({stripped}) => !stripped).map(({name}) => name);
const otherReleases = ['tiny-1.18.1-kabrt', 'tiny-1.22.0-kabrt', 'tiny-1.23.0-kabrt', 'tiny-1.24.4-kabrt', 'tiny-1.26.0-kabrt'];

describe.skipIf(findObstacle() !== undefined)('a search finds what DWARF tells', () => {
  test.each([...described, ...otherReleases])('%s', (target) => {
    const opened = openMadeCore(makeCore(target));
    try {
      const {names} = searchNames(opened);
      // Where nothing is inlined, code does not tell these apart while no profile uses them.
      const unused = target.endsWith('-noopt') ? ['runtime.bbuckets', 'runtime.buckhash', 'runtime.xbuckets'] : [];
      expect(names.lost.filter((name) => !unused.includes(name))).toEqual([]);
      expectSameAddresses(opened.go, names);
      expectSameLayouts(opened.go, names);
    } finally {
      opened.files.close();
    }
  });
});
