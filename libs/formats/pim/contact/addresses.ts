import { put, shown, type Part, type TextElement, type Texts } from './elements.js';
import type { ContentLine } from './content-line.js';
import type { VCard } from './vcard.js';

type Place = 'Business' | 'Home' | 'Other';

const places: readonly Place[] = ['Business', 'Home', 'Other'];

/** Components of ADR (RFC 6350 6.3.1) that have a name in ActiveSync; the post box and what extends it have none. */
const components = { Street: 2, City: 3, State: 4, PostalCode: 5, Country: 6 } as const;

const elementsOf = (place: Place): readonly (readonly [TextElement, number])[] =>
  Object.entries(components).map(
    ([name, index]) => [`${place}Address${name}` as TextElement, index] as const,
  );

/** TYPE of a new address; `OTHER` is what others write, the standard has no word. */
const types: Readonly<Record<Place, string>> = { Business: 'WORK', Home: 'HOME', Other: 'OTHER' };

/** Which line is which address. One that is neither at work nor at home is another's; if there is one, it goes where room is. */
function placesOf(card: VCard): ReadonlyMap<Place, ContentLine> {
  const found = new Map<Place, ContentLine>();
  const undecided: ContentLine[] = [];
  for (const line of card.all('ADR')) {
    const words = [...line.types, card.labelOf(line)];
    const place = words.includes('work')
      ? 'Business'
      : words.includes('home')
        ? 'Home'
        : words.includes('other')
          ? 'Other'
          : null;
    if (place === null || found.has(place)) undecided.push(line);
    else found.set(place, line);
  }
  for (const line of undecided) {
    const typed = line.types.has('work') || line.types.has('home');
    // A second address at home is no address at work.
    const room = (typed ? (['Other'] as const) : (['Other', 'Home', 'Business'] as const)).find(
      (place) => !found.has(place),
    );
    if (room !== undefined) found.set(room, line);
  }
  return found;
}

function addressOf(card: VCard, place: Place): Texts {
  const texts: Texts = {};
  const line = placesOf(card).get(place);
  if (line)
    for (const [element, index] of elementsOf(place)) put(texts, element, shown(card.component(line, index)));
  return texts;
}

/** Business, home and other address, each an ADR. */
export const addresses: Part = {
  elements: places.flatMap((place) => elementsOf(place).map(([element]) => element)),
  read: (card) => Object.assign({}, ...places.map((place) => addressOf(card, place))) as Texts,
  write(card, wanted, before) {
    const lines = placesOf(card);
    for (const place of places) {
      const changed = new Map(
        elementsOf(place)
          .filter(([element]) => wanted[element] !== before[element])
          .map(([element, index]) => [index, wanted[element] ?? ''] as const),
      );
      if (changed.size > 0) change(card, lines.get(place) ?? newAddress(card, place), changed);
    }
  },
};

function newAddress(card: VCard, place: Place): ContentLine {
  const line = card.add(card.version === '2.1' ? `ADR;${types[place]}` : `ADR;TYPE=${types[place]}`);
  line.setValue(';;;;;;');
  return line;
}

function change(card: VCard, line: ContentLine, changed: ReadonlyMap<number, string>): void {
  card.setComponents(line, changed);
  // What RFC 6350 6.3.1 lets an address say of itself for a letter is about the old one.
  line.setParameter('LABEL', null);
  if (/^;*$/.test(line.value)) card.remove(line);
}
