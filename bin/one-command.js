/**
 * What oclif has to know to run one of our commands. Left to itself it reads every plugin and sorts all commands first, which
 * costs a tenth of a short command's time; help, completion and unknown commands need that, one that is known does not.
 */
import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const ROOT = new URL('..', import.meta.url);
const MANIFEST = 'oclif.manifest.json';

/** A list with goheap itself as the only plugin and the command as all it has; undefined where oclif.manifest.json lists no such command, or is being made. */
export function pluginOfOneCommand(id) {
  if (!existsSync(new URL(MANIFEST, ROOT))) return undefined;
  const manifest = readJson(MANIFEST);
  const command = Object.hasOwn(manifest.commands, id) ? manifest.commands[id] : undefined;
  if (command === undefined) return undefined;
  const pjson = readJson('package.json');
  const load = async () => Object.assign((await import(new URL(command.relativePath.join('/'), ROOT))).default, {id}); // messages name it
  const {name, version} = pjson;
  const root = fileURLToPath(ROOT);
  return [{name, version, alias: name, type: 'core', valid: true, root, pjson, commands: [{...command, load}], hooks: {}, topics: []}];
}

function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, ROOT), 'utf8'));
}
