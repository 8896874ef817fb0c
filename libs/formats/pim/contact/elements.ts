import type { ContactsData } from '#eas';
import { cleanText } from '../../clean-text.js';
import type { VCard } from './vcard.js';

/**
 * Elements of a contact that are text. Alias and WeightedRank are nothing a contact has: they stand in the recipient
 * information cache alone (MS-ASCNTC 2.2.2.2, 2.2.2.64; libs/suggested-contacts), and what a phone says of them is passed over.
 */
export type TextElement = Exclude<
  keyof ContactsData,
  'Anniversary' | 'Birthday' | 'Categories' | 'Children' | 'Picture' | 'Body' | 'Alias' | 'WeightedRank'
>;

/** Texts of a contact by element; what is absent it does not have. */
export type Texts = Partial<Record<TextElement, string>>;

const contacts2: ReadonlySet<string> = new Set<TextElement>([
  'CustomerId',
  'GovernmentId',
  'IMAddress',
  'IMAddress2',
  'IMAddress3',
  'ManagerName',
  'CompanyMainPhone',
  'AccountName',
  'NickName',
  'MMS',
]);

/** Name of an element with its code page, as Supported has it. */
export const qualified = (element: string): string =>
  `${contacts2.has(element) ? 'Contacts2' : element === 'Body' ? 'AirSyncBase' : 'Contacts'}:${element}`;

/** Longest text of an element that is shown; whoever writes more than this has no phone in mind. */
const longest = 32 * 1024;

/** A stored text as it is shown: null if there is nothing to show. */
export function shown(text: string): string | null {
  if (text.length > longest) return null;
  const clean = cleanText(text).replace(/\r\n?/g, '\n');
  return clean === '' ? null : clean;
}

/** What a phone said of an element, in the form of `shown`. */
export const said = (text: string): string => cleanText(text).replace(/\r\n?/g, '\n');

/** Some elements of a contact, and where a vCard has them. */
export interface Part {
  readonly elements: readonly TextElement[];
  read(card: VCard): Texts;
  /** Makes the card say `wanted` of its elements, where it said `before`. */
  write(card: VCard, wanted: Texts, before: Texts): void;
}

/** Sets or leaves out. */
export const put = (texts: Texts, element: TextElement, text: string | null): void => {
  if (text !== null) texts[element] = text;
};
