/** Errors name files as they were given. */
import {resolve} from 'node:path';
import {expect, test} from 'vitest';
import {GoheapError} from '../../../src/base/errors.js';
import {inGivenWords} from '../../../src/cli/given-words.js';

const here = (path: string) => resolve(path);

test.each([
  [`${here('core')}: at 0x0: cut short`, 'core: at 0x0: cut short'],
  [`${here('core')}. It is gone.`, 'core. It is gone.'],
  [`'${here('bin/server')}' does not belong to ${here('core')}`, "'bin/server' does not belong to core"],
  [`${here('core')}.db: exists already`, `${here('core')}.db: exists already`],
  [`/old${here('core')}: no such file`, `/old${here('core')}: no such file`],
  ['/srv/core: no such file', '/srv/core: no such file'],
])('%s', (message, expected) => {
  const argv = ['core', '--exe=bin/server', '--to', 'sqlite', '-o', '/srv/core'];
  const error = inGivenWords(new GoheapError('io', message, {hint: `See ${here('core')}`}), argv);
  expect(error).toMatchObject({code: 'io', message: expected, hint: 'See core'});
});

test('a bug stays as it is', () => {
  const bug = new Error(here('core'));
  expect(inGivenWords(bug, ['core'])).toBe(bug);
});
