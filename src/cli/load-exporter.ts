/**
 * `--to` → an exporter: a bundled format by name, or the user's own from a module (`./module.js`, `/…`, `file:`).
 */
import {pathToFileURL} from 'node:url';
import {findFormat, formats} from '../../formats/index.js';
import {GoheapError} from '../base/errors.js';
import {checkDeclared} from '../library/check-options.js';
import type {Exporter} from '../library/heap.js';

/** Throws `usage` when there is no such format, or the module has no exporter. */
export async function loadExporter(name: string): Promise<Exporter> {
  const bundled = findFormat(name);
  if (bundled) return bundled;
  if (!/^(\.{0,2}\/|file:)/.test(name)) {
    throw new GoheapError('usage', `no format '${name}'`, {
      hint: `Formats: ${formats.map((format) => format.name).join(', ')}; or the path of a module that exports an exporter, as in --to ./module.js`,
    });
  }
  const module = await importModule(name);
  const found = [module.default, ...Object.values(module)].find(isExporter);
  if (found) {
    checkDeclared(found); // before flags are read by it
    return found;
  }
  throw new GoheapError('usage', `${name}: exports no exporter`, {
    hint: 'Export an object with name, extension, summary, losses and write(heap, path, options, work) (docs/library.md).',
  });
}

async function importModule(name: string): Promise<Record<string, unknown>> {
  try {
    return await import(name.startsWith('file:') ? name : pathToFileURL(name).href);
  } catch (error) {
    throw new GoheapError('usage', `${name}: cannot be loaded: ${(error as Error).message}`, {
      hint: 'It must be an ES module in JavaScript: compile TypeScript first.',
      cause: error,
    });
  }
}

function isExporter(value: unknown): value is Exporter {
  if (typeof value !== 'object' || value === null) return false;
  const {name, extension, write} = value as Partial<Exporter>;
  return typeof name === 'string' && typeof extension === 'string' && typeof write === 'function';
}
