/**
 * The screens, in the order of the rail. All but the first are loaded when they are first shown, so that the page starts with little. A new one is a line here
 * and a file in views.
 */
import type {ComponentType} from 'preact';
import {Overview} from './views/overview.js';

export interface ScreenEntry {
  readonly id: string;
  readonly title: string;
  /** Second key after `g`. */
  readonly key?: string;
  /** Not in the rail: a screen about one thing, to which links lead. */
  readonly isHidden?: boolean;
  readonly load: () => Promise<ComponentType>;
}

export const SCREENS: readonly ScreenEntry[] = [
  {id: 'overview', title: 'Overview', key: 'o', load: async () => Overview},
  {id: 'suspects', title: 'Suspects', key: 's', load: async () => (await import('./views/suspects.js')).SuspectsView},
  {id: 'holders', title: 'Holders', key: 'h', load: async () => (await import('./views/dominators.js')).DominatorsView},
  {id: 'types', title: 'Types', key: 't', load: async () => (await import('./views/types.js')).Types},
  {id: 'object', title: 'Object', isHidden: true, load: async () => (await import('./views/object.js')).ObjectView},
  {id: 'packages', title: 'Packages', key: 'p', load: async () => (await import('./views/packages.js')).PackagesView},
  {id: 'goroutines', title: 'Goroutines', key: 'g', load: async () => (await import('./views/goroutines.js')).GoroutinesView},
  {id: 'timers', title: 'Timers & contexts', key: 'i', load: async () => (await import('./views/timers.js')).TimersView},
  {id: 'strings', title: 'Strings & bytes', key: 'b', load: async () => (await import('./views/strings.js')).StringsView},
  {id: 'waste', title: 'Waste', key: 'w', load: async () => (await import('./views/waste.js')).WasteView},
  {id: 'compare', title: 'Compare', key: 'c', load: async () => (await import('./views/compare.js')).Compare},
  {id: 'memory', title: 'Memory', key: 'm', load: async () => (await import('./views/memory-map.js')).MemoryMap},
  {id: 'sql', title: 'SQL', key: 'q', load: async () => (await import('./views/sql-console.js')).SqlConsole},
];
