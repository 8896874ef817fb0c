import type ICAL from 'ical.js';
import type { ItemByClass, ItemDataByClass } from '#eas';
import { wallTimeOf } from '../../calendar-time.js';
import { momentIn, wallAt, type Zone } from '../../calendar-zone.js';
import { decodeTimeZone } from '../../time-zone-blob.js';
import {
  dateOfMoment,
  lastsByDuration,
  putTime,
  setTime,
  utcFrame,
  type EventFrame,
  type EventSpan,
} from './event-frame.js';
import { invalidEvent } from './invalid-event.js';
import { frameOfZone, sameRules } from './zone-write.js';

type Data = ItemDataByClass['Calendar'];
type Item = ItemByClass['Calendar'];

const day = 24 * 60 * 60_000;

/** What a phone says of when an event is. */
export type SpanData = Pick<Data, 'StartTime' | 'EndTime' | 'AllDayEvent' | 'Timezone'>;
export type ToldSpan = Partial<Pick<Item, 'StartTime' | 'EndTime' | 'AllDayEvent' | 'Timezone'>>;

/** The moment of a wall time in a frame. */
export const momentOfWall = (wall: number, { zone }: EventFrame): number => momentIn(zone, wallTimeOf(wall));

/** The wall time a phone means by a moment, in this frame. */
export const wallOfMoment = (moment: Date, frame: EventFrame): number =>
  frame.isDate ? dateOfMoment(moment, frame.zone) : wallAt(frame.zone, moment.getTime());

/**
 * When the event is after the change; `current` itself if the phone says nothing new of it. Throws BackendError `invalid` for
 * an end before the start (trap 86).
 */
export function wantedSpan(data: SpanData, told: ToldSpan, current: EventSpan, now: Date): EventSpan {
  const isDate = data.AllDayEvent ?? current.frame.isDate;
  const start = news(data.StartTime, told.StartTime);
  const end = news(data.EndTime, told.EndTime);
  const zone = newZone(data.Timezone, told.Timezone);
  if (!start && !end && !zone && isDate === current.frame.isDate) return current;
  const frame = isDate
    ? dateFrame(current, data, now)
    : timedFrame(current, zone, start ?? told.StartTime, now);
  const sameTerms = isDate === current.frame.isDate;
  // What was not said anew stays the same moment, or the same day.
  const kept = (wall: number, said: Date | undefined): number => {
    if (said && !sameTerms) return wallOfMoment(said, frame);
    if (isDate) return Math.floor(wall / day) * day;
    return frame.zone === current.frame.zone ? wall : wallAt(frame.zone, momentOfWall(wall, current.frame));
  };
  const from = start ? wallOfMoment(start, frame) : kept(current.start, data.StartTime);
  const to = end ? wallOfMoment(end, frame) : kept(current.end, data.EndTime);
  if (isDate) return { start: from, end: Math.max(to, from + day), frame: refuse(to < from, frame) };
  const backwards = end && start ? end.getTime() < start.getTime() : to < from;
  return { start: from, end: Math.max(to, from), frame: refuse(backwards, frame) };
}

function refuse(backwards: boolean, frame: EventFrame): EventFrame {
  if (backwards) throw invalidEvent('EndTime before StartTime');
  return frame;
}

const news = (said: Date | undefined, told: Date | undefined): Date | undefined =>
  said && said.getTime() === told?.getTime() ? undefined : said;

/** Null: nothing new. Names in a blob are not looked at: some phones leave out those they were told. */
function newZone(said: Uint8Array | undefined, told: Uint8Array | undefined): Uint8Array | null {
  if (!said) return null;
  const [rules, before] = [decodeTimeZone(said), told ? decodeTimeZone(told) : null];
  return rules && before && sameRules(rules, before) ? null : said;
}

const yearsOf = (moment: Date | undefined, now: Date): number[] => [
  ...new Set([(moment ?? now).getUTCFullYear(), now.getUTCFullYear()]),
];

function timedFrame(
  current: EventSpan,
  zone: Uint8Array | null,
  start: Date | undefined,
  now: Date,
): EventFrame {
  if (zone) return frameOfZone({ blob: zone, years: yearsOf(start, now) }, current.frame);
  return current.frame.isDate ? { ...utcFrame, ...inZone(current.frame.zone) } : current.frame;
}

/** An all-day event that gets a time of day lies in the zone its days were told in. */
const inZone = (zone: Zone): Partial<EventFrame> =>
  zone.iana === null || zone.iana === 'UTC' ? {} : { zone, tzid: zone.iana, isUtc: false };

function dateFrame(
  current: EventSpan,
  { Timezone: blob, StartTime: start }: SpanData,
  now: Date,
): EventFrame {
  const { zone } = blob
    ? frameOfZone({ blob, years: yearsOf(start, now) }, current.frame.isDate ? null : current.frame)
    : current.frame;
  return { isDate: true, zone, tzid: null, isUtc: false };
}

/** Writes when the event is, as far as it differs from how it is written. */
export function writeSpan(event: ICAL.Component, before: EventSpan | null, after: EventSpan): void {
  const sameFrame = before !== null && sameManner(before.frame, after.frame);
  if (!sameFrame || before.start !== after.start) putTime(event, 'dtstart', after.start, after.frame);
  const length = after.end - after.start;
  if (sameFrame && lastsByDuration(event) && before.end - before.start === length) return;
  if (sameFrame && before.end === after.end && before.start === after.start) return;
  event.removeAllProperties('duration');
  // RFC 5545 3.8.2.2: an end is after the start; an event without one takes no time (3.6.1).
  if (length === 0) event.removeAllProperties('dtend');
  else putTime(event, 'dtend', after.end, after.frame);
}

export const sameManner = (one: EventFrame, other: EventFrame): boolean =>
  one.isDate === other.isDate && one.tzid === other.tzid && one.isUtc === other.isUtc;

/**
 * Writes a time that comes twice when clocks go back, and is the second one, in UTC: its wall time would mean the first.
 * Series stay in their zone, which is what they are about.
 */
export function writeExactMoments(
  event: ICAL.Component,
  span: EventSpan,
  said: { readonly start: Date | undefined; readonly end: Date | undefined },
): void {
  if (span.frame.isDate || span.frame.isUtc) return;
  const exact = (name: 'dtstart' | 'dtend', wall: number, moment: Date | undefined): void => {
    const property = event.getFirstProperty(name);
    if (!property || !moment || wall !== wallOfMoment(moment, span.frame)) return;
    if (momentOfWall(wall, span.frame) !== moment.getTime()) setTime(property, [moment.getTime()], utcFrame);
  };
  exact('dtstart', span.start, said.start);
  exact('dtend', span.end, said.end);
}
