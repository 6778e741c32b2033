/**
 * The list of formats: the only place that names all of them. `goheap convert --to NAME` looks here.
 */
import type {Exporter} from './exporter.js';
import {hprof} from './hprof/export.js';
import {pprof} from './pprof/export.js';
import {sqlite} from './sqlite/export.js';

export type {ExportableHeap, Exporter, ExporterOption} from './exporter.js';
export type {HprofOptions} from './hprof/export.js';
export type {PprofOptions} from './pprof/export.js';
export type {SqliteOptions} from './sqlite/export.js';
export {hprof, pprof, sqlite};

/** Every bundled format, in the order in which `convert --list` shows them. */
export const formats: readonly Exporter[] = [sqlite, hprof, pprof];

export function findFormat(name: string): Exporter | undefined {
  return formats.find((format) => format.name === name);
}
