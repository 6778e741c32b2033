/** Limits as they are written; verdicts as JUnit's XML and as annotations, whatever their texts are. */
import {expect, test} from 'vitest';
import {githubAnnotations} from '../../../src/checks/github-annotations.js';
import {junitXml} from '../../../src/checks/junit-xml.js';
import {parseBytes, parseCount, parseNamed, parsePercent} from '../../../src/checks/limits.js';
import type {Verdict} from '../../../src/checks/verdict.js';

test.each([
  ['500MiB', 500 * 2 ** 20],
  ['1.5 GB', 1.5e9],
  ['1048576', 1048576],
  ['0', 0],
  ['12B', 12],
  ['2KiB', 2048],
])('%s', (text, bytes) => expect(parseBytes(text, 'max-heap')).toBe(bytes));

test.each(['', 'MiB', '-1', '1e9', '5 mib', '5M', '1,5GB', '0x10', ' 5'])('%j is no size', (text) =>
  expect(() => parseBytes(text, 'max-heap')).toThrow(`--max-heap ${text}: expected a size such as 500MiB`),
);

test('names with =, counts, percentages', () => {
  expect(parseNamed('main.T[k=1]=20', 'max', parseCount)).toEqual({name: 'main.T[k=1]', limit: 20});
  expect(() => parseNamed('=20', 'max', parseCount)).toThrow('expected NAME=LIMIT');
  expect(() => parseNamed('main.T', 'max', parseCount)).toThrow('expected NAME=LIMIT');
  expect(() => parseNamed('main.T=', 'max', parseCount)).toThrow('expected a whole number');
  expect(parsePercent('10%', 'max-growth')).toBeCloseTo(0.1, 12);
  expect(parsePercent('0.5 %', 'max-growth')).toBeCloseTo(0.005, 12);
  expect(() => parsePercent('10', 'max-growth')).toThrow('expected a percentage');
});

const HOSTILE = `]]></failure><x a="b">&%\n::error::,:'\u001b[2J`;
const verdicts: Verdict[] = [
  {check: 'max', about: HOSTILE, passed: false, measured: 2, limit: 1, message: HOSTILE, fix: HOSTILE, node_id: null},
  {check: 'no-problems', about: '', passed: true, measured: null, limit: null, message: 'fine', fix: '', node_id: null},
  {check: 'writers', about: 'title', passed: null, measured: null, limit: null, message: 'not known', fix: '', node_id: null},
];

test("JUnit's XML", () => {
  const xml = junitXml(verdicts, HOSTILE);
  expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
  const tags = [...xml.matchAll(/<(\/?)([\w?]+)((?:\s[\w-]+="[^"<]*")*)\s*(\/|\?)?>/g)].map(([, close, name]) => `${close}${name}`);
  expect(xml.replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
  expect(tags).toEqual(
    '?xml testsuites testsuite testcase failure /failure /testcase testcase testcase skipped /testcase /testsuite /testsuites'.split(' '),
  );
  expect(xml).toContain('classname="goheap.no-problems" name="no-problems"/>');
  expect(xml).not.toContain('\u001b');
});

test("GitHub's annotations, a line each", () => {
  const lines = githubAnnotations(verdicts);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toMatch(/\n|\r/);
  expect(lines[0]).toMatch(/^::error title=goheap max%3A [^:,]*%2C%3A'\\u001b\[2J::/);
  expect(lines[0]).toContain('&%25');
  expect(lines[1]).toBe('::notice title=goheap writers%3A title::not known');
});
