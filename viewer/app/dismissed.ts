/**
 * Findings that the user called no problem, kept for this browser and one dump: as hashes, so that nothing of the dump is in its storage.
 */
import {useFacts} from './facts.js';
import {stored} from './stored.js';

/** What was put away longest ago is forgotten beyond so many. */
const MOST_KEPT = 1000;

const hashes = stored('goheap-no-problem', '');

export interface Dismissed {
  has(finding: string): boolean;
  /** Puts it away, or brings it back. */
  toggle(finding: string): void;
}

/** Components that ask it are drawn anew when it changes. A finding is named by its kind and what it is about. */
export function useDismissed(): Dismissed {
  const dump = useFacts()?.text('dump_identity') ?? '';
  const kept = hashes.value.split(' ');
  const hash = (finding: string) => hashOf(`${dump}\n${finding}`);
  return {
    has: (finding) => kept.includes(hash(finding)),
    toggle: (finding) => {
      const own = hash(finding);
      const others = kept.filter((each) => each !== own && each !== '');
      hashes.value = (kept.includes(own) ? others : [...others, own].slice(-MOST_KEPT)).join(' ');
    },
  };
}

/** 64 bits of FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv: the browser's own digests are not there without TLS. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}
