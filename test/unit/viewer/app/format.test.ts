/** Values as people read them, and names that want to hide something. */
import {expect, test} from 'vitest';
import {
  formatCompact,
  formatCount,
  formatSeconds,
  formatShare,
  labelOf,
  sharedSuffixes,
  shortType,
  showBytes,
  visible,
} from '../../../../viewer/app/format.js';

test('sizes are as on the command line, and stay on one line', () => {
  expect([0, 1023, 488_046, -2048].map(showBytes)).toEqual(['0\u00a0B', '1023\u00a0B', '476.6\u00a0KiB', '−2.0\u00a0KiB']);
});

test('counts and rates', () => {
  expect([0, 999, 1204, 4_812_331, -1500].map(formatCount)).toEqual(['0', '999', '1\u202f204', '4\u202f812\u202f331', '−1\u202f500']);
  expect([3, 999, 1500, 250_000, 4_812_331].map(formatCompact)).toEqual(['3', '999', '1.5\u00a0k', '250\u00a0k', '4.8\u00a0M']);
});

test('a share is never 0 for what is something, never 100 for what is not all', () => {
  const shares = [0, 1e-9, 0.0004, 0.0006, 0.3987, 0.99949, 0.99999, 1];
  expect(shares.map(formatShare).map((text) => text.replace('\u00a0', ''))).toEqual([
    '0%',
    '<0.1%',
    '<0.1%',
    '0.1%',
    '39.9%',
    '99.9%',
    '>99.9%',
    '100.0%',
  ]);
});

test('durations', () => {
  const shown = [0.0123, 0.9999, 3.42, 59.97, 310, 7500, 7200, 273_600].map(formatSeconds).map((text) => text.replaceAll('\u00a0', ' '));
  expect(shown).toEqual(['12 ms', '1.0 s', '3.4 s', '1 min', '5 min 10 s', '2 h 5 min', '2 h', '3 d 4 h']);
});

test.each([
  ['main.Node', 'main.Node'],
  ['crypto/x509.Certificate', 'crypto/x509.Certificate'],
  ['google.golang.org/protobuf/internal/impl.MessageInfo', '…/impl.MessageInfo'],
  ['github.com/alecthomas/chroma/v2.Lexer', '…/chroma/v2.Lexer'],
  ['map[string]*example.org/shop/cache.Item', 'map[string]*…/cache.Item'],
  ['func(*a.b/c/d.E) a.b/c/f.G', 'func(*…/d.E) …/f.G'],
])('%s is shown as %s', (name, short) => {
  expect(shortType(name)).toBe(short);
});

test('packages that end alike keep as much of their paths as tells them apart', () => {
  const shared = sharedSuffixes([
    'main',
    'net/http',
    'x.y/srv/plugin/cache',
    'x.y/srv/pkg/cache',
    'a.b/v2/pkg/cache',
    'z.z/net/http',
    'x.y/srv/v2',
    'x.y/log/v2',
  ]);
  const short = (name: string) => shortType(name, (suffix) => shared.has(suffix));
  expect(short('map[string]*x.y/srv/plugin/cache.Cache')).toBe('map[string]*…/plugin/cache.Cache');
  expect(short('func(x.y/srv/pkg/cache.A) a.b/v2/pkg/cache.B')).toBe('func(…/srv/pkg/cache.A) …/v2/pkg/cache.B');
  expect([short('net/http.Server'), short('z.z/net/http.Server')]).toEqual(['net/http.Server', 'z.z/net/http.Server']);
  expect([short('x.y/srv/v2.T'), short('x.y/log/v2.T'), short('x.y/srv/other.T')]).toEqual(['…/srv/v2.T', '…/log/v2.T', '…/other.T']);
});

test('what would hide or reorder text is written out', () => {
  expect(visible('plain ünïcödé 世界 👋')).toBe('plain ünïcödé 世界 👋');
  expect(visible('a\u202eb\u0000c\nd\u200be\ud800f')).toBe('a\\u{202e}b\\0c\\nd\\u{200b}e\\u{d800}f');
  const all = Array.from({length: 0x3000}, (_, code) => String.fromCodePoint(code)).join('');
  expect(visible(all)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b\u2060\u2028\u2029]/u);
});

test('labels of columns', () => {
  expect(labelOf('retained_objects')).toBe('Retained objects');
});
