/**
 * The places that waste most as cards, and what the list of waste lacks.
 */
import {wastePlaces} from '../../../src/database/queries/card-queries.js';
import {wasteLacks} from '../../../src/database/queries/waste-queries.js';
import {useQuery} from '../api.js';
import {cardOfWaste} from '../finding-cards.js';
import {BY_SLOT} from '../waste-words.js';
import {CardList} from './finding-card.js';

/** What is less of the live heap has its row in the list. */
const NOTABLE = 0.001;

/** By what `wasteLacks` says. */
const LACKS: Readonly<Record<string, string>> = {
  contents: 'This database was made from one without the bytes of objects: what arrays and maps waste is not known.',
  duplicates: 'Equal strings and byte slices were not looked for.',
};

export function WasteLacks() {
  const lacks = useQuery(wasteLacks, {}).rows?.[0]?.lacks;
  return lacks ? <p class="banner">{LACKS[lacks]}</p> : null;
}

/** `kind` as `wastePlaces` takes it: of all kinds only those with a place in the program. */
export function WorstPlaces({kind, most = 12}: {readonly kind: string; readonly most?: number}) {
  const {rows = []} = useQuery(wastePlaces, {kind, limit: 4 * most, skip: 0});
  const places = kind === '' ? rows.filter((row) => !BY_SLOT.has(row.kind) && row.share! >= NOTABLE) : rows;
  return places.length === 0 ? null : <CardList label="Places that waste most" cards={places.slice(0, most).map(cardOfWaste)} />;
}
