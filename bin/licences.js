/**
 * Folders of packages → one text with the licence of each, for what is given on with goheap: the page's libraries, and the packages of
 * `npm run standalone`. A package without a licence file ends the build: its licence then must be looked for by a person.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const LICENCE = /^(licen[cs]e|copying|notice)/i;

/** One section a package, in the order of their names: name, version, and its licence files in full. */
export function licenceText(folders) {
  const sections = folders.map((folder) => {
    const {name, version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => LICENCE.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
    if (texts.length === 0) throw new Error(`${name} ${version} (${license}) has no licence file: ${folder}`);
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  return `${[...new Set(sections)].sort().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
