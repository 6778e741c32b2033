/**
 * Parts of the page that are loaded when they are first shown, so that it starts with little.
 */
import type {ComponentType} from 'preact';
import {useEffect, useReducer, useState} from 'preact/hooks';
import type {Failure} from '../../src/base/failure.js';
import {failureOf, getStatus} from './request.js';

// biome-ignore lint/suspicious/noExplicitAny: components of any properties, told apart by their ids
const loaded = new Map<string, ComponentType<any>>();

export interface Late<P> {
  readonly component: ComponentType<P> | undefined;
  readonly failure: Failure | undefined;
  readonly retry: () => void;
}

/** `id` is of the part and never of another one; undefined loads nothing. */
export function useLate<P>(id: string | undefined, load: () => Promise<ComponentType<P>>): Late<P> {
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const [, draw] = useReducer((count: number, _: unknown) => count + 1, 0);
  const component = id === undefined ? undefined : loaded.get(id);
  useEffect(() => {
    setFailure(undefined);
    if (id === undefined || component !== undefined) return;
    let isWanted = true;
    load().then(
      (found) => {
        loaded.set(id, found);
        draw(undefined);
      },
      (error: unknown) => {
        if (isWanted) setFailure(failureOf(error));
        getStatus().catch(() => undefined); // says so on the page when the server is gone
      },
    );
    return () => {
      isWanted = false;
    };
  }, [id]);
  return {component, failure, retry: reloadPage};
}

/** A browser that failed to load a file of the page does not ask for it again; the address has all that there is to keep. */
function reloadPage(): void {
  getStatus().then(
    () => location.reload(),
    () => undefined,
  );
}
