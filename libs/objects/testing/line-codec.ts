import { BackendError } from '#backend';
import { MalformedText, type Horizon, type ItemCodec } from '#formats';

const millisecondsPerDay = 86_400_000;
const lineEnd = '\r\n';

/** Lines of a text; folded ones are not known here. Throws MalformedText without a beginning and an end. */
function linesOf(text: string): string[] {
  if (!text.startsWith('BEGIN:VCALENDAR') || !text.includes('END:VCALENDAR')) {
    throw new MalformedText('it has no beginning and no end');
  }
  return text.split(lineEnd);
}

/** Value of the first line of this name, whatever parameters it has. */
const valueOf = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}(?:;[^:\\r\\n]*)?:([^\\r\\n]*)`, 'm').exec(text)?.[1];

const dateOf = (value: string): Date =>
  new Date(value.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?$/, '$1-$2-$3T$4:$5:$6Z'));

/** Starts of a series, of which X-STARTS has a list, or a rule with several months. */
function startsOf(text: string, { from, to }: Horizon): Date[] | null {
  const listed = valueOf(text, 'X-STARTS')?.split(',').map(dateOf);
  const months = /BYMONTH=([\d,]+)/.exec(text)?.[1]?.split(',').map(Number);
  if (!listed && !months) return null;
  const first = dateOf(valueOf(text, 'DTSTART') ?? '19700101T000000Z');
  const all = listed ?? [];
  for (let year = from.getUTCFullYear(); months && year <= to.getUTCFullYear(); year++) {
    for (const month of months) {
      const start = new Date(first);
      start.setUTCFullYear(year, month - 1);
      if (start >= first) all.push(start);
    }
  }
  return all.filter((start) => start >= from && start < to);
}

/**
 * The simplest codec that does what is asked of one, so that tests of objects stand on their own: it knows SUMMARY, DTEND as
 * the day, a list of starts, and one file, and keeps all other lines.
 */
export const lineCodec: ItemCodec<'Calendar'> = {
  itemClass: 'Calendar',
  suffix: '.ics',
  contentType: 'text/calendar; charset=utf-8',
  surveys: true,
  survey: (text, horizon) => {
    linesOf(text);
    const end = valueOf(text, 'DTEND');
    const day = end === undefined ? null : Math.floor(dateOf(end).getTime() / millisecondsPerDay);
    return { day, occurrences: startsOf(text, horizon) };
  },
  read: (text, { occurrence }) => {
    linesOf(text);
    const Subject = valueOf(text, 'SUMMARY') ?? '';
    if (occurrence !== null) return { Subject, StartTime: occurrence };
    if (valueOf(text, 'ATTACH') === undefined) return { Subject };
    return { Subject, Attachments: { Attachment: [{ FileReference: '1' }] } };
  },
  create: ({ Subject = '', EndTime }, uid) => ({
    text: [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      `SUMMARY:${Subject}`,
      ...(EndTime ? [`DTEND:${EndTime.toISOString().replace(/[-:]|\.\d+/g, '')}`] : []),
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join(lineEnd),
    files: [],
  }),
  apply: (text, { Subject }) => {
    const lines = linesOf(text);
    const changed = lines.map((line) =>
      Subject !== undefined && line.startsWith('SUMMARY:') ? `SUMMARY:${Subject}` : line,
    );
    return { text: changed.join(lineEnd), files: [] };
  },
  withoutOccurrence: (text, instance) => {
    const lines = linesOf(text);
    const left = lines.filter((line) => line !== `X-INSTANCE:${instance.toISOString()}`);
    if (left.length === lines.length) throw new BackendError('gone', 'there is no such occurrence');
    return left.join(lineEnd);
  },
  openFile: (text, part) => {
    const value = part === '1' ? valueOf(text, 'ATTACH') : undefined;
    if (value === undefined) return null;
    const file = { name: 'a.txt', contentType: 'text/plain' };
    if (value.startsWith('https:')) return { ...file, url: value };
    return { ...file, bytes: Buffer.from(value, 'base64') };
  },
  words: (text) => (valueOf(text, 'SUMMARY') ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase(),
  uidOf: (text) => valueOf(text, 'UID') ?? null,
};
