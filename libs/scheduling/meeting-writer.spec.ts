import { BackendError, type CalendarObject, type ItemChange, type WrittenItem } from '#backend';
import { isScheduledByServer, type OutgoingScheduling } from '#formats';
import { MeetingWriter, type Intentions } from './meeting-writer.js';

const meeting = (...lines: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:u1',
    'SEQUENCE:3',
    'DTSTAMP:20261101T000000Z',
    'DTSTART:20261201T090000Z',
    'DTEND:20261201T100000Z',
    'SUMMARY:Plan',
    'ORGANIZER:mailto:ada@example.org',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const bob = 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.net';
const carol = 'ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:carol@example.net';

/** A calendar of one event; what is written is the text a change carries as its Subject. */
class OneEvent {
  readonly kind = 'memory';
  text: string | null = null;
  version = 0;
  folders = async () => [];
  changes = async () => ({ changed: [], removed: [], cursor: '', more: false });
  async *read() {
    // Nobody reads.
  }
  watch = async () => ({ close: async () => undefined });
  close = async () => undefined;
  findByUid = async () => [];
  schedulesItself = async () => false;
  async *textsDuring() {
    // Nobody asks.
  }
  calendarObject = async (): Promise<CalendarObject | null> =>
    this.text === null ? null : { folder: 'f', id: 'i', version: String(this.version), text: this.text };
  putCalendarObject = async (_folder: string, text: string) => this.store(text);
  deleteCalendarObject = async () => undefined;
  createItem = async (_folder: string, change: ItemChange) => this.store(textOf(change));
  changeItem = async (_folder: string, _id: string, change: ItemChange) => this.store(textOf(change));
  deleteOccurrence = async () => this.store(this.text ?? '');
  deleteItems = async () => {
    this.text = null;
    return { failed: [] };
  };

  private store(text: string): WrittenItem {
    this.text = text;
    this.version++;
    return { id: 'i', version: String(this.version), day: null, altered: false, files: [] };
  }
}

const textOf = (change: ItemChange): string =>
  change.itemClass === 'Calendar' ? (change.data.Subject ?? '') : '';
const changeTo = (Subject: string): ItemChange => ({
  itemClass: 'Calendar',
  data: { Subject },
  manner: { protocolVersion: 161, supported: null },
  instance: null,
});
const expected = { version: null, winner: 'server' } as const;

let backend: OneEvent;
let sent: { message: OutgoingScheduling; key: string }[];
let down: boolean;
let notes: Map<string, string | null>;
let crash: boolean;
let serverTells: boolean;
beforeEach(() => {
  backend = new OneEvent();
  sent = [];
  down = false;
  crash = false;
  serverTells = false;
  notes = new Map();
});

const intentions: Intentions = {
  begin: async (key, before) => {
    if (!notes.has(key)) notes.set(key, before);
    return notes.get(key) ?? null;
  },
  end: async (key) => void notes.delete(key),
};
const writer = () =>
  new MeetingWriter(backend, {
    owner: { identities: [{ address: 'Ada@example.org', displayName: null }] },
    intentions,
    send: async (message, key) => {
      if (crash) throw new Error('the process died');
      if (down) throw new BackendError('unavailable', 'down');
      if (!sent.some((one) => one.key === key)) sent.push({ message, key });
    },
    now: () => new Date('2026-11-20T00:00:00Z'),
    isServers: (text) => serverTells && isScheduledByServer(text),
  }).told;
const told = () => sent.map(({ message }) => `${message.method} ${message.to.join(' ')}`);

it('a new meeting is told to all but the organizer, an appointment to nobody', async () => {
  await writer().createItem('f', changeTo(meeting(bob, carol)), 'n');
  expect(told()).toEqual(['REQUEST bob@example.net carol@example.net']);
  expect(sent[0]?.message.text).toContain('METHOD:REQUEST');
  sent = [];
  await writer().createItem('f', changeTo(meeting()), 'n2');
  expect(told()).toEqual([]);
});

it('another time asks everybody anew, with a higher SEQUENCE, which is kept', async () => {
  backend.text = meeting(bob, carol);
  await writer().changeItem(
    'f',
    'i',
    changeTo(meeting(bob, carol).replace('T100000Z', 'T113000Z')),
    expected,
  );
  expect(told()).toEqual(['REQUEST bob@example.net carol@example.net']);
  expect(sent[0]?.message.text).toContain('SEQUENCE:4');
  expect(backend.text).toContain('SEQUENCE:4');
});

it('who is added is invited, who is left out is told so; the others hear nothing', async () => {
  backend.text = meeting(bob);
  await writer().changeItem('f', 'i', changeTo(meeting(bob, carol)), expected);
  await writer().changeItem('f', 'i', changeTo(meeting(carol)), expected);
  expect(told()).toEqual(['REQUEST carol@example.net', 'CANCEL bob@example.net']);
  expect(sent[1]?.message.text).not.toContain('STATUS:CANCELLED');
});

it('of a meeting that the server tells of already, nobody hears twice', async () => {
  serverTells = true;
  backend.text = meeting(bob);
  await writer().changeItem('f', 'i', changeTo(meeting(bob).replace('Plan', 'New plan')), expected);
  await writer().deleteItems('f', ['i']);
  expect(told()).toEqual([]);
  await writer().createItem('f', changeTo(meeting(bob)), 'n');
  expect(told()).toEqual(['REQUEST bob@example.net']);
});

it('a reminder of the organizer is nobody’s concern', async () => {
  backend.text = meeting(bob);
  const alarm = ['BEGIN:VALARM', 'TRIGGER:-PT5M', 'ACTION:DISPLAY', 'END:VALARM'];
  await writer().changeItem('f', 'i', changeTo(meeting(bob, ...alarm)), expected);
  expect(told()).toEqual([]);
});

it('an occurrence that is taken out is cancelled by itself; a deleted meeting as a whole', async () => {
  backend.text = meeting(bob, 'RRULE:FREQ=DAILY;COUNT=5');
  const without = meeting(bob, 'RRULE:FREQ=DAILY;COUNT=5', 'EXDATE:20261202T090000Z');
  await writer().changeItem('f', 'i', changeTo(without), expected);
  expect(sent[0]?.message.text).toMatch(/METHOD:CANCEL[^]*RECURRENCE-ID:20261202T090000Z/);
  await writer().deleteItems('f', ['i']);
  expect(told()).toEqual(['CANCEL bob@example.net', 'CANCEL bob@example.net']);
  expect(sent[1]?.message.text).toContain('STATUS:CANCELLED');
});

it('what an attendee changes is told to nobody', async () => {
  const foreign = meeting(bob).replace(
    'ORGANIZER:mailto:ada@example.org',
    'ORGANIZER:mailto:eve@example.net',
  );
  backend.text = foreign;
  await writer().changeItem('f', 'i', changeTo(foreign.replace('Plan', 'My plan')), expected);
  await writer().deleteItems('f', ['i']);
  expect(told()).toEqual([]);
});

it.each(['a mail server that is down', 'a crash'])(
  '%s between the write and the mail: the phone’s next attempt sends it, once',
  async (what) => {
    backend.text = meeting(bob);
    const change = () =>
      writer().changeItem('f', 'i', changeTo(meeting(bob).replace('Plan', 'New plan')), expected);
    down = what !== 'a crash';
    crash = !down;
    await expect(change()).rejects.toThrow();
    [down, crash] = [false, false];
    await change();
    await change();
    expect(told()).toEqual(['REQUEST bob@example.net']);
    expect(notes.size).toBe(0);
  },
);
