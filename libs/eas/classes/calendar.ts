import { AirSyncBase, Calendar, MeetingResponse } from '../pages/index.js';
import { asairs, ascal, ascmd } from '../schema/sections.js';
import {
  base64,
  boolean,
  clearableInteger,
  compactDateTime,
  container,
  group,
  integer,
  optional,
  repeated,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';
import { Attachments } from './attachments.js';
import { Body } from './body.js';
import { Location } from './location.js';

const Attendee = container(Calendar.Attendee, ascal('3'), [
  optional(text(Calendar.Email, ascal('19'), { redact: true })),
  optional(text(Calendar.Name, ascal('30'), { redact: true })),
  optional(integer(Calendar.AttendeeStatus, ascal('5'))),
  optional(integer(Calendar.AttendeeType, ascal('6'))),
  optional(compactDateTime(MeetingResponse.ProposedStartTime, ascmd('141'), { from: 161 })),
  optional(compactDateTime(MeetingResponse.ProposedEndTime, ascmd('140'), { from: 161 })),
]);

/** `{}` is the empty element, which takes all attendees away. */
const Attendees = container(Calendar.Attendees, ascal('4'), [repeated(Attendee)]);

/** `{}` is the empty element, which takes all categories away. */
const Categories = container(Calendar.Categories, ascal('11'), [
  repeated(text(Calendar.Category, ascal('12'), { redact: true }), { max: 300 }),
]);

/** `{}` is the empty element, which makes a single event of a series (16.0 and later). */
const Recurrence = container(Calendar.Recurrence, ascal('37'), [
  optional(integer(Calendar.Type, ascal('45'))),
  optional(integer(Calendar.Occurrences, ascal('32'))),
  optional(integer(Calendar.Interval, ascal('25'))),
  optional(integer(Calendar.WeekOfMonth, ascal('48'))),
  optional(integer(Calendar.DayOfWeek, ascal('15'))),
  optional(integer(Calendar.MonthOfYear, ascal('29'))),
  optional(compactDateTime(Calendar.Until, ascal('47'))),
  optional(integer(Calendar.DayOfMonth, ascal('14'))),
  optional(integer(Calendar.CalendarType, ascal('10'))),
  optional(boolean(Calendar.IsLeapMonth, ascal('26'))),
  optional(integer(Calendar.FirstDayOfWeek, ascal('24'))),
]);

/** What a series and each of its exceptions can have. */
const ownProperties = [
  optional(text(Calendar.Subject, ascal('43'), { redact: true })),
  optional(compactDateTime(Calendar.StartTime, ascal('42'))),
  optional(compactDateTime(Calendar.EndTime, ascal('20'))),
  optional(Body),
  optional(text(Calendar.Location, ascal('27'), { redact: true })),
  optional(Location, { as: 'AirSyncBaseLocation' }),
  optional(Attachments, { from: 160 }),
  optional(Categories),
  optional(integer(Calendar.Sensitivity, ascal('41'))),
  optional(integer(Calendar.BusyStatus, ascal('9'))),
  optional(boolean(Calendar.AllDayEvent, ascal('1'))),
  // Absent keeps the reminder, null takes it away, 0 is at the start (trap 95). Minutes.
  optional(clearableInteger(Calendar.Reminder, ascal('38'))),
  optional(compactDateTime(Calendar.DtStamp, ascal('18'))),
  optional(integer(Calendar.MeetingStatus, ascal('28'))),
  optional(Attendees),
  optional(compactDateTime(Calendar.AppointmentReplyTime, ascal('2'))),
  optional(integer(Calendar.ResponseType, ascal('40'))),
  optional(text(Calendar.OnlineMeetingConfLink, ascal('33'), { redact: true })),
  optional(text(Calendar.OnlineMeetingExternalLink, ascal('34'), { redact: true })),
] as const;

/** Keyed by the original start of the occurrence: ExceptionStartTime up to 14.1, InstanceId after (trap 83). */
const Exception = container(Calendar.Exception, ascal('21'), [
  optional(boolean(Calendar.Deleted, ascal('16'))),
  optional(compactDateTime(Calendar.ExceptionStartTime, ascal('23'))),
  optional(text(AirSyncBase.InstanceId, asairs('25'))),
  ...ownProperties,
]);

const Exceptions = container(Calendar.Exceptions, ascal('22'), [repeated(Exception, { max: 1000 })]);

/**
 * An event's properties. The place is text (`Location`) up to 14.1 and `AirSyncBaseLocation` from 16.0 on; whoever fills both
 * serves all versions.
 */
export const CalendarItem = group('Calendar', [
  optional(base64(Calendar.Timezone, ascal('44'))),
  ...ownProperties,
  optional(text(Calendar.OrganizerName, ascal('36'), { redact: true })),
  optional(text(Calendar.OrganizerEmail, ascal('35'), { redact: true })),
  // 300 characters by the specification; iOS has longer ones of other servers.
  optional(text(Calendar.UID, ascal('46'))),
  optional(text(Calendar.ClientUid, ascal('13'))),
  optional(Recurrence),
  optional(Exceptions),
  optional(boolean(Calendar.ResponseRequested, ascal('39'), { empty: true })),
  optional(boolean(Calendar.DisallowNewTimeProposal, ascal('17'), { empty: true })),
  optional(integer(AirSyncBase.NativeBodyType, asairs('32'))),
]);

/** An event to be sent to a phone. */
export type CalendarItem = Encodable<typeof CalendarItem>;
/** An event, or what a phone says of one. */
export type CalendarData = Infer<typeof CalendarItem>;
