/** The types of bring-node.js. */
export interface NodePin {
  readonly version: string;
  /** sha512 of the registry's package, by process.arch. */
  readonly integrity: Readonly<Record<string, string>>;
}
/** The folder to put on the PATH. Installs into `folder` what is not there yet; throws with a reason when that fails. */
export function bringNode(pin: NodePin, folder: string, npm?: {stdio?: 'pipe' | 'inherit'; env?: NodeJS.ProcessEnv}): string;
/** Whether `folder` has exactly this Node. */
export function hasNode(pin: NodePin, folder: string): boolean;
/** `path` (else this process's PATH) with `folder` before everything else. */
export function pathWith(folder: string, path?: string): string;
