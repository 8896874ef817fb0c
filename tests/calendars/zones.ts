import { berlinAs, hard, raw, newYorkAs, observance, vtimezone, type HardCase } from './hard-case.js';

const length = 'DURATION:PT1H';
const at = (zone: string, start = '20260601T090000'): string => `DTSTART;TZID=${zone}:${start}`;
const sevenUtc = { starts: ['2026-06-01T07:00Z', 'end'] };

/** Floating times, and zones under all the names that programs have for them. */
export const zones: readonly HardCase[] = [
  hard(
    'floating: the same wall time wherever one is',
    { starts: ['2026-06-01T09:00Z', 'end'] },
    'DTSTART:20260601T090000',
    'DTEND:20260601T100000',
  ),
  hard(
    'floating in a calendar that says where it is',
    { calendar: ['X-WR-TIMEZONE:Europe/Berlin'], ...sevenUtc },
    'DTSTART:20260601T090000',
    'DTEND:20260601T100000',
  ),
  hard(
    'floating beside the one zone that is defined',
    { zones: [berlinAs('Europe/Berlin')], ...sevenUtc },
    'DTSTART:20260601T090000',
    'DTEND:20260601T100000',
  ),
  hard(
    'a floating series through a change of clocks',
    { calendar: ['X-WR-TIMEZONE:Europe/Berlin'], starts: ['2026-03-28T08:00Z', '2026-03-29T07:00Z', 'end'] },
    'DTSTART:20260328T090000',
    length,
    'RRULE:FREQ=DAILY;COUNT=2',
  ),
  hard(
    'floating with an EXDATE that floats',
    { starts: ['2026-06-01T09:00Z', '2026-06-03T09:00Z', 'end'] },
    'DTSTART:20260601T090000',
    length,
    'RRULE:FREQ=DAILY;COUNT=3',
    'EXDATE:20260602T090000',
  ),
  hard('UTC', { starts: ['2026-06-01T09:00Z'] }, 'DTSTART:20260601T090000Z', 'DTEND:20260601T100000Z'),
  hard('UTC named as a zone', { starts: ['2026-06-01T09:00Z'] }, at('UTC'), length),
  hard('Etc/GMT-2, whose sign is the other way round', sevenUtc, at('Etc/GMT-2'), length),
  hard('a Windows name without a definition', sevenUtc, at('W. Europe Standard Time'), length),
  hard(
    'a Windows name with a definition',
    { zones: [berlinAs('W. Europe Standard Time')], ...sevenUtc },
    at('W. Europe Standard Time'),
    length,
  ),
  hard(
    'a Windows display name, as old Exchange wrote it',
    { zones: [berlinAs('(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna')], ...sevenUtc },
    'DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna":20260601T090000',
    length,
  ),
  hard(
    'a name with a prefix of Evolution',
    sevenUtc,
    at('/freeassociation.sourceforge.net/Europe/Berlin'),
    length,
  ),
  hard(
    'a name with a prefix of old Evolution',
    sevenUtc,
    at('/softwarestudio.org/Olson_20011030_5/Europe/Berlin'),
    length,
  ),
  hard('a name with a prefix of Mozilla', sevenUtc, at('/mozilla.org/20050126_1/Europe/Berlin'), length),
  hard('a name in quotes', sevenUtc, 'DTSTART;TZID="Europe/Berlin":20260601T090000', length),
  hard(
    'an old name of a zone: Asia/Calcutta',
    { starts: ['2026-06-01T03:30Z'] },
    at('Asia/Calcutta'),
    length,
  ),
  hard('an alias: US/Eastern', { starts: ['2026-06-01T13:00Z'] }, at('US/Eastern'), length),
  hard('a name in other letters: europe/berlin', sevenUtc, at('europe/berlin'), length),
  hard(
    'a zone nobody knows and nobody defines',
    { starts: ['2026-06-01T09:00Z'] },
    at('Middle-earth/Shire'),
    length,
  ),
  hard(
    'a zone nobody knows that is defined',
    { zones: [berlinAs('My zone')], ...sevenUtc },
    at('My zone'),
    length,
  ),
  hard(
    'a known name with a definition of its own: the definition counts',
    { zones: [newYorkAs('Europe/Berlin')], starts: ['2026-06-01T13:00Z'] },
    at('Europe/Berlin'),
    length,
  ),
  hard(
    'a definition without any observance',
    { zones: [vtimezone('Europe/Berlin')], ...sevenUtc },
    at('Europe/Berlin'),
    length,
  ),
  hard(
    'a definition of one fixed offset',
    {
      zones: [vtimezone('Fixed', observance('STANDARD', '19700101T000000', ['+0545', '+0545'], ''))],
      starts: ['2026-06-01T03:15Z'],
    },
    at('Fixed'),
    length,
  ),
  hard(
    'a definition with an offset of seconds',
    {
      zones: [vtimezone('Amsterdam', observance('STANDARD', '19370701T000000', ['+001932', '+0020'], ''))],
      fate: 'item',
    },
    at('Amsterdam'),
    length,
  ),
  raw(
    'a definition that is written behind its use',
    sevenUtc,
    `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:{uid}\nSUMMARY:x\n${at('Later')}\nEND:VEVENT\n${berlinAs('Later')}\nEND:VCALENDAR\n`,
  ),
  hard(
    'the same zone defined twice',
    { zones: [berlinAs('Europe/Berlin'), berlinAs('Europe/Berlin')], ...sevenUtc },
    at('Europe/Berlin'),
    length,
  ),
  hard(
    'a definition with X-LIC-LOCATION',
    {
      zones: [berlinAs('Mine').replace('TZID:Mine', 'TZID:Mine\nX-LIC-LOCATION:Europe/Berlin')],
      ...sevenUtc,
    },
    at('Mine'),
    length,
  ),
  hard(
    'a definition whose rule uses BYMONTHDAY',
    {
      zones: [berlinAs('Old').replaceAll('BYDAY=-1SU', 'BYDAY=SU;BYMONTHDAY=25,26,27,28,29,30,31')],
      starts: ['2026-03-28T08:00Z', '2026-03-29T07:00Z', 'end'],
    },
    at('Old', '20260328T090000'),
    length,
    'RRULE:FREQ=DAILY;COUNT=2',
  ),
  hard(
    'a definition by RDATE alone',
    {
      zones: [
        `BEGIN:VTIMEZONE\nTZID:ByDate\nBEGIN:DAYLIGHT\nDTSTART:20260329T020000\nRDATE:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nBEGIN:STANDARD\nDTSTART:20261025T030000\nRDATE:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE`,
      ],
      starts: ['2026-06-01T07:00Z'],
    },
    at('ByDate'),
    length,
  ),
  hard(
    'from one zone to another: a flight',
    { starts: ['2026-06-01T11:00Z'], sees: { EndTime: new Date('2026-06-01T19:45:00Z') } },
    at('Europe/Berlin', '20260601T130000'),
    'DTEND;TZID=America/New_York:20260601T154500',
  ),
  hard(
    'a flight that lands before it starts, by the clock',
    { starts: ['2026-06-01T00:00Z'], sees: { EndTime: new Date('2026-06-01T10:00:00Z') } },
    at('Asia/Tokyo'),
    'DTEND;TZID=America/Los_Angeles:20260601T030000',
  ),
  hard('a start in a zone and an end in UTC', sevenUtc, at('Europe/Berlin'), 'DTEND:20260601T080000Z'),
  hard(
    'a start in a zone and an end that floats',
    { fate: 'item' },
    at('Europe/Berlin'),
    'DTEND:20260601T100000',
  ),
  hard(
    'TZID on a time in UTC',
    { starts: ['2026-06-01T09:00Z'] },
    'DTSTART;TZID=Europe/Berlin:20260601T090000Z',
    length,
  ),
  hard(
    'VALUE=DATE-TIME said in full',
    sevenUtc,
    'DTSTART;VALUE=DATE-TIME;TZID=Europe/Berlin:20260601T090000',
    length,
  ),
  hard('parameters in small letters', sevenUtc, 'DTSTART;tzid=Europe/Berlin:20260601T090000', length),
  hard(
    'properties in small letters',
    sevenUtc,
    'dtstart;TZID=Europe/Berlin:20260601T090000',
    'duration:PT1H',
  ),
  hard('a time of 24:00', { starts: ['2026-06-02T00:00Z'] }, 'DTSTART:20260601T240000Z', length),
];
