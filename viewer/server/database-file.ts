/**
 * The database that a child process of the viewer reads, and how it is known to be the one that the viewer began with.
 */
import {statSync} from 'node:fs';
import type {DumpPlace} from '../../src/database/stored-values.js';

export interface DatabaseFile {
  readonly database: string;
  /** What `fileIdentity` said when the viewer began. */
  readonly identity: string;
}
/** The child's only argument, as JSON. */
export interface WorkerConfig extends DatabaseFile {
  /** Where the dump is, when the user named one. */
  readonly dump?: DumpPlace | undefined;
}
/** Tells files apart, also those that take each other's name. */
export function fileIdentity(path: string): string {
  const {dev, ino, size} = statSync(path);
  return `${dev} ${ino} ${size}`;
}
