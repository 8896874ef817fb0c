import type { View } from '#backend';
import type { ContentLine } from './content-line.js';
import type { VCard } from './vcard.js';

export type DayElement = 'Birthday' | 'Anniversary';

/** How a kind of phone writes a day as a time; see View. */
type Manner = NonNullable<View['birthdays']>;

const plain: Manner = { hour: 0, localMidnight: false };
const dayLength = 86_400_000;

/** What stands for the year of a day without one; Apple's choice, a leap year. */
const YEARLESS = 1604;

const names: Readonly<Record<DayElement, readonly string[]>> = {
  Birthday: ['BDAY'],
  // vCard 3.0 has no word for it, and every program its own.
  Anniversary: [
    'X-ANNIVERSARY',
    'ANNIVERSARY',
    'X-EVOLUTION-ANNIVERSARY',
    'X-KADDRESSBOOK-X-ANNIVERSARY',
    'X-MS-ANNIVERSARY',
  ],
};

function find(card: VCard, element: DayElement): ContentLine | undefined {
  return (
    card.first(...names[element]) ??
    (element === 'Anniversary'
      ? card.all('X-ABDATE').find((line) => card.labelOf(line) === 'anniversary')
      : undefined)
  );
}

/** The day as milliseconds of its UTC midnight; null if there is none that can be told. */
function storedDay(card: VCard, element: DayElement): number | null {
  const line = find(card, element);
  return line ? parseDay(card.text(line).trim()) : null;
}

/** `1985-04-12`, `19850412`, either with a time behind it; `--04-12`, `--0412` without a year (RFC 6350 4.3.1). */
function parseDay(text: string): number | null {
  const parts = /^(?:(\d{4})|--)-?(\d\d)-?(\d\d)(?:$|[T ])/.exec(text);
  if (!parts) return null;
  const [year, month, day] = [parts[1] ?? YEARLESS, parts[2], parts[3]].map(Number) as [
    number,
    number,
    number,
  ];
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  // Date.UTC takes the years 0 to 99 for others.
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? time
    : null;
}

/** A day in the clothes of a time (trap 97); null if there is none. */
export function readDay(card: VCard, element: DayElement, manner: Manner = plain): Date | null {
  const day = storedDay(card, element);
  return day === null ? null : new Date(day + manner.hour * 3_600_000);
}

/** The day a phone means by a time. */
function dayOf(time: Date, { localMidnight }: Manner): number {
  const at = time.getTime();
  // Noon is the day's own: a phone that was told noon may send it back.
  return (localMidnight ? Math.ceil(at / dayLength - 0.5) : Math.floor(at / dayLength)) * dayLength;
}

/** Writes the day a phone gave, or takes it away; one that did not change keeps its letters, without a year or with a time. */
export function writeDay(card: VCard, element: DayElement, time: Date | null, manner: Manner = plain): void {
  const stored = storedDay(card, element);
  const day = time === null ? null : dayOf(time, manner);
  if (day === stored) return;
  const line = find(card, element);
  if (day === null) {
    if (line) card.remove(line);
    return;
  }
  const target = line ?? card.add(newHead(card, element));
  target.setParameter('X-APPLE-OMIT-YEAR', null);
  if (target.parameter('value').length > 0 && card.version !== '4.0') target.setParameter('VALUE', 'date');
  else if (target.parameter('value').length > 0) target.setParameter('VALUE', null);
  target.setValue(dayText(day, card.version));
}

function newHead(card: VCard, element: DayElement): string {
  const name = element === 'Birthday' ? 'BDAY' : card.version === '4.0' ? 'ANNIVERSARY' : 'X-ANNIVERSARY';
  return card.version === '3.0' ? `${name};VALUE=date` : name;
}

/** RFC 6350 4.3.1 has no dashes, RFC 2426 3.1.5 has. */
function dayText(day: number, version: string): string {
  const text = new Date(day).toISOString().slice(0, 10);
  return version === '3.0' ? text : text.replace(/-/g, '');
}
