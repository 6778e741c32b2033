/** Runs before the tests of each file (vitest's `setupFiles`). */
import {afterAll} from 'vitest';
import {cleanUp, endWithVitest} from './after-file.js';

endWithVitest();
afterAll(cleanUp);
