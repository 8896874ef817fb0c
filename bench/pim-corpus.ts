/** Contacts and events as people have them: the same in every run, about 700 bytes each. */
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

const givenNames = 'Ada Alan Barbara Claude Donald Edsger Frances Grace Hedy Ivan Jean Ken Leslie'.split(' ');
const surnames = 'Lovelace Turing Liskov Shannon Knuth Dijkstra Allen Hopper Lamarr Sutherland'.split(' ');
const places = 'Room 1,The large hall,At home,Café Zentral,Online,Building 7'.split(',');

/** The `index`-th vCard; `note` makes it another one. */
export function contact(index: number, note = 'Met at a conference'): string {
  const given = givenNames[index % givenNames.length] ?? '';
  const family = `${surnames[index % surnames.length] ?? ''}${index}`;
  const mail = `${given}.${family}`.toLowerCase();
  return lines(
    'BEGIN:VCARD',
    'VERSION:3.0',
    `UID:contact-${index}`,
    `FN:${given} ${family}`,
    `N:${family};${given};;;`,
    `EMAIL;TYPE=INTERNET,WORK:${mail}@example.test`,
    `EMAIL;TYPE=INTERNET,HOME:${mail}@home.example`,
    `TEL;TYPE=CELL:+43 660 ${index}`,
    `TEL;TYPE=WORK,VOICE:+43 1 ${index}`,
    `ADR;TYPE=WORK:;;Hauptstraße ${index % 200};Wien;;1010;Austria`,
    `ORG:Example ${index % 50};Department ${index % 7}`,
    'TITLE:Engineer',
    `BDAY:19${String(50 + (index % 50))}-0${1 + (index % 9)}-1${index % 10}`,
    `CATEGORIES:Work,Group ${index % 12}`,
    `NOTE:${note} in ${2000 + (index % 25)}\\, we talked about delivery dates and budgets.`,
    `X-BENCH-UNKNOWN;TYPE=other:${index}`,
    'REV:20260101T120000Z',
    'END:VCARD',
  );
}

const vienna = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Vienna',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** The `index`-th event: most are single meetings in Vienna, each tenth is a series, each seventh lasts a day. */
export function event(index: number, note = 'Agenda'): string {
  const date = `${2020 + (index % 7)}${two(1 + (index % 12))}${two(1 + (index % 28))}`;
  const hour = 8 + (index % 9);
  const isWholeDay = index % 7 === 3;
  const times = isWholeDay
    ? [`DTSTART;VALUE=DATE:${date}`]
    : [
        `DTSTART;TZID=Europe/Vienna:${date}T${two(hour)}0000`,
        `DTEND;TZID=Europe/Vienna:${date}T${two(hour + 1)}0000`,
      ];
  return lines(
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Godwit//Bench//EN',
    ...(isWholeDay ? [] : vienna),
    'BEGIN:VEVENT',
    `UID:event-${index}`,
    'DTSTAMP:20260101T120000Z',
    ...times,
    ...(index % 10 === 0 ? ['RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=30'] : []),
    `SUMMARY:Meeting ${index} about budgets`,
    `LOCATION:${places[index % places.length] ?? ''}`,
    `DESCRIPTION:${note} of meeting ${index}: delivery dates\\, budgets\\, invoices.`,
    'ORGANIZER;CN=Bench:mailto:bench@example.test',
    `ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada${index}@example.test`,
    'ATTENDEE;CN=Alan;PARTSTAT=NEEDS-ACTION:mailto:alan@example.test',
    'CATEGORIES:Work',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:soon',
    'TRIGGER:-PT15M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  );
}
