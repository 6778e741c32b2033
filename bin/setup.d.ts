/** The types of setup.js. */
import type {NodePin} from './bring-node.js';

/** What is brought where the machine's Node is too old. */
export const PINNED_NODE: NodePin;
/** The path of the Node that is to run goheap. Ends the process with status 1 and an explanation when a step fails. */
export function setUp(): string;
/** The first `node` of `path` (else of the PATH without what set-up brought) that says its version; else this one. */
export function machineNode(path?: string): {readonly path: string; readonly version: string};
/** What set-up says before it brings a Node to a machine that has `version`. */
export function bringingText(version: string): string;
