/**
 * An address in the user's browser: what BROWSER names, else what the system opens addresses with. Nothing waits for it, and a browser that cannot
 * be started is no error: the address is printed.
 */
import {spawn} from 'node:child_process';

/** Calls `note` when there is no browser to start. */
export function openBrowser(url: string, environment: NodeJS.ProcessEnv, note: (text: string) => void): void {
  const command = findCommand(environment);
  if (command === undefined) {
    note('There is no display: open the address in a browser yourself.');
    return;
  }
  const child = spawn(command, [url], {stdio: 'ignore', detached: true});
  child.once('error', () => note(`${command} could not be started: open the address in a browser yourself.`));
  child.once('exit', (code) => code !== 0 && note(`${command} did not open the address: open it in a browser yourself.`));
  child.unref();
}

function findCommand({BROWSER, DISPLAY, WAYLAND_DISPLAY}: NodeJS.ProcessEnv): string | undefined {
  if (BROWSER) return BROWSER.split(':')[0];
  if (process.platform === 'darwin') return 'open';
  return DISPLAY || WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}
