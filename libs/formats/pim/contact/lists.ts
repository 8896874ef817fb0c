import { said, shown } from './elements.js';
import { relatedLines } from './plain-properties.js';
import type { ContentLine } from './content-line.js';
import type { VCard } from './vcard.js';

/** Most entries ActiveSync takes (MS-ASCNTC 2.2.2.20, 2.2.2.22). */
const most = 300;

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

const told = (values: readonly string[]): string[] =>
  values.map((value) => shown(value)).filter((value) => value !== null);

const categoryLines = (card: VCard): ContentLine[] => card.all('CATEGORIES').filter(({ isShort }) => isShort);

/** Categories, of all lines that have some. */
export const readCategories = (card: VCard): string[] =>
  told(categoryLines(card).flatMap((line) => card.list(line))).slice(0, most);

export function writeCategories(card: VCard, wanted: readonly string[]): void {
  const before = readCategories(card);
  const values = wanted.map(said).filter((value) => value !== '');
  if (same(values, before)) return;
  const lines = categoryLines(card);
  const all = told(lines.flatMap((line) => card.list(line)));
  // What is beyond the phone's 300 it never saw.
  const after = [...values, ...all.slice(most)];
  for (const line of lines.slice(after.length > 0 ? 1 : 0)) card.remove(line);
  if (after.length > 0) card.setList(lines[0] ?? card.add('CATEGORIES'), after);
}

/** vCard 4.0 has RELATED, Apple its own, and for the rest nobody has a word. */
const CHILD = 'X-ACTIVESYNC-CHILD';

const childLines = (card: VCard): ContentLine[] =>
  [
    ...card.all(CHILD),
    ...relatedLines(card, 'child'),
    ...card.all('X-ABRELATEDNAMES').filter((line) => /^(?:child|son|daughter)$/.test(card.labelOf(line))),
  ].filter((line) => shown(card.text(line)) !== null);

export const readChildren = (card: VCard): string[] =>
  told(childLines(card).map((line) => card.text(line))).slice(0, most);

export function writeChildren(card: VCard, wanted: readonly string[]): void {
  const values = wanted.map(said).filter((value) => value !== '');
  if (same(values, readChildren(card))) return;
  const lines = childLines(card).slice(0, most);
  values.forEach((value, index) => {
    const line = lines[index] ?? card.add(card.version === '4.0' ? 'RELATED;TYPE=child;VALUE=text' : CHILD);
    if (shown(card.text(line)) !== value) card.setText(line, value);
  });
  for (const line of lines.slice(values.length)) card.remove(line);
}
