import { put, shown, type Part, type TextElement, type Texts } from './elements.js';
import type { VCard } from './vcard.js';

/** How a contact is filed where nobody says it (trap 98). */
export type FileAsOrder = 'last-first' | 'first-last';

/** Components of N (RFC 6350 6.2.2). */
const components: readonly TextElement[] = ['LastName', 'FirstName', 'MiddleName', 'Title', 'Suffix'];

/** The parts of a name. A card without N is split at the last blank of FN, unless it is a company's. */
export const nameParts: Part = {
  elements: components,
  read(card) {
    const texts: Texts = {};
    const line = card.first('N');
    if (line) components.forEach((element, index) => put(texts, element, shown(card.component(line, index))));
    else if (!card.first('ORG')) Object.assign(texts, guessed(card));
    return texts;
  },
  write(card, wanted, before) {
    const line = card.first('N') ?? card.add('N');
    const isNew = line.value === '';
    const changed = new Map(
      components
        .map((element, index) => [element, index] as const)
        .filter(([element]) => isNew || wanted[element] !== before[element])
        .map(([element, index]) => [index, wanted[element] ?? ''] as const),
    );
    card.setComponents(line, changed);
  },
};

function guessed(card: VCard): Texts {
  const words = (formattedName(card) ?? '').trim().split(/\s+/);
  const texts: Texts = {};
  put(texts, 'LastName', shown(words.length > 1 ? words.at(-1)! : ''));
  put(texts, 'FirstName', shown(words.length > 1 ? words.slice(0, -1).join(' ') : words[0]!));
  return texts;
}

export function formattedName(card: VCard): string | null {
  const line = card.first('FN');
  return line ? shown(card.text(line)) : null;
}

const joined = (...words: readonly (string | undefined)[]): string =>
  words.filter((word) => word !== undefined && word.trim() !== '').join(' ');

/** What else names somebody without a name. */
const fallback = (texts: Texts): string =>
  texts.CompanyName ?? texts.NickName ?? texts.Email1Address ?? anyNumber(texts) ?? '';

const anyNumber = (texts: Texts): string | undefined =>
  texts.MobilePhoneNumber ?? texts.HomePhoneNumber ?? texts.BusinessPhoneNumber ?? texts.IMAddress;

/** How the contact is filed by its other properties: `Last, First Middle`. */
export function computedFileAs(texts: Texts, order: FileAsOrder): string {
  const given = joined(texts.FirstName, texts.MiddleName);
  const last = texts.LastName ?? '';
  if (order === 'first-last') return joined(given, last) || fallback(texts);
  return [last, given].filter((name) => name.trim() !== '').join(', ') || fallback(texts);
}

/** Ways in which programs write FN; the first is ours. */
const formats: readonly ((texts: Texts) => string)[] = [
  (texts) => joined(texts.Title, texts.FirstName, texts.MiddleName, texts.LastName, texts.Suffix),
  (texts) => joined(texts.FirstName, texts.MiddleName, texts.LastName),
  (texts) => joined(texts.FirstName, texts.LastName),
  (texts) => [texts.LastName, joined(texts.FirstName, texts.MiddleName)].filter(Boolean).join(', '),
  (texts) => joined(texts.LastName, texts.FirstName),
];

/**
 * Lets FN follow a changed name, written as it was written before. A name somebody chose (`Mom`) stays while what it could
 * be made of stays.
 */
export function followName(card: VCard, before: Texts, after: Texts): void {
  const old = formattedName(card);
  const line = card.first('FN');
  const named = components.some((element) => before[element] !== undefined);
  const changed = components.some((element) => before[element] !== after[element]);
  // A card of nobody (a company's, or broken) has the name of what else changed.
  const isFallback = line !== undefined && !named && (old === null || old === fallback(before));
  const follows = changed || (isFallback && fallback(before) !== fallback(after));
  if (!follows) return;
  const format = formats.find((candidate) => candidate(before) === old) ?? formats[0]!;
  const name = format(after) || after.FileAs || fallback(after) || (old ?? 'Unnamed');
  if (name !== old) card.setText(line ?? card.add('FN'), name);
}

/** Kept apart only if it is not what the other properties make it. */
const FILE_AS = 'X-EVOLUTION-FILE-AS';

export function storedFileAs(card: VCard): string | null {
  const line = card.first(FILE_AS);
  return line ? shown(card.text(line)) : null;
}

/** `fileAs` null: nobody says it. */
export function storeFileAs(card: VCard, fileAs: string | null): void {
  const line = card.first(FILE_AS);
  if (fileAs === storedFileAs(card)) return;
  if (fileAs !== null) card.setText(line ?? card.add(FILE_AS), fileAs);
  else if (line) card.remove(line);
}
