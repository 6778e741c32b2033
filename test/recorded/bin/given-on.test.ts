/**
 * What is given on with goheap and under which licences: what the makers of the package and of the standalone archive refuse.
 */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'goheap-licences-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** A package; its folder. */
function makePackage(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), JSON.stringify({name, version: '1.2.3', license: 'MIT'}));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

describe('licences', () => {
  let licenceText: (folders: readonly string[]) => string;
  beforeAll(async () => {
    const program: string = '../../../bin/licences.js'; // JavaScript: not part of the type check
    ({licenceText} = await import(program));
  });

  test('are written in full, in the order of names, once', () => {
    const second = makePackage('second', {LICENSE: 'Do as you like.\r\nBut tell.\n', NOTICE: 'By us.'});
    const first = makePackage('first', {'licence.md': 'Free.'});
    const text = licenceText([second, first, second]);
    expect(text).toBe(`first 1.2.3 (MIT)\n\nFree.\n\n${'-'.repeat(80)}\n\nsecond 1.2.3 (MIT)\n\nDo as you like.\nBut tell.\n\nBy us.\n`);
  });
  test('must be there', () => {
    const none = makePackage('none', {'README.md': 'MIT'});
    expect(() => licenceText([none])).toThrow(`none 1.2.3 (MIT) has no licence file: ${none}`);
  });
});

describe('the Node of the standalone archive', () => {
  let checkNode: (platform: string, variables: object) => void;
  let findLicence: (prefix: string) => string;
  beforeAll(async () => {
    const program: string = '../../../bin/standalone.js';
    ({checkNode, findLicence} = await import(program));
  });

  test('is one file, for Linux', () => {
    expect(() => checkNode('linux', {node_shared: false, node_shared_zlib: false, v8: true})).not.toThrow();
    expect(() => checkNode('darwin', {})).toThrow(
      'The standalone archive is made on Linux, with the Node of that machine; this is darwin.',
    );
    const distribution = {node_shared: true, node_shared_zlib: true, node_shared_openssl: false};
    expect(() => checkNode('linux', distribution)).toThrow('needs libraries of its system: node_shared, node_shared_zlib. Use one from');
  });
  test('comes with its licence', () => {
    expect(() => findLicence(folder)).toThrow(`The licence of Node is not in ${folder}: LICENSE, `);
    writeFileSync(join(folder, 'LICENSE'), 'Node is free.');
    expect(findLicence(folder)).toBe('Node is free.');
  });
});
