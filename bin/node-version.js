/**
 * The one place that says which Node versions run goheap. Imports nothing and uses no new syntax, so that an old Node gets
 * this message and not a SyntaxError from deep inside a package.
 */
const REQUIRED = [22, 15];

/** Ends the process with status 1 and a message when Node is too old. */
export function checkNodeVersion() {
  const found = process.versions.node.split('.').map(Number);
  if (found[0] > REQUIRED[0] || (found[0] === REQUIRED[0] && found[1] >= REQUIRED[1])) return;
  console.error(`goheap needs Node ${REQUIRED.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`);
  console.error('Install a newer one (https://nodejs.org, NodeSource or nvm), then run `npm ci` again.');
  process.exit(1);
}
