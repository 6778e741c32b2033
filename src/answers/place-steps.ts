/**
 * Pointers of nodes at a place (path-places.ts) → the paths that go on by them. A word of a place is named once, however many nodes have it; where the nodes come from –
 * a graph, the pages of a database – is others' matter.
 */
import type {Bytes} from '../base/units.js';
import type {InternedPaths} from './interned-paths.js';
import type {PathPlaces} from './path-places.js';
import {SILENT, type WordSteps} from './word-steps.js';

export class PlaceSteps {
  /** 1: the pointer that was followed last is a slice's or a buffer's. */
  leadsToElements = 0;
  readonly #places: PathPlaces;
  readonly #paths: InternedPaths;
  readonly #words: WordSteps;
  readonly #slotBytes: Bytes;

  /** `slotBytes`: the unit of `slot`. */
  constructor(places: PathPlaces, paths: InternedPaths, words: WordSteps, slotBytes: Bytes) {
    this.#places = places;
    this.#paths = paths;
    this.#words = words;
    this.#slotBytes = slotBytes;
  }

  /** The path to what the pointer at `slot` leads to. */
  follow(place: number, slot: number): number {
    const {path, lastSlot, lastPath, lastLeadsToElements} = this.#places;
    const kept = this.#places.keptAt(place, slot);
    if (lastSlot.data[kept] === slot) {
      this.leadsToElements = lastLeadsToElements.data[kept]!;
      return lastPath.data[kept]!;
    }
    const next = this.along(place, slot, path.data[place]!);
    lastSlot.data[kept] = slot;
    lastPath.data[kept] = next;
    lastLeadsToElements.data[kept] = this.leadsToElements;
    return next;
  }

  /** The same behind another path than the place's own. */
  along(place: number, slot: number, path: number): number {
    const {type, header, isRow, from} = this.#places;
    const offset = slot * this.#slotBytes - header.data[place]!;
    const word = this.#words.at(type.data[place]!, offset, isRow.data[place] === 1, from.data[place]!);
    this.leadsToElements = word.leadsToElements ? 1 : 0;
    return word.step === SILENT ? path : this.#paths.extend(path, word.step);
  }
}
