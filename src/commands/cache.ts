/**
 * `goheap cache`: the cores that were converted for other commands, of which dumps, and how to be rid of them.
 */
import {existsSync} from 'node:fs';
import * as Flags from '@oclif/core/flags';
import {formatBytes} from '../base/format-bytes.js';
import {BaseCommand} from '../cli/base-command.js';
import {tableFlags} from '../cli/flags.js';
import {type CacheEntry, clearCache, findCacheFolder, listEntries} from '../database/cache-folder.js';
import {openDatabase} from '../sql/index.js';

export default class CacheCommand extends BaseCommand {
  static override summary = 'List the converted cores that commands keep, or remove them.';
  static override examples = ['<%= config.bin %> cache', '<%= config.bin %> cache --clear'];
  static override flags = {clear: Flags.boolean({description: 'remove all of them'}), ...tableFlags};

  async run(): Promise<object> {
    const {flags} = await this.parse(CacheCommand);
    const folder = findCacheFolder();
    if (flags.clear) return this.#clear(folder);
    const entries = await Promise.all(listEntries(folder).map(describeEntry));
    if (entries.length === 0) this.log('%s', `No converted cores in ${folder}.`);
    else {
      this.log('%s', `${entries.length} in ${folder}, ${formatBytes(sizeOf(entries))}`);
      this.printTable({last_used: 'text', size: 'bytes', goheap: 'text', file: 'text', core: 'text'}, entries.map(inWords), flags.bytes);
    }
    return {folder, entries};
  }

  #clear(folder: string): object {
    const removed = clearCache(folder);
    const cores = removed.length === 1 ? 'core' : 'cores';
    this.log('%s', `Removed ${removed.length} converted ${cores} from ${folder}: ${formatBytes(sizeOf(removed))}`);
    return {folder, removed: removed.map(({path}) => path), bytes: sizeOf(removed)};
  }
}

interface DescribedEntry {
  readonly path: string;
  readonly bytes: number;
  readonly last_used: string;
  /** null when this goheap cannot read the entry. */
  readonly core: string | null;
  readonly core_exists: boolean;
  readonly goheap_version: string | null;
}

async function describeEntry({path, size, usedMs}: CacheEntry): Promise<DescribedEntry> {
  const known = {path, bytes: size, last_used: new Date(usedMs).toISOString()};
  try {
    const database = await openDatabase(path);
    try {
      const facts = await database.rows<{key: string; value: string}>(
        "SELECT key, value FROM meta WHERE key IN ('dump_path', 'goheap_version')",
        {},
      );
      const {dump_path: core = null, goheap_version = null} = Object.fromEntries(facts.map(({key, value}) => [key, value]));
      return {...known, core, core_exists: core !== null && existsSync(core), goheap_version};
    } finally {
      await database.close();
    }
  } catch {
    return {...known, core: null, core_exists: false, goheap_version: null}; // damaged, or of another schema
  }
}

function inWords({path, bytes, last_used, core, core_exists, goheap_version}: DescribedEntry) {
  return {
    last_used: last_used.replace(/T(\d\d:\d\d).*$/, ' $1 UTC'),
    size: bytes,
    goheap: goheap_version ?? 'not readable',
    file: path.slice(path.lastIndexOf('/') + 1),
    core: core === null || core_exists ? core : `${core} (gone)`,
  };
}

function sizeOf(entries: readonly {readonly size?: number; readonly bytes?: number}[]): number {
  return entries.reduce((total, {size, bytes}) => total + (size ?? bytes ?? 0), 0);
}
