import type ICAL from 'ical.js';
import type { ItemByClass, ItemDataByClass } from '#eas';
import type { ChangeManner } from '#backend';
import { cleanLine } from '../../clean-text.js';
import { wordOf } from '../../calendar-values.js';
import { writeItemText } from '../icalendar/item-text.js';
import { putCategories, putText } from '../icalendar/properties.js';
import { whenOmitted } from '../omitted.js';
import { writeReminder } from './alarms-write.js';
import { invalidEvent } from './invalid-event.js';
import { writeLocation, writeLocationText } from './location-write.js';

type Data = ItemDataByClass['Calendar'];
type Item = ItemByClass['Calendar'];

/** What an event and each occurrence of it say of themselves, times and people apart. */
export type FieldData = Pick<
  Data,
  | 'Subject'
  | 'Location'
  | 'AirSyncBaseLocation'
  | 'Body'
  | 'Categories'
  | 'Sensitivity'
  | 'BusyStatus'
  | 'Reminder'
  | 'MeetingStatus'
>;

/** What the phone was told of the same. */
export type ToldFields = Partial<Pick<Item, keyof FieldData>>;

/** An omitted element that is taken away has this value (MS-ASCMD 2.2.3.24, trap 53). */
const cleared = {
  Subject: '',
  Location: '',
  Categories: {},
  Sensitivity: 0,
  Reminder: null,
} as const satisfies FieldData;

/** The data with what leaving out an element means in this version filled in. */
export function withOmitted<D extends FieldData>(data: D, manner: ChangeManner): D {
  const omitted = Object.entries(cleared).filter(
    ([name]) =>
      data[name as keyof typeof cleared] === undefined &&
      whenOmitted('Calendar', `Calendar:${name}`, manner) === 'cleared',
  );
  return { ...Object.fromEntries(omitted), ...data };
}

/**
 * Writes what a phone says of an event's fields. What it only sends back as it was told stays as it is stored, whatever got
 * lost on the way to the phone.
 */
export function writeFields(event: ICAL.Component, data: FieldData, told: ToldFields): void {
  writePlainFields(event, data, told);
  writeItemText(event, data.Body);
  if (data.Categories !== undefined) putCategories(event, [...(data.Categories.Category ?? [])]);
  if (data.Reminder !== (told.Reminder ?? null)) writeReminder(event, data.Reminder);
  writeCancelled(event, data.MeetingStatus, told.MeetingStatus);
}

function writePlainFields(event: ICAL.Component, data: FieldData, told: ToldFields): void {
  const { Subject: subject, Sensitivity: sensitivity, BusyStatus: busy } = data;
  if (subject !== undefined && subject !== (told.Subject ?? '')) {
    putText(event, 'summary', cleanLine(subject));
  }
  writePlace(event, data, told);
  if (sensitivity !== undefined && sensitivity !== (told.Sensitivity ?? 0)) {
    writeSensitivity(event, sensitivity);
  }
  if (busy !== undefined && busy !== told.BusyStatus) writeBusyStatus(event, busy);
}

/** 16.x has a container for the place, and older versions a text. */
function writePlace(event: ICAL.Component, data: FieldData, told: ToldFields): void {
  const { Location: text, AirSyncBaseLocation: place } = data;
  if (place) {
    if (!samePlace(place, told.AirSyncBaseLocation ?? {})) writeLocation(event, place);
  } else if (text !== undefined && text !== (told.Location ?? '')) writeLocationText(event, text);
}

function samePlace(one: object, other: object): boolean {
  const told = (place: object): string =>
    JSON.stringify(
      Object.entries(place)
        .filter(([, value]) => value !== undefined && value !== '')
        .sort(([left], [right]) => (left < right ? -1 : 1)),
    );
  return told(one) === told(other);
}

/** In the order of Sensitivity; X-PERSONAL is what Outlook writes (MS-OXCICAL 2.1.3.1.1.20.4). */
export const classes = ['PUBLIC', 'X-PERSONAL', 'PRIVATE', 'CONFIDENTIAL'] as const;

function writeSensitivity(event: ICAL.Component, sensitivity: number): void {
  const value = classes[sensitivity];
  if (value === undefined) throw invalidEvent('Sensitivity out of range');
  // Without CLASS an event is public.
  if (sensitivity === 0 && !event.hasProperty('class')) return;
  putText(event, 'class', value);
}

/** In the order of BusyStatus, in Outlook's words. */
export const busyWords = ['FREE', 'TENTATIVE', 'BUSY', 'OOF', 'WORKINGELSEWHERE'] as const;
const busyWord = 'x-microsoft-cdo-busystatus';
const hasOther = [busyWord, 'x-microsoft-cdo-intendedstatus', 'attendee'] as const;

/** 4 (working elsewhere) and -1 are the server's to say: no request may have them in any version (trap 94). */
function writeBusyStatus(event: ICAL.Component, status: number): void {
  const word = status <= 3 ? busyWords[status] : undefined;
  if (word === undefined) throw invalidEvent(`BusyStatus ${status} in a request`);
  putText(event, 'transp', status === 0 ? 'TRANSPARENT' : 'OPAQUE');
  const isTentative = wordOf(event, 'status') === 'TENTATIVE';
  if (isTentative && status !== 1) putText(event, 'status', 'CONFIRMED');
  // TRANSP alone says free and busy, but where there is another word beside it, or one's answer to a meeting.
  const saysEnough = status !== 1 && status !== 3 && !hasOther.some((name) => event.hasProperty(name));
  if (!saysEnough) putText(event, busyWord, word);
}

const cancelledBit = 4;

function writeCancelled(event: ICAL.Component, status: number | undefined, told: number | undefined): void {
  if (status === undefined || status === told) return;
  const isCancelled = wordOf(event, 'status') === 'CANCELLED';
  const wanted = (status & cancelledBit) !== 0;
  if (wanted === isCancelled) return;
  if (wanted) putText(event, 'status', 'CANCELLED');
  else event.removeAllProperties('status');
}

/** Whether a new time may be proposed, as Outlook writes it. */
export function writeCounterProposals(event: ICAL.Component, disallowed: boolean | undefined): void {
  const name = 'x-microsoft-disallow-counter';
  if (disallowed === undefined || disallowed === (wordOf(event, name) === 'TRUE')) return;
  putText(event, name, disallowed ? 'TRUE' : '');
}

/** A UID as a phone gives it; some end in NUL (quirks 4.1). '' for one that cannot be used. */
export function usableUid(uid: string | undefined): string {
  const clean = cleanLine(uid ?? '');
  return clean.length <= 1000 ? clean : '';
}
