/** Who may ask: names of the server, where a browser says the request comes from, tokens. */
import {expect, test} from 'vitest';
import type {RequestError} from '../../../../src/workers/request-error.js';
import {checkOrigin, checkToken, isLoopback} from '../../../../viewer/server/guard.js';
import {httpStatus} from '../../../../viewer/server/http-status.js';

const TOKEN = '0123456789abcdef';
const rules = (host = '127.0.0.1') => ({host, token: TOKEN});

function isRefused(headers: Record<string, string>, host?: string): boolean {
  try {
    checkOrigin(headers, rules(host));
    return false;
  } catch (error) {
    expect(error).toMatchObject({failure: {code: 'host'}});
    expect(httpStatus(error, (error as RequestError).failure)).toBe(403);
    return true;
  }
}

test.each(['127.0.0.1:4711', 'localhost:4711', '[::1]:4711', 'LOCALHOST:80', 'localhost', '127.0.0.1'])(
  'the host %s is this one',
  (host) => {
    expect(isRefused({host})).toBe(false);
  },
);

test.each([
  ...[
    'evil.example',
    'evil.example:4711',
    '127.0.0.1.evil.example:4711',
    'localhost.evil.example',
    'evil-localhost:4711',
    '127.0.0.2:4711',
  ],
  ...[
    '',
    ' ',
    ':4711',
    'localhost:4711:80',
    'localhost@evil.example',
    'evil.example/localhost',
    'localhost#',
    '0.0.0.0:4711',
    '[::]:4711',
    '::1',
  ],
])('the host "%s" is another one', (host) => {
  expect(isRefused({host})).toBe(true);
});

test('no host is another one', () => expect(isRefused({})).toBe(true));

test('what --host names is this one; all addresses are where it listens at all of them, and no name but localhost', () => {
  expect(isRefused({host: '10.1.2.3:80'}, '10.1.2.3')).toBe(false);
  expect(isRefused({host: 'box.example:80'}, 'Box.example')).toBe(false);
  expect(isRefused({host: '10.1.2.4:80'}, '10.1.2.3')).toBe(true);
  for (const host of ['10.1.2.3:80', '[fe80::1]:80', 'localhost:80']) expect(isRefused({host}, '0.0.0.0'), host).toBe(false);
  expect(isRefused({host: 'evil.example:80'}, '0.0.0.0')).toBe(true);
});

test.each([
  [{}, false],
  [{origin: 'http://127.0.0.1:4711'}, false],
  [{origin: 'http://127.0.0.1:4712'}, true],
  [{origin: 'https://127.0.0.1:4711'}, true],
  [{origin: 'http://evil.example'}, true],
  [{origin: 'null'}, true],
  [{'sec-fetch-site': 'same-origin'}, false],
  [{'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate'}, false],
  [{'sec-fetch-site': 'same-site'}, true],
  [{'sec-fetch-site': 'cross-site'}, true],
  [{'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script'}, true],
  [{'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe'}, true],
  [{'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document'}, false], // a link to the page
])('%o is refused: %s', (headers, refused) => {
  expect(isRefused({host: '127.0.0.1:4711', ...headers})).toBe(refused);
});

test('tokens', () => {
  checkToken({authorization: `Bearer ${TOKEN}`}, rules());
  for (const authorization of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `bearer ${TOKEN}`,
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN}0`,
    `Bearer ${TOKEN.slice(1)}`,
    TOKEN,
  ])
    expect(() => checkToken({authorization}, rules()), authorization).toThrow('the token is missing or wrong');
});

test('loopback addresses', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].filter(isLoopback)).toHaveLength(4);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'box', ''].filter(isLoopback)).toEqual([]);
});
