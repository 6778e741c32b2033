/**
 * Recorded programs for tests: unpacked once into a cache that all test workers share (fixtures/unpack.js).
 * Give `executable` along with `core`: the path that a core records is where it was made, not where it is now.
 */
export {FIXTURE_ROOT, type Fixture, fixtureNames, unpackFixture} from '../../fixtures/unpack.js';
