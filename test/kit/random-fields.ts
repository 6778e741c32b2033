/**
 * Random graphs whose types have fields, so that their paths have steps; those of goroutines' words and of what has no type stay without.
 */
import {randomGraphText} from './random-graph.js';

export function randomFieldsText(seed: number): string {
  const fields = 'type T0 8 Up@0:*T1; type T1 16 Left@0:*T0 Right@8:*T2; type T2 24 Next@0:*T2 Val@8:*T0 Tag@16:*T1';
  const [, ...lines] = randomGraphText(seed).split('\n');
  return [fields, ...lines.map((line) => line.replace(/^global (g\d)/, 'global main.$1 : *T1'))].join('\n');
}
