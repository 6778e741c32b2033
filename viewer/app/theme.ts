/**
 * Light, dark, or as the system has it: an attribute of <html> that the style sheet asks for.
 */
import {effect} from '@preact/signals';
import {stored} from './stored.js';

export const THEMES = ['auto', 'light', 'dark'] as const;

export const theme = stored('goheap-theme', 'auto');

export function startTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value as (typeof THEMES)[number]) + 1) % THEMES.length]!;
}
