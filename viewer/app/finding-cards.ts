/**
 * Rows of findings and of waste → cards.
 */
import {shellWord} from '../../src/base/shell-word.js';
import type {suspectCards, wastePlaces} from '../../src/database/queries/card-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';
import {status} from './api.js';
import {type EvidenceItem, evidenceItems} from './evidence-items.js';
import {type CardLink, linksOfSuspect, linksOfWaste} from './finding-links.js';
import {formatCount, showBytes} from './format.js';
import {wasteSentence} from './waste-words.js';

export interface Card {
  /** Tells it from the others of this dump. */
  readonly key: string;
  readonly kind: string;
  readonly isProblem: boolean;
  readonly bytes: number;
  readonly share: number;
  readonly name: string;
  readonly sentence: string;
  readonly evidence: readonly EvidenceItem[];
  readonly fix: string;
  readonly links: readonly CardLink[];
  readonly command: string;
}

const input = () => shellWord(status.value?.input ?? 'INPUT');

export function cardOfSuspect(row: RowOf<typeof suspectCards>): Card {
  const {kind, level, bytes, share, name, sentence, evidence, fix, next} = row;
  return {
    key: `${kind} ${name}`,
    kind: kind!,
    isProblem: level === 'problem',
    bytes: bytes!,
    share: share!,
    name: name!,
    sentence: sentence!,
    evidence: evidenceItems(evidence!),
    fix: fix!,
    links: linksOfSuspect(row),
    command: next!.replace('INPUT', input()),
  };
}

export function cardOfWaste(row: RowOf<typeof wastePlaces>): Card {
  const {kind, path, type, bytes, share, count, reslices, owner, preview, fix} = row;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Each', count! > 1 ? showBytes(Math.round(bytes! / count!)) : null],
    ['Whose', owner],
    ['Of type', type],
    ['Maybe parts of larger ones', reslices ? formatCount(reslices) : null],
    ['One of them begins', preview],
  ];
  return {
    key: `waste ${kind} ${path ?? type}`,
    kind: kind!,
    isProblem: false,
    bytes: bytes!,
    share: share!,
    name: path ?? type ?? 'other places',
    sentence: wasteSentence(row),
    evidence: facts.flatMap(([label, text]) => (text === null ? [] : [{label, texts: [text]}])),
    fix: fix!,
    links: linksOfWaste(row),
    command: `goheap waste ${input()} --kind ${kind}`,
  };
}
