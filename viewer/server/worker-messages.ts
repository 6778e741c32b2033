/**
 * What a child process that reads the database is told when it starts, and what passes between it and the server.
 */
import {statSync} from 'node:fs';
import type {DumpPlace} from '../../src/database/stored-values.js';
import type {LongProgress} from '../long-protocol.js';
import type {Failure} from '../protocol.js';

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
export interface WorkerMessage {
  readonly id: number;
  readonly task: string;
  readonly body: object;
}
/** Has `text`, which is JSON, or `failure`; `progress` alone while the answer is being made. */
export interface WorkerReply {
  readonly id: number;
  readonly progress?: LongProgress;
  readonly text?: string;
  readonly failure?: Failure;
}

/** Tells files apart, also those that take each other's name. */
export function fileIdentity(path: string): string {
  const {dev, ino, size} = statSync(path);
  return `${dev} ${ino} ${size}`;
}
