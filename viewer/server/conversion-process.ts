/**
 * The child process that converts a core into the cache while the page shows how far it is. What is half-written goes away with it.
 */
import {copyFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Failure} from '../../src/base/failure.js';
import type {CoreFlags} from '../../src/database/core-files.js';
import {endWithParent} from '../../src/database/end-with-parent.js';
import {openInput} from '../../src/database/open-input.js';
import type {SqlDatabase} from '../../src/sql/index.js';
import {failureOfError} from '../../src/workers/request-error.js';

/** The child's only argument, as JSON. */
export interface Conversion {
  readonly input: string;
  readonly flags: CoreFlags;
  /** goheap's version. */
  readonly version: string;
}
/** Has one of these. */
export interface ConversionMessage {
  readonly progress?: readonly [stage: string, done: number, total: number];
  readonly note?: string;
  readonly known?: Readonly<Record<string, string | number | undefined>>;
  /** A copy of the unfinished database, which goes with it. */
  readonly early?: string;
  readonly database?: string;
  readonly failure?: Failure;
}

const INTERVAL_MS = 100;

async function convert({input, flags, version}: Conversion, send: (message: ConversionMessage) => void): Promise<ConversionMessage> {
  let stage = '';
  let sentMs = 0;
  const onProgress = (name: string, done: number, total: number) => {
    const now = performance.now();
    if (name === stage && done < total && now - sentMs < INTERVAL_MS) return;
    stage = name;
    sentMs = now;
    send({progress: [name, done, total]});
  };
  const onFirstTables = async ({path}: SqlDatabase) => {
    const early = join(dirname(path), 'early.db');
    copyFileSync(path, early);
    send({early});
  };
  try {
    const database = await openInput(input, flags, {
      version,
      work: {onProgress, onNote: (note) => send({note}), onKnown: (known) => send({known})},
      onFirstTables,
    });
    await database.close();
    return {database: database.path};
  } catch (error) {
    return {failure: failureOfError(error)};
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  process.once('SIGTERM', () => process.exit(143)); // with the handlers of `exit`, which remove the unfinished file
  const send = (message: ConversionMessage) => void process.send?.(message, () => {});
  const result = await convert(JSON.parse(process.argv[2]!) as Conversion, send);
  process.send?.(result, () => process.exit(0));
}
