import type { CalendarObject, CalendarStore } from '#backend';
import { readSchedulingMessage } from '#formats';
import { processMessage } from './process-mail.js';

const ics = (method: string | null, lines: readonly string[], more: readonly string[] = []): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...(method ? [`METHOD:${method}`] : []),
    'BEGIN:VEVENT',
    'UID:u1',
    'DTSTART:20261201T090000Z',
    'DTEND:20261201T100000Z',
    'SUMMARY:Plan',
    ...lines,
    'END:VEVENT',
    ...more,
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const stamp = (day: number): string => `DTSTAMP:202611${String(day).padStart(2, '0')}T000000Z`;

let text: string | null;
let writes: number;
beforeEach(() => {
  text = null;
  writes = 0;
});
const object = (): CalendarObject[] => (text === null ? [] : [{ folder: 'f', id: 'i', version: '1', text }]);
const calendars: CalendarStore = {
  kind: 'memory',
  folders: async () => [
    {
      path: 'f',
      parent: null,
      name: 'f',
      itemClass: 'Calendar',
      role: 'default',
      identity: null,
      selectable: true,
      readOnly: false,
    },
  ],
  changes: async () => ({ changed: [], removed: [], cursor: '', more: false }),
  async *read() {
    // Nobody reads.
  },
  watch: async () => ({ close: async () => undefined }),
  close: async () => undefined,
  findByUid: async () => object(),
  calendarObject: async () => object()[0] ?? null,
  putCalendarObject: async (_folder, written) => {
    text = written;
    writes++;
    return { id: 'i', version: '2', day: null, altered: false, files: [] };
  },
  deleteCalendarObject: async () => {
    text = null;
  },
  schedulesItself: async () => false,
  async *textsDuring() {
    // Nobody asks.
  },
};
const process = (message: string, from: string) =>
  processMessage(calendars, readSchedulingMessage(message, '')!, {
    from,
    owner: { identities: [{ address: 'ada@example.org', displayName: null }] },
    at: new Date('2026-11-20T00:00:00Z'),
  });

describe('an answer', () => {
  const own = [
    'SEQUENCE:2',
    stamp(1),
    'ORGANIZER:mailto:ada@example.org',
    'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:Bob@example.net',
    'X-KEPT;X-P=2:y',
  ];
  const reply = (status: string, day: number, more: readonly string[] = ['SEQUENCE:2']): string =>
    ics('REPLY', [stamp(day), ...more, `ATTENDEE;PARTSTAT=${status}:mailto:bob@example.net`]);
  beforeEach(() => void (text = ics(null, own)));
  const status = () => /PARTSTAT=([A-Z]+)/.exec(text!.replace(/\r\n /g, ''))?.[1];

  it('is noted with its attendee, all else stays, and once more changes nothing', async () => {
    expect(await process(reply('ACCEPTED', 5), 'BOB@example.net')).toBe('applied');
    expect(status()).toBe('ACCEPTED');
    expect(text).toContain('X-KEPT;X-P=2:y');
    expect(await process(reply('ACCEPTED', 5), 'bob@example.net')).toBe('nothing-new');
    expect(writes).toBe(1);
  });

  it('that comes after a later one, or answers an older question, is passed over', async () => {
    await process(reply('DECLINED', 6), 'bob@example.net');
    expect(await process(reply('ACCEPTED', 5), 'bob@example.net')).toBe('nothing-new');
    expect(await process(reply('ACCEPTED', 9, ['SEQUENCE:1']), 'bob@example.net')).toBe('nothing-new');
    expect(status()).toBe('DECLINED');
  });

  it('in another’s name, or of somebody who was not invited, is not believed', async () => {
    expect(await process(reply('ACCEPTED', 5), 'eve@example.net')).toBe('not-believed');
    const eve = reply('ACCEPTED', 5).replace('bob@', 'eve@');
    expect(await process(eve, 'eve@example.net')).toBe('nothing-new');
    expect(writes).toBe(0);
  });

  it('about one occurrence makes an exception of it', async () => {
    text = ics(null, [...own, 'RRULE:FREQ=DAILY;COUNT=5']);
    const about = ['SEQUENCE:2', 'RECURRENCE-ID:20261203T090000Z'];
    expect(await process(reply('DECLINED', 5, about), 'bob@example.net')).toBe('applied');
    expect(text).toMatch(/RECURRENCE-ID:20261203T090000Z/);
    expect(text.match(/PARTSTAT=DECLINED/g)).toHaveLength(1);
    expect(text.match(/PARTSTAT=NEEDS-ACTION/g)).toHaveLength(1);
  });

  it('that proposes another time leaves the meeting where it is', async () => {
    const counter = reply('TENTATIVE', 5).replace('REPLY', 'COUNTER').replace('T090000Z', 'T080000Z');
    expect(await process(counter, 'bob@example.net')).toBe('applied');
    expect(text).toContain('DTSTART:20261201T090000Z');
    expect(text!.replace(/\r\n /g, '')).toContain('20261201T080000Z');
  });
});

describe('a cancellation or an update', () => {
  const invited = [
    'SEQUENCE:2',
    stamp(1),
    'ORGANIZER:mailto:bob@example.net',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org',
  ];
  const said = (method: string, sequence: number, ...more: string[]): string =>
    ics(method, [...invited.slice(1), `SEQUENCE:${sequence}`, ...more]);
  beforeEach(() => void (text = ics(null, invited)));

  it('of the organizer is worked in; of anybody else it is not', async () => {
    expect(await process(said('CANCEL', 3), 'eve@example.net')).toBe('not-believed');
    expect(text).not.toContain('CANCELLED');
    expect(await process(said('CANCEL', 3), 'bob@example.net')).toBe('applied');
    expect(text).toContain('STATUS:CANCELLED');
    expect(await process(said('CANCEL', 3), 'bob@example.net')).toBe('nothing-new');
  });

  it('by an organizer who is named by a principal, in capitals, or by somebody who sends for him', async () => {
    const names = [
      'ORGANIZER;EMAIL=Bob@example.net:/principals/users/bob/',
      'ORGANIZER:MAILTO:BOB@EXAMPLE.NET',
      'ORGANIZER;SENT-BY="mailto:bob@example.net":mailto:boss@example.net',
    ];
    for (const name of names) {
      text = ics(null, [name, ...invited.filter((line) => !line.startsWith('ORGANIZER'))]);
      expect(await process(said('CANCEL', 3), 'eve@example.net')).toBe('not-believed');
      expect(await process(said('CANCEL', 3), 'bob@example.net')).toBe('applied');
    }
  });

  it('of the same SEQUENCE is worked in if it was made later (RFC 5546 2.1.5)', async () => {
    expect(await process(said('CANCEL', 2).replace('20261101T', '20261031T'), 'bob@example.net')).toBe(
      'nothing-new',
    );
    expect(await process(said('CANCEL', 2).replace('20261101T', '20261102T'), 'bob@example.net')).toBe(
      'applied',
    );
  });

  it('of words alone keeps the user’s answer; to another time it asks for one', async () => {
    expect(await process(said('REQUEST', 3, 'LOCATION:Room 1'), 'bob@example.net')).toBe('applied');
    expect(text).toMatch(/PARTSTAT=ACCEPTED[^]*LOCATION:Room 1/);
    const moved = said('REQUEST', 4).replace('T100000Z', 'T110000Z').replace('ACCEPTED', 'NEEDS-ACTION');
    expect(await process(moved, 'bob@example.net')).toBe('applied');
    expect(text).toContain('PARTSTAT=NEEDS-ACTION');
    expect(await process(said('REQUEST', 3), 'bob@example.net')).toBe('nothing-new');
  });

  it('of an occurrence takes it out of the series', async () => {
    text = ics(null, [...invited, 'RRULE:FREQ=DAILY;COUNT=5']);
    const cancel = said('CANCEL', 3, 'RECURRENCE-ID:20261202T090000Z');
    expect(await process(cancel, 'bob@example.net')).toBe('applied');
    expect(text).toContain('EXDATE:20261202T090000Z');
    expect(await process(cancel, 'bob@example.net')).toBe('nothing-new');
  });

  it('a new invitation waits for the user: no calendar has it', async () => {
    text = null;
    expect(await process(said('REQUEST', 1), 'bob@example.net')).toBe('not-known');
    expect(writes).toBe(0);
  });
});
