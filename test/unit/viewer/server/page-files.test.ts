/** Which coding of a file a client gets. */
import {expect, test} from 'vitest';
import {encodeFor} from '../../../../viewer/server/page-files.js';

const [plain, br, gzip] = ['plain', 'br', 'gzip'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
const file = {
  type: 'text/css',
  caching: 'no-cache',
  body: plain,
  packed: [['br', () => br] as const, ['gzip', () => gzip] as const],
};

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['br;q=0, GZIP;q=0.5', 'gzip'],
  ['br;q=0.000, gzip; q=0', undefined],
  ['brotli, xgzip', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s', (accepted, coding) => {
  const {body, headers} = encodeFor(accepted, file);
  expect(body.toString()).toBe(coding ?? 'plain');
  expect(headers).toEqual({Vary: 'Accept-Encoding', ...(coding === undefined ? {} : {'Content-Encoding': coding})});
});

test('what was not compressed goes as it is, to everybody', () => {
  expect(encodeFor('br', {type: 'text/html', caching: 'no-cache', body: plain})).toEqual({body: plain, headers: {}});
});
