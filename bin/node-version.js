/**
 * The one place that says which Node versions run goheap. Imports nothing and uses no new syntax, so that an old Node gets
 * this message and not a SyntaxError from deep inside a package.
 */
const REQUIRED = [22, 15];
export const REQUIRED_NODE = REQUIRED.join('.');

/** Whether this version of Node, like '22.15.0', runs goheap. */
export function runsGoheap(version) {
  const found = version.split('.').map(Number);
  return found[0] > REQUIRED[0] || (found[0] === REQUIRED[0] && found[1] >= REQUIRED[1]);
}

/** Ends the process with status 1 and a message when Node is too old. */
export function checkNodeVersion() {
  if (runsGoheap(process.versions.node)) return;
  console.error(`goheap needs Node ${REQUIRED_NODE} or newer; this is ${process.versions.node} (${process.execPath}).`);
  console.error('Install a newer one: https://nodejs.org, NodeSource or nvm. In a checkout, `npm start` and `npm test` bring their own;');
  console.error('after that `node_modules/.bin/node bin/run.js` runs any command.');
  process.exit(1);
}
