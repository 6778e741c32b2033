/**
 * What a database keeps of the program's own data: the program `secrets` plants a word in every kind of place that a process keeps
 * text in, and the file is searched for all of them, in all encodings in which a byte of theirs could get there.
 */
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {readParquetFolder} from '../kit/read-parquet.js';
import {readTruth} from '../oracle/truth.js';

/** Long enough not to be found by chance; the whole word is PLANT-<place>-<digits>-TNALP. */
function encodings(place: string): Buffer[] {
  const word = `PLANT-${place}-`;
  const identifier = Buffer.from(word.replaceAll('-', '_'));
  const text = Buffer.from(word);
  const utf16 = Buffer.from(word, 'utf16le');
  const hex = text.toString('hex');
  const base64 = [0, 1, 2].map((skip) => Buffer.from(text.subarray(skip, text.length - ((text.length - skip) % 3)).toString('base64')));
  return [text, identifier, utf16, Buffer.from(utf16).swap16(), Buffer.from(hex), Buffer.from(hex.toUpperCase()), ...base64];
}

describe.skipIf(findObstacle() !== undefined)('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-secrets-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const core = makeCore(`secrets-${findInstalledGo()}-kabrt`);
  const truth = readTruth(core.truth);
  const places = [...new Set(truth.facts.places!.split(' ')), 'argv', 'environ'];
  const convert = (name: string, ...flags: string[]) => {
    const path = join(folder, name);
    const result = runGoheap(['convert', core.core, '--exe', core.executable, '--to', 'sqlite', '-o', path, ...flags]);
    expect(result.status, result.stderr).toBe(0);
    return {path, printed: result.stdout + result.stderr};
  };
  const placesIn = (bytes: Buffer) => places.filter((place) => encodings(place).some((word) => bytes.includes(word)));
  const REDACT = ['--redact', 'PLANT[-_].*?[-_]TNALP'];

  test('are in the core, all of them', () => {
    expect(places.length).toBeGreaterThan(20);
    expect(placesIn(readFileSync(core.core))).toEqual(places);
  });

  test('none of them is in a database without contents, nor in what commands print of it', () => {
    const {path, printed} = convert('none.db', '--contents', 'none');
    expect(placesIn(readFileSync(path))).toEqual([]);
    const object = runGoheap(['object', path, `0x${truth.addresses.accounts!.toString(16)}`, '--json']);
    expect(object.stdout).toContain('left out: the database was made with --contents none');
    const info = runGoheap(['info', path, '--json']);
    expect(placesIn(Buffer.from(printed + object.stdout + info.stdout))).toEqual([]);
  });

  test('none of them is in the files of a fleet, nor in those of one dump', async () => {
    for (const flags of [
      ['--contents', 'full'],
      ['--tables', 'all'],
    ]) {
      const path = join(folder, flags.join('-'));
      const {status, stderr} = runGoheap(['convert', core.core, '--exe', core.executable, '--to', 'parquet', '-o', path, ...flags]);
      expect(status, stderr).toBe(0);
      const texts = JSON.stringify(await readParquetFolder(path)); // the files are compressed
      expect(texts).toContain('main.');
      expect(placesIn(Buffer.from(texts)), flags.join(' ')).toEqual([]);
      for (const name of readdirSync(path)) expect(placesIn(readFileSync(join(path, name))), name).toEqual([]);
    }
  });

  test('full contents keep those that are reachable; redacted ones keep none', () => {
    const kept = placesIn(readFileSync(convert('full.db', '--contents', 'full').path));
    for (const place of ['globalstring', 'byteslice', 'mapkey', 'longstring', 'labelvalue', 'argv', 'tag', 'closure'])
      expect(kept).toContain(place);
    const {path} = convert('redacted.db', '--contents', 'full', ...REDACT);
    const words = placesIn(readFileSync(path));
    expect(words).toEqual(['utf16']); // the expression is matched against bytes and UTF-8
    const object = runGoheap(['object', path, `0x${truth.addresses.accounts!.toString(16)}`, '--json']);
    expect(object.stdout).toMatch(/\*{20,}.*\(redacted\)/);
  });

  test('previews show them, redacted ones asterisks', () => {
    const preview = 'SELECT count(*) AS n FROM objects WHERE preview GLOB ?';
    const plain = openDatabase(convert('preview.db').path);
    expect(plain.prepare(preview).get('PLANT-field-*')).toEqual({n: 3});
    plain.close();
    const {path} = convert('redacted-preview.db', ...REDACT);
    expect(placesIn(readFileSync(path))).toEqual([]);
    const redacted = openDatabase(path);
    expect(redacted.prepare(preview).get('[*][*][*][*][*]*')).not.toEqual({n: 0});
    redacted.close();
  });

  test('an expression that is none is refused', () => {
    const result = runGoheap(['convert', core.core, '--to', 'sqlite', '-o', join(folder, 'x.db'), '--redact', '(']);
    expect(result.stderr).toContain('--redact: Invalid regular expression');
    expect(result.status).not.toBe(0);
  });
});
