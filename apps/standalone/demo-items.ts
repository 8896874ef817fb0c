import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CalendarData, ContactsData, ItemDataByClass, NotesData, TasksData } from '#eas';
import {
  contactCodec,
  encodeTimeZone,
  eventCodec,
  noteCodec,
  rulesOfZone,
  taskCodec,
  toUtc,
  type ItemCodec,
  type WriteContext,
} from '#formats';
import type { PimClass } from '#backend';

const DAY = 86_400_000;
const plain = (Data: string) => ({ Body: { Type: 1, Data } });

const contacts: readonly ContactsData[] = [
  {
    FirstName: 'Ada',
    LastName: 'Lovelace',
    CompanyName: 'Analytical Engines',
    JobTitle: 'Programmer',
    Email1Address: 'ada@demo.localhost',
    MobilePhoneNumber: '+44 20 7946 0018',
    Birthday: new Date('1815-12-10T00:00:00Z'),
    Categories: { Category: ['Friends'] },
    ...plain('Likes bees, and numbers that nobody asked for.'),
  },
  {
    FirstName: 'Gräfin',
    LastName: 'Schnepfe',
    Email1Address: 'schnepfe@demo.localhost',
    HomePhoneNumber: '+49 4651 5550100',
    HomeAddressStreet: 'Am Watt 1',
    HomeAddressPostalCode: '25980',
    HomeAddressCity: 'Sylt',
    HomeAddressCountry: 'Germany',
    WebPage: 'https://example.org/schnepfe',
  },
  {
    FirstName: '花子',
    LastName: '山田',
    YomiFirstName: 'はなこ',
    YomiLastName: 'やまだ',
    Email1Address: 'hanako@example.org',
    BusinessPhoneNumber: '+81 3 5550 0199',
    CompanyName: '渡り鳥研究所',
  },
];

/** Wall time in a zone on the day `offset` days after the last Monday. */
function at(zone: string, monday: number, offset: number, hour: number, minute = 0): Date {
  const day = new Date(monday + offset * DAY);
  return toUtc(rulesOfZone(zone, day.getUTCFullYear()), {
    year: day.getUTCFullYear(),
    month: day.getUTCMonth() + 1,
    day: day.getUTCDate(),
    hour,
    minute,
    second: 0,
  });
}

/** A week of events around today, in zones that change their clocks on different days. */
function events(monday: number): readonly CalendarData[] {
  const zoned = (zone: string, offset: number, hour: number, minutes: number) => {
    const StartTime = at(zone, monday, offset, hour);
    return {
      Timezone: encodeTimeZone(rulesOfZone(zone, StartTime.getUTCFullYear())),
      StartTime,
      EndTime: new Date(StartTime.getTime() + minutes * 60_000),
    };
  };
  const allDay = (offset: number, days: number) => ({
    Timezone: encodeTimeZone(rulesOfZone('UTC', new Date(monday).getUTCFullYear())),
    AllDayEvent: true,
    StartTime: new Date(monday + offset * DAY),
    EndTime: new Date(monday + (offset + days) * DAY),
  });
  const weekly = { Type: 1, Interval: 1, DayOfWeek: 2 };
  return [
    {
      Subject: 'Team',
      Location: 'Hamburg, Room 3',
      Recurrence: weekly,
      Reminder: 15,
      ...zoned('Europe/Berlin', 0, 9, 30),
    },
    {
      Subject: 'Call with New York',
      Recurrence: { Type: 1, Interval: 2, DayOfWeek: 8 },
      ...zoned('America/New_York', 2, 10, 60),
      ...plain('Ten in the morning there, whatever our clocks do.'),
    },
    { Subject: 'Tokyo opens', BusyStatus: 1, ...zoned('Asia/Tokyo', 3, 9, 45) },
    { Subject: 'Bird count', ...allDay(5, 2), Categories: { Category: ['Outdoors'] } },
    {
      Subject: 'Last weekday of the month: invoices',
      Recurrence: { Type: 3, Interval: 1, WeekOfMonth: 5, DayOfWeek: 62 },
      ...zoned('Europe/Berlin', 1, 16, 30),
    },
    {
      Subject: 'Ada’s birthday',
      Recurrence: { Type: 5, Interval: 1, DayOfMonth: 10, MonthOfYear: 12 },
      ...birthday(monday),
    },
  ];
}

function birthday(monday: number): Pick<CalendarData, 'AllDayEvent' | 'StartTime' | 'EndTime' | 'Timezone'> {
  const start = Date.UTC(new Date(monday).getUTCFullYear(), 11, 10);
  return {
    Timezone: encodeTimeZone(rulesOfZone('UTC', new Date(monday).getUTCFullYear())),
    AllDayEvent: true,
    StartTime: new Date(start),
    EndTime: new Date(start + DAY),
  };
}

function tasks(monday: number): readonly TasksData[] {
  const due = new Date(monday + 4 * DAY);
  return [
    {
      Subject: 'Set up a phone',
      Importance: 2,
      UtcStartDate: new Date(monday),
      StartDate: new Date(monday),
      UtcDueDate: due,
      DueDate: due,
      Complete: false,
      ...plain('The address, the account and the password were printed at the start.'),
    },
    { Subject: 'Water the heather', Complete: false, Categories: { Category: ['Home'] } },
    { Subject: 'Install Godwit', Complete: true, DateCompleted: new Date(monday) },
  ];
}

const notes: readonly NotesData[] = [
  {
    Subject: 'Godwits',
    MessageClass: 'IPM.StickyNote',
    ...plain('A bar-tailed godwit flew from Alaska to Tasmania, 13,560 km in eleven days, without landing.'),
  },
  { Subject: 'Shopping', MessageClass: 'IPM.StickyNote', ...plain('Tea\nBread\nBinoculars') },
];

/** Folders of the demo account under its data directory, one for each class. */
export const demoFolders = {
  Contacts: 'contacts',
  Calendar: 'calendar',
  Tasks: 'tasks',
  Notes: 'notes',
} as const;

/** Writes contacts, events, tasks and notes as files of one item each, which other programs read and write, too. */
export async function fillDemoItems(folder: string, user: string, now: Date): Promise<void> {
  const today = Math.floor(now.getTime() / DAY);
  // 1970-01-01 was a Thursday.
  const monday = (today - ((today + 3) % 7)) * DAY;
  const context: WriteContext = {
    manner: { protocolVersion: 141, supported: null },
    owner: { identities: [{ address: user, displayName: null }] },
    now,
    instance: null,
  };
  const write = async <C extends PimClass>(
    codec: ItemCodec<C>,
    items: readonly ItemDataByClass[C][],
  ): Promise<void> => {
    const collection = join(folder, demoFolders[codec.itemClass], user, 'personal');
    await mkdir(collection, { recursive: true, mode: 0o700 });
    for (const item of items) {
      const uid = randomUUID();
      const { text } = codec.create(item, uid, context);
      await writeFile(join(collection, `${uid}${codec.suffix}`), text, { mode: 0o600 });
    }
  };
  await write(contactCodec, contacts);
  await write(eventCodec, events(monday));
  await write(taskCodec, tasks(monday));
  await write(noteCodec, notes);
}
