/**
 * The evidence of a finding, a JSON object in snake_case → lines for people. What is not known, and lists without members, are left out; a
 * line of a file belongs to its name.
 */
import {formatCount, formatSeconds, formatShare, labelOf, showBytes, worded} from './format.js';

type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json};

export interface EvidenceItem {
  readonly label: string;
  readonly texts: readonly string[];
  /** Numbers of goroutines, instead of texts. */
  readonly goroutines?: readonly number[];
}

const LABELS: Readonly<Record<string, string>> = {
  also: 'Also told as',
  owners: 'Whose bytes are inside',
  threshold: 'Told from',
  sites: 'Sampled where',
  file: 'At',
  created_file: 'Started at',
  goroutine_ids: 'Goroutines',
  behind_ids: 'Behind them',
};

export function evidenceItems(json: string): EvidenceItem[] {
  const evidence = JSON.parse(json) as Readonly<Record<string, Json>>;
  return Object.entries(evidence)
    .filter(([key, value]) => isSaid(value) && !(key.endsWith('line') && evidence[key.replace(/line$/, 'file')]))
    .map(([key, value]) => {
      const label = worded(LABELS[key] ?? labelOf(key.replace(/_(bytes|seconds|ids)$/, '')));
      if (key.endsWith('_ids')) return {label, texts: [], goroutines: value as number[]};
      if (key.endsWith('file')) return {label, texts: [placeOf(value, evidence[key.replace(/file$/, 'line')])]};
      if (key === 'threshold') return {label, texts: [thresholdWords(value as Threshold)]};
      return {label, texts: Array.isArray(value) ? value.map((each) => textOf('', each)) : [textOf(key, value)]};
    });
}

const isSaid = (value: Json) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

const placeOf = (file: Json, line: Json | undefined) => (line ? `${file}:${line}` : String(file));

interface Threshold {
  readonly count?: number;
  readonly bytes?: number;
  readonly share?: number;
}

/** Met by the number alone, or by bytes and share together. */
function thresholdWords({count, bytes, share}: Threshold): string {
  const size = [bytes === undefined ? '' : showBytes(bytes), share === undefined ? '' : formatShare(share)].filter((each) => each !== '');
  return [count === undefined ? '' : formatCount(count), size.join(' and ')].filter((each) => each !== '').join(', or ');
}

function textOf(key: string, value: Json): string {
  if (typeof value === 'number') return numberWords(key, value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map((each) => textOf('', each)).join(', ');
  const {sentence, ...parts} = value as Readonly<Record<string, Json>>;
  if (typeof sentence === 'string') return sentence;
  const {name, ...others} = parts;
  const said = Object.entries(others).filter(([, part]) => isSaid(part));
  const words = said.map(([part, each]) => (part === 'bytes' ? '' : `${labelOf(part).toLowerCase()} `) + textOf(part, each));
  return [...(typeof name === 'string' ? [name] : []), words.join(', ')].join(': ');
}

function numberWords(key: string, value: number): string {
  if (/(^|_)(bytes|each|retained|allocated|live|touched|next_gc|memory_limit)$/.test(key)) return showBytes(value);
  if (key === 'deadline') return new Date(value * 1000).toISOString();
  return /_seconds$|^waited_/.test(key) ? formatSeconds(value) : formatCount(value);
}
