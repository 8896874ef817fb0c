/** A span of days since 1970-01-01, UTC; `end` is the day after it. */
export interface Days {
  readonly start: number;
  readonly end: number;
}

const DAY = 86_400_000;

const dayOf = (year: number, month: number, day: number): number => Date.UTC(year, month, day) / DAY;

const span = (start: number, length = 1): Days => ({ start, end: start + length });

/** From one first of a month to another. */
const months = (year: number, month: number, count: number): Days => ({
  start: dayOf(year, month, 1),
  end: dayOf(year, month + count, 1),
});

/** The words of MS-KQL 2.1.6.2; weeks begin on Monday (ISO 8601). */
const named: Readonly<Record<string, (now: Date, today: number) => Days>> = {
  today: (_, today) => span(today),
  yesterday: (_, today) => span(today - 1),
  tomorrow: (_, today) => span(today + 1),
  'this week': (_, today) => span(monday(today), 7),
  'last week': (_, today) => span(monday(today) - 7, 7),
  'this month': (now) => months(now.getUTCFullYear(), now.getUTCMonth(), 1),
  'last month': (now) => months(now.getUTCFullYear(), now.getUTCMonth() - 1, 1),
  'this year': (now) => months(now.getUTCFullYear(), 0, 12),
  'last year': (now) => months(now.getUTCFullYear() - 1, 0, 12),
};

/** 1970-01-01 was a Thursday. */
const monday = (day: number): number => day - ((day + 3) % 7);

/** The day of a date that exists; the 30th of February does not. */
function dayInCalendar(year: string, month: string, day: string): Days | null {
  const start = dayOf(Number(year), Number(month) - 1, Number(day));
  const date = new Date(start * DAY);
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists && Number(year) >= 1900 ? span(start) : null;
}

const forms: readonly [RegExp, (found: readonly string[]) => Days | null][] = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})(?:T[\d:.]*Z?)?$/i, ([y, m, d]) => dayInCalendar(y!, m!, d!)],
  // As written in the United States, which is what KQL takes slashes for; dots are German.
  [/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, ([m, d, y]) => dayInCalendar(y!, m!, d!)],
  [/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, ([d, m, y]) => dayInCalendar(y!, m!, d!)],
  [
    /^(\d{4})-(\d{1,2})$/,
    ([y, m]) => (dayInCalendar(y!, m!, '1') ? months(Number(y), Number(m) - 1, 1) : null),
  ],
  [/^(\d{4})$/, ([y]) => (Number(y) >= 1900 ? months(Number(y), 0, 12) : null)],
];

/** The days a date speaks of: `2026-01-02`, `1/2/2026`, `2026`, `today`, `last week`, ...; null for anything else. */
export function daysOf(text: string, now: number): Days | null {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const today = Math.floor(now / DAY);
  if (Object.hasOwn(named, words)) return named[words]!(new Date(now), today);
  for (const [form, read] of forms) {
    const match = form.exec(words);
    if (match) return read(match.slice(1));
  }
  return null;
}
