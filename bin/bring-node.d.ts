/** The types of bring-node.js. */
export interface NodePin {
  readonly version: string;
  /** sha512 of the registry's package, by process.arch. */
  readonly integrity: Readonly<Record<string, string>>;
}
/** The folder to put on the PATH. Installs into `folder` what is not there yet; throws with a reason when that fails. */
export function bringNode(pin: NodePin, folder: string, environment?: NodeJS.ProcessEnv): string;
/** Whether `folder` has exactly this Node. */
export function hasNode(pin: NodePin, folder: string): boolean;
