import { put, shown, type Part, type TextElement, type Texts } from './elements.js';
import type { ContentLine } from './content-line.js';
import type { VCard } from './vcard.js';

/**
 * Properties of which a vCard may have any number and ActiveSync a few with names: telephone numbers, mail addresses,
 * addresses for messages. Each of a card's lines fits into some elements, the first free one shows it, and what finds no
 * place is kept unseen.
 */
interface Family {
  readonly elements: readonly TextElement[];
  readonly names: readonly string[];
  /** Elements that a line was made for; empty for one that does not say. */
  fits(card: VCard, line: ContentLine): readonly TextElement[];
  /** Where a line goes that does not say. */
  readonly otherwise: readonly TextElement[];
  /** Name and parameters of a new line. */
  head(element: TextElement, version: string): string;
  read(card: VCard, line: ContentLine): string;
  set(card: VCard, line: ContentLine, text: string): void;
}

/**
 * Names the element of a line that by itself would show as another: the second address of a contact without a first. Only
 * put where it is needed.
 */
const MARK = 'X-ACTIVESYNC-ELEMENT';

type Places = Map<TextElement, ContentLine>;

function placesOf(card: VCard, family: Family): Places {
  const places: Places = new Map();
  const lines = card.all(...family.names).filter((line) => shown(family.read(card, line)) !== null);
  const place = (line: ContentLine, elements: readonly TextElement[]): boolean => {
    const free = elements.find((element) => !places.has(element));
    if (free !== undefined) places.set(free, line);
    return free !== undefined;
  };
  const marked = lines.filter((line) => place(line, markOf(line, family)));
  const rest = lines.filter((line) => !marked.includes(line));
  const undecided = rest.filter((line) => family.fits(card, line).length === 0);
  for (const line of rest) place(line, family.fits(card, line));
  for (const line of undecided) place(line, family.otherwise);
  return places;
}

const markOf = (line: ContentLine, family: Family): TextElement[] => {
  const mark = line.parameter(MARK.toLowerCase())[0];
  return family.elements.filter((element) => element === mark);
};

/** The part of a contact that a family of properties is. */
function slots(family: Family): Part {
  return {
    elements: family.elements,
    read(card) {
      const texts: Texts = {};
      for (const [element, line] of placesOf(card, family))
        put(texts, element, shown(family.read(card, line)));
      return texts;
    },
    write(card, wanted) {
      const before = placesOf(card, family);
      const after = settle(card, family, before, wanted);
      const used = new Set(after.values());
      for (const line of before.values()) if (!used.has(line)) card.remove(line);
      mark(card, family, after);
    },
  };
}

/** Which line says what is wanted of each element: its own, one that says it already, a changed or a new one. */
function settle(card: VCard, family: Family, before: Places, wanted: Texts): Places {
  const after: Places = new Map();
  const free = new Set(before.values());
  const take = (element: TextElement, line: ContentLine): void => {
    after.set(element, line);
    free.delete(line);
  };
  const open = family.elements.filter((element) => wanted[element] !== undefined);
  const says = (line: ContentLine, element: TextElement): boolean =>
    shown(family.read(card, line)) === wanted[element];
  for (const element of open) {
    const own = before.get(element);
    if (own && says(own, element)) take(element, own);
  }
  // A phone that closes the gap a deleted address left moves the others up: each keeps its line.
  for (const element of open.filter((one) => !after.has(one))) {
    const moved = [...free].find((line) => says(line, element) && mayMove(card, family, line, element));
    if (moved) take(element, moved);
  }
  for (const element of open.filter((one) => !after.has(one))) {
    const own = before.get(element);
    const line = own && free.has(own) ? own : card.add(family.head(element, card.version));
    family.set(card, line, wanted[element]!);
    take(element, line);
  }
  return after;
}

function mayMove(card: VCard, family: Family, line: ContentLine, element: TextElement): boolean {
  const fitting = family.fits(card, line);
  return fitting.length === 0 || fitting.includes(element);
}

/** Marks the lines that would not be found where they belong. */
function mark(card: VCard, family: Family, after: Places): void {
  for (const line of after.values()) line.setParameter(MARK, null);
  const natural = placesOf(card, family);
  const astray = [...after].filter(([element, line]) => natural.get(element) !== line);
  for (const [element, line] of astray) line.setParameter(MARK, element);
  // A marked line leaves its natural place to the next one: then all are marked.
  const marked = placesOf(card, family);
  if ([...after].some(([element, line]) => marked.get(element) !== line)) {
    for (const [element, line] of after) line.setParameter(MARK, element);
  }
}

/** TYPE of a new number, in vCard 3.0 and 4.0. */
const numbers: readonly { readonly element: TextElement; readonly type: string }[] = [
  { element: 'MobilePhoneNumber', type: 'CELL' },
  { element: 'HomePhoneNumber', type: 'HOME,VOICE' },
  { element: 'BusinessPhoneNumber', type: 'WORK,VOICE' },
  { element: 'Home2PhoneNumber', type: 'HOME,VOICE' },
  { element: 'Business2PhoneNumber', type: 'WORK,VOICE' },
  { element: 'HomeFaxNumber', type: 'HOME,FAX' },
  { element: 'BusinessFaxNumber', type: 'WORK,FAX' },
  { element: 'PagerNumber', type: 'PAGER' },
  { element: 'CarPhoneNumber', type: 'CAR' },
  // Evolution's, for want of others.
  { element: 'RadioPhoneNumber', type: 'X-EVOLUTION-RADIO' },
  { element: 'AssistantPhoneNumber', type: 'X-EVOLUTION-ASSISTANT' },
  // What Apple and Google call the main number; it is a company's.
  { element: 'CompanyMainPhone', type: 'MAIN' },
];

/** Words in TYPE or in the user's own label, and what they make of a number; the first that is there decides. */
const kinds: readonly (readonly [RegExp, readonly TextElement[]])[] = [
  [/^(?:x-evolution-)?assistant$/, ['AssistantPhoneNumber']],
  [/^(?:x-evolution-|x-)?radio$/, ['RadioPhoneNumber']],
  [/^(?:x-evolution-company|company|main)$/, ['CompanyMainPhone']],
  [/^pager$/, ['PagerNumber']],
  [/^car$/, ['CarPhoneNumber']],
  [/^(?:cell|mobile|iphone)$/, ['MobilePhoneNumber']],
  [/^home$/, ['HomePhoneNumber', 'Home2PhoneNumber']],
  [/^work$/, ['BusinessPhoneNumber', 'Business2PhoneNumber']],
];

/** RFC 6350 6.4.1: a number of vCard 4.0 may be an address of the net. */
const isUri = (line: ContentLine): boolean => line.parameter('value')[0]?.toLowerCase() === 'uri';

const telephones: Family = {
  elements: numbers.map(({ element }) => element),
  names: ['TEL'],
  fits(card, line) {
    const words = [...line.types, card.labelOf(line)];
    if (words.some((word) => /fax/.test(word))) {
      return words.some((word) => word.startsWith('home')) ? ['HomeFaxNumber'] : ['BusinessFaxNumber'];
    }
    return kinds.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1] ?? [];
  },
  otherwise: [
    'MobilePhoneNumber',
    'HomePhoneNumber',
    'BusinessPhoneNumber',
    'Home2PhoneNumber',
    'Business2PhoneNumber',
  ],
  head(element, version) {
    const type = numbers.find((number) => number.element === element)!.type;
    return version === '2.1' ? `TEL;${type.replace(/,/g, ';')}` : `TEL;TYPE=${type}`;
  },
  read: (card, line) => (isUri(line) ? card.text(line).replace(/^tel:/i, '') : card.text(line)),
  set(card, line, text) {
    if (isUri(line)) card.setUri(line, `tel:${text}`);
    else card.setText(line, text);
  },
};

const inOrder = (
  elements: readonly TextElement[],
  names: readonly string[],
  head: string,
  set: Family['set'] = (card, line, text) => card.setText(line, text),
): Family => ({
  elements,
  names,
  fits: () => elements,
  otherwise: elements,
  head: () => head,
  read: (card, line) => card.text(line),
  set,
});

/** Handles of services that had properties of their own before IMPP (RFC 4770). */
const messengers = [
  ...['IMPP', 'X-AIM', 'X-JABBER', 'X-MSN', 'X-ICQ', 'X-YAHOO', 'X-SKYPE', 'X-SKYPE-USERNAME'],
  ...['X-GOOGLE-TALK', 'X-GTALK', 'X-GROUPWISE', 'X-GADUGADU', 'X-QQ'],
];

/** Numbers, mail addresses and addresses for messages. */
export const slotParts: readonly Part[] = [
  slots(telephones),
  slots(inOrder(['Email1Address', 'Email2Address', 'Email3Address'], ['EMAIL'], 'EMAIL')),
  slots(
    inOrder(['IMAddress', 'IMAddress2', 'IMAddress3'], messengers, 'IMPP', (card, line, text) =>
      card.setUri(line, text),
    ),
  ),
];
