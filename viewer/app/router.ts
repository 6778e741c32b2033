/**
 * Where the page is: a signal of the route, and what belongs to one entry of the browser's history (scroll positions, expanded rows), so
 * that Back shows a screen as it was left. Links are plain <a href>; nothing here intercepts a click.
 */
import {signal} from '@preact/signals';
import {href, parseRoute, type Route, type RouteParams} from './route.js';

export {href, type NodeName, nodeHref, nodeText} from './route.js';

export const route = signal<Route>({screen: '', params: {}});

/** To be called once, when the token has been taken from the address. */
export function startRouter(): void {
  const follow = () => {
    route.value = parseRoute(location.hash);
  };
  addEventListener('popstate', follow); // also fired for a click on a link to another fragment
  follow();
}

export function go(target: string): void {
  location.hash = target;
}

/** Changes parameters of this screen without a new entry in the history: filters, orders, selections. */
export function setParams(changes: RouteParams): void {
  const {screen, params} = route.peek();
  history.replaceState(history.state, '', href(screen, {...params, ...changes}));
  route.value = parseRoute(location.hash);
}

/** What `rememberHere` kept under this key for the present entry of the history. */
export function recall<T>(key: string): T | undefined {
  return (history.state as Record<string, T> | null)?.[key];
}

/** Keeps a small value (JSON) with the present entry of the history; it survives Back, Forward and a reload. */
export function rememberHere(key: string, value: unknown): void {
  history.replaceState({...(history.state as object | null), [key]: value}, '');
}
