/**
 * The words of the page that are no everyday ones: one sentence each, for the popover at the word and for the glossary in the sheet of keys.
 */

export interface Term {
  readonly word: string;
  readonly meaning: string;
}

export const TERMS = {
  retained: {word: 'Retained', meaning: 'What would be freed if this went away: its own slot, and all that only it keeps alive.'},
  dominated: {
    word: 'Kept alive by',
    meaning: 'The dominator: the nearest thing through which every path from a root leads. With it gone, this is garbage.',
  },
  reachable: {
    word: 'Reachable',
    meaning: 'A path of pointers leads here from a root; all else is garbage that the collector had not freed yet.',
  },
  root: {
    word: 'Root',
    meaning: 'Where the collector starts: a package-level variable, a variable of a stack, what the runtime holds for itself.',
  },
  owner: {
    word: 'Owner',
    meaning: 'Whose bytes these are: the nearest type of the program on the path here; arrays, texts and cells of maps count for it.',
  },
  releases: {
    word: 'Releases',
    meaning: 'What becomes garbage when this one pointer is set to nil; nothing, where others hold the target too.',
  },
  slot: {
    word: 'Slot',
    meaning: 'The piece of memory that the allocator gave: sizes come in classes, so it is often larger than the value.',
  },
  span: {
    word: 'Span',
    meaning: 'Pages that the allocator cut into slots of one size; they go back to the system only when all of them are free.',
  },
  padding: {word: 'Padding', meaning: 'Bytes between fields that nothing uses: each field begins where its alignment allows it.'},
  rest: {word: 'Rest of the slot', meaning: 'Bytes behind the value: its size class is larger.'},
  tail: {
    word: 'Share of the tail',
    meaning: 'Behind the last slot of a span some bytes are left over; each slot answers for its part of them.',
  },
  evidence: {
    word: 'Evidence',
    meaning: 'How the type is known: exactly from a record of the runtime, by what a pointer claims, or guessed from its shape.',
  },
  garbage: {word: 'Garbage', meaning: 'What nothing reaches any longer. HeapAlloc counts it until the collector has freed it.'},
  holder: {
    word: 'Holder',
    meaning: 'One row of all that keeps memory alive, each byte once: a variable, a goroutine, or what several of them share.',
  },
} as const satisfies Record<string, Term>;

export type TermId = keyof typeof TERMS;
