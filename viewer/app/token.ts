/**
 * The token that the server wants: it comes in the address that goheap printed (#token=…), is taken out of it at once and kept for this tab.
 * Another tab of the same viewer, opened with a pasted link, gets it from the tabs that have it: a BroadcastChannel reaches pages of the same
 * origin (host and port) only.
 */
const KEY = 'goheap-token';
const CHANNEL = 'goheap-token';
const WAIT_MILLISECONDS = 400;

let token: string | undefined;

export function currentToken(): string | undefined {
  return token;
}

export function keepToken(value: string): void {
  token = value;
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // Without storage the token lasts until this page is reloaded.
  }
}

/** From the address, else from what this tab kept. */
export function takeToken(): void {
  const match = /^#token=([\w.~-]+)(?:&(.*))?$/.exec(location.hash);
  if (match) {
    keepToken(match[1]!);
    history.replaceState(null, '', match[2] ? `#${match[2]}` : '#/overview');
    return;
  }
  try {
    token = sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    token = undefined;
  }
}

/** Hands the token to other tabs of this viewer that ask. */
export function answerOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({data}: MessageEvent<{ask?: boolean}>) => {
    if (data.ask && token !== undefined) channel.postMessage({token});
  };
}

/** Tokens that other tabs of this origin have; of an earlier viewer on the same port, perhaps. */
export function askOtherTabs(): Promise<string[]> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(CHANNEL);
    const found = new Set<string>();
    channel.onmessage = ({data}: MessageEvent<{token?: string}>) => {
      if (data.token !== undefined) found.add(data.token);
    };
    channel.postMessage({ask: true});
    setTimeout(() => {
      channel.close();
      resolve([...found]);
    }, WAIT_MILLISECONDS);
  });
}
