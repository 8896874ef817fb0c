import type { PimClass } from '#backend';
import { whenOmitted, type Omission } from './omitted.js';

const versions = [120, 121, 140, 141, 160, 161];
const old = versions.filter((version) => version < 160);
const absent = null;
const empty = new Set<string>();

type Case = readonly [
  what: string,
  itemClass: PimClass,
  element: string,
  versions: readonly number[],
  supported: ReadonlySet<string> | null,
  becomes: Omission,
];

const named = (...names: string[]): ReadonlySet<string> => new Set(names);

const cases: readonly Case[] = [
  ['no Supported ghosts nothing', 'Contacts', 'Contacts:JobTitle', versions, absent, 'cleared'],
  ['an empty Supported ghosts everything', 'Contacts', 'Contacts:JobTitle', versions, empty, 'kept'],
  [
    'what is named is the phone’s',
    'Contacts',
    'Contacts:JobTitle',
    versions,
    named('Contacts:JobTitle'),
    'cleared',
  ],
  [
    'what is not named is ghosted',
    'Contacts',
    'Contacts:JobTitle',
    versions,
    named('Contacts:Title'),
    'kept',
  ],
  [
    'code pages are told apart',
    'Contacts',
    'Contacts2:NickName',
    versions,
    named('Contacts:NickName'),
    'kept',
  ],
  ['the body is kept', 'Contacts', 'AirSyncBase:Body', versions, absent, 'kept'],
  ['the body is kept if named', 'Contacts', 'AirSyncBase:Body', versions, named('AirSyncBase:Body'), 'kept'],
  ['the picture is kept', 'Contacts', 'Contacts:Picture', versions, absent, 'kept'],
  [
    'the picture is kept if named',
    'Contacts',
    'Contacts:Picture',
    versions,
    named('Contacts:Picture'),
    'kept',
  ],

  ['nothing is ghosted up to 14.1', 'Calendar', 'Calendar:Location', old, absent, 'cleared'],
  ['everything is ghosted from 16.0', 'Calendar', 'Calendar:Location', [160, 161], absent, 'kept'],
  ['Supported or not', 'Calendar', 'Calendar:Location', [160, 161], named('Calendar:Location'), 'kept'],
  ['an empty Supported ghosts', 'Calendar', 'Calendar:Attendees', versions, empty, 'kept'],
  ['named and omitted', 'Calendar', 'Calendar:Attendees', old, named('Calendar:Attendees'), 'cleared'],
  ['not named and omitted', 'Calendar', 'Calendar:Attendees', old, named('Calendar:Subject'), 'kept'],
  ['exceptions stay', 'Calendar', 'Calendar:Exceptions', versions, absent, 'kept'],
  [
    'exceptions stay if named',
    'Calendar',
    'Calendar:Exceptions',
    versions,
    named('Calendar:Exceptions'),
    'kept',
  ],
  ['the body stays', 'Calendar', 'AirSyncBase:Body', versions, absent, 'kept'],
  ['an event keeps its time', 'Calendar', 'Calendar:StartTime', versions, absent, 'kept'],
  ['an event keeps its UID', 'Calendar', 'Calendar:UID', versions, named('Calendar:UID'), 'kept'],
  ['12.x has no such element', 'Calendar', 'Calendar:ResponseRequested', [120, 121], absent, 'kept'],
  ['14.x has', 'Calendar', 'Calendar:ResponseRequested', [140, 141], absent, 'cleared'],

  ['a task loses its dates', 'Tasks', 'Tasks:DueDate', versions, absent, 'cleared'],
  ['Supported is not for tasks', 'Tasks', 'Tasks:DueDate', versions, empty, 'cleared'],
  ['but not its importance', 'Tasks', 'Tasks:Importance', versions, absent, 'kept'],
  ['nor its reminder', 'Tasks', 'Tasks:ReminderSet', versions, absent, 'kept'],
  ['nor its body', 'Tasks', 'AirSyncBase:Body', versions, absent, 'kept'],

  ['a note loses its categories', 'Notes', 'Notes:Categories', versions, absent, 'cleared'],
  ['but not its text', 'Notes', 'AirSyncBase:Body', versions, absent, 'kept'],
];

it.each(cases)('%s: %s %s', (_what, itemClass, element, inVersions, supported, becomes) => {
  const outcome = inVersions.map((protocolVersion) =>
    whenOmitted(itemClass, element, { protocolVersion, supported }),
  );
  expect(outcome).toEqual(inVersions.map(() => becomes));
});

it('a client whose profile says so loses nothing by silence', () => {
  const manner = { protocolVersion: 141, supported: absent, keepsOmitted: true };
  expect(whenOmitted('Contacts', 'Contacts:JobTitle', manner)).toBe('kept');
  expect(whenOmitted('Tasks', 'Tasks:DueDate', manner)).toBe('kept');
});
