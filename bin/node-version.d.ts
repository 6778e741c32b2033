/** The types of node-version.js. */
export const REQUIRED_NODE: string;
/** Whether this version of Node, like '22.15.0', runs goheap. */
export function runsGoheap(version: string): boolean;
/** Ends the process with status 1 and a message when Node is too old. */
export function checkNodeVersion(): void;
