import type { ContactsData, ContactsItem } from '#eas';
import type { ChangeManner } from '#backend';
import type { ItemCodec, ReadContext, WriteContext } from '../codec.js';
import { asPlain, changedText, itemBody, type ItemText } from '../item-body.js';
import { whenOmitted } from '../omitted.js';
import { addresses } from './addresses.js';
import { readDay, writeDay, type DayElement } from './days.js';
import { qualified, said, type Part, type TextElement, type Texts } from './elements.js';
import { readCategories, readChildren, writeCategories, writeChildren } from './lists.js';
import {
  computedFileAs,
  followName,
  nameParts,
  storedFileAs,
  storeFileAs,
  type FileAsOrder,
} from './names.js';
import { readPicture, writePicture } from './picture.js';
import { organization, plainProperties } from './plain-properties.js';
import { slotParts } from './slots.js';
import { VCard } from './vcard.js';

const PRODID = '-//Godwit//ActiveSync gateway//EN';

/** Where the texts of a contact stand in a card; FileAs is made of them. */
const parts: readonly Part[] = [nameParts, organization, addresses, ...slotParts, ...plainProperties];

function readTexts(card: VCard): Texts {
  return Object.assign({}, ...parts.map((part) => part.read(card))) as Texts;
}

function noteOf(card: VCard): ItemText | null {
  const notes = card.all('NOTE').map((line) => card.longText(line).trimEnd());
  const text = notes.filter((note) => note !== '').join('\n\n');
  return text === '' ? null : { type: 1, text };
}

function readContact(text: string, { view }: ReadContext, order: FileAsOrder): ContactsItem {
  const card = VCard.parse(text);
  const texts = readTexts(card);
  const fileAs = storedFileAs(card) ?? computedFileAs(texts, order);
  const categories = readCategories(card);
  const children = readChildren(card);
  const birthday = readDay(card, 'Birthday', view.birthdays);
  const anniversary = readDay(card, 'Anniversary', view.birthdays);
  const picture = readPicture(card);
  return {
    ...texts,
    ...(fileAs !== '' ? { FileAs: fileAs } : {}),
    ...(birthday ? { Birthday: birthday } : {}),
    ...(anniversary ? { Anniversary: anniversary } : {}),
    ...(categories.length > 0 ? { Categories: { Category: categories } } : {}),
    ...(children.length > 0 ? { Children: { Child: children } } : {}),
    ...(picture ? { Picture: picture } : {}),
    Body: itemBody(noteOf(card), view),
  };
}

/** What a phone's silence about an element does. */
const cleared = (element: string, manner: ChangeManner): boolean =>
  whenOmitted('Contacts', qualified(element), manner) === 'cleared';

/** What the phone wants an element to be: a text, undefined for none. */
function wantedText(
  element: TextElement,
  data: ContactsData,
  before: Texts,
  manner: ChangeManner,
): string | undefined {
  const given = data[element];
  if (given === undefined) return cleared(element, manner) ? undefined : before[element];
  const text = said(element.startsWith('Email') ? mailAddress(given) : given);
  return text === '' ? undefined : text;
}

/** Outlook gives `"Name" <address>`; a vCard has the address alone. */
const mailAddress = (text: string): string =>
  /^[^<>]*<([^<>\s]+@[^<>\s]+)>\s*$/.exec(text.slice(0, 2000))?.[1] ?? text;

/** Works what a phone says into the card; what it does not say was decided before it comes here. */
function workIn(card: VCard, data: ContactsData, manner: ChangeManner, order: FileAsOrder): void {
  const before = readTexts(card);
  for (const part of parts) {
    const wanted: Texts = {};
    for (const element of part.elements) {
      const text = wantedText(element, data, before, manner);
      if (text !== undefined) wanted[element] = text;
    }
    if (part.elements.some((element) => wanted[element] !== before[element]))
      part.write(card, wanted, before);
  }
  fileAway(card, data, before, manner, order);
  for (const element of ['Birthday', 'Anniversary'] as const) setDay(card, element, data[element], manner);
  setLists(card, data, manner);
  setPicture(card, data.Picture, manner);
  setNote(card, data.Body);
}

/** FileAs and FN follow the name. */
function fileAway(
  card: VCard,
  data: ContactsData,
  before: Texts,
  manner: ChangeManner,
  order: FileAsOrder,
): void {
  const after = readTexts(card);
  const stored = storedFileAs(card);
  const wasShown = stored ?? computedFileAs(before, order);
  const given = data.FileAs === undefined ? null : said(data.FileAs);
  if (given === null) {
    if (stored !== null && cleared('FileAs', manner)) storeFileAs(card, null);
  } else if (given === stored) {
    // Evolution also keeps what is computed; its line stays until it is that of another name.
    const computed = computedFileAs(before, order);
    if (stored === computed && computedFileAs(after, order) !== computed) storeFileAs(card, null);
  } else if (given === '' || given === computedFileAs(after, order)) {
    storeFileAs(card, null);
  } else if (stored !== null || given !== wasShown) {
    // What a phone was told and only repeats is still for us to compute.
    storeFileAs(card, given);
  }
  followName(card, before, given === null ? after : { ...after, FileAs: given });
}

function setDay(
  card: VCard,
  element: DayElement,
  given: Date | null | undefined,
  manner: ChangeManner,
): void {
  if (given !== undefined) writeDay(card, element, given, manner.birthdays);
  // Nothing is taken away that no phone was shown (a day in words).
  else if (cleared(element, manner)) writeDay(card, element, null);
}

function setLists(card: VCard, data: ContactsData, manner: ChangeManner): void {
  if (data.Categories !== undefined) writeCategories(card, data.Categories.Category ?? []);
  else if (cleared('Categories', manner)) writeCategories(card, []);
  if (data.Children !== undefined) writeChildren(card, data.Children.Child ?? []);
  else if (cleared('Children', manner)) writeChildren(card, []);
}

function setPicture(card: VCard, given: Uint8Array | null | undefined, manner: ChangeManner): void {
  // MS-ASCMD 2.2.3.24: a picture that is left out stays, in every version.
  if (given === undefined) return;
  const isEmpty = given === null || given.length === 0;
  if (isEmpty && manner.emptyPictureKeeps === true) return;
  writePicture(card, given);
}

function setNote(card: VCard, body: ContactsData['Body']): void {
  const changed = changedText(noteOf(card), body);
  if (!changed) return;
  const text = asPlain(changed);
  const [first, ...others] = card.all('NOTE');
  for (const line of others) card.remove(line);
  if (text !== '') card.setText(first ?? card.add('NOTE'), text);
  else if (first) card.remove(first);
}

function applied(text: string, data: ContactsData, { manner }: WriteContext, order: FileAsOrder): string {
  const card = VCard.parse(text);
  workIn(card, data, manner, order);
  return card.toString();
}

function created(data: ContactsData, uid: string, { manner, now }: WriteContext, order: FileAsOrder): string {
  const card = VCard.empty();
  card.setText(card.add('PRODID'), PRODID);
  card.setText(card.add('UID'), uid);
  // RFC 2426 3.1.1, 3.1.2: both must be there.
  card.setText(card.add('FN'), '');
  card.add('N').setValue(';;;;');
  workIn(card, data, { ...manner, keepsOmitted: true }, order);
  card.setText(card.add('REV'), now.toISOString().replace(/\.\d+/, ''));
  return card.toString();
}

/** Properties in which nobody searches for words. */
const wordless = new Set([
  'PHOTO',
  'LOGO',
  'SOUND',
  'KEY',
  'UID',
  'REV',
  'PRODID',
  'VERSION',
  'GEO',
  'X-ABLABEL',
  'X-ABADR',
]);
/** No more of one property is looked through. */
const longestWords = 32 * 1024;

function wordsOf(text: string): string {
  const card = VCard.parse(text);
  const texts = card.properties
    .filter(({ name }) => !wordless.has(name))
    .map((line) => card.text(line).slice(0, longestWords));
  return texts
    .join('\n')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/**
 * Between vCards and contacts. vCard 2.1, 3.0 and 4.0 are read and written in their own version; new cards are 3.0, which every
 * program reads. A property changes only if the phone says something else than it was shown.
 */
export const contactCodecFor = (order: FileAsOrder): ItemCodec<'Contacts'> => ({
  itemClass: 'Contacts',
  suffix: '.vcf',
  contentType: 'text/vcard; charset=utf-8',
  surveys: false,
  survey: () => ({ day: null, occurrences: null }),
  read: (text, context) => readContact(text, context, order),
  create: (data, uid, context) => ({ text: created(data, uid, context, order), files: [] }),
  apply: (text, data, context) => ({ text: applied(text, data, context, order), files: [] }),
  words: wordsOf,
  uidOf(text) {
    const card = VCard.parse(text);
    const line = card.first('UID');
    return line ? card.text(line).trim() || null : null;
  },
});

/** Contacts filed under their last names, as Exchange has them. */
export const contactCodec = contactCodecFor('last-first');
