/**
 * A signal whose value this browser keeps between visits: how the page looks, never what is in the dump.
 */
import {effect, type Signal, signal} from '@preact/signals';

export function stored(key: string, initial: string): Signal<string> {
  const value = signal(read(key) ?? initial);
  effect(() => {
    try {
      localStorage.setItem(key, value.value);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
  return value;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
