import { Calendar, ComposeMail, Email, Email2, MeetingResponse } from '../pages/index.js';
import { ascal, ascmd, asemail } from '../schema/sections.js';
import {
  base64,
  boolean,
  compactDateTime,
  container,
  dateTime,
  integer,
  optional,
  repeated,
  required,
  text,
} from '../schema/schema.js';
import { Location } from './location.js';

const Recurrence = container(Email.Recurrence, asemail('60'), [
  required(integer(Email.Type, asemail('80'))),
  required(integer(Email.Interval, asemail('41'))),
  optional(compactDateTime(Email.Until, asemail('85'))),
  optional(integer(Email.Occurrences, asemail('55'))),
  optional(integer(Email.WeekOfMonth, asemail('88'))),
  optional(integer(Email.DayOfMonth, asemail('25'))),
  optional(integer(Email.DayOfWeek, asemail('26'))),
  optional(integer(Email.MonthOfYear, asemail('53'))),
  optional(integer(Email2.CalendarType, asemail('15'))),
  optional(boolean(Email2.IsLeapMonth, asemail('43'))),
  optional(integer(Email2.FirstDayOfWeek, asemail('33'))),
]);

const Recurrences = container(Email.Recurrences, asemail('62'), [required(Recurrence)]);

const Forwardee = container(ComposeMail.Forwardee, ascmd('78'), [
  required(text(ComposeMail.Email, ascmd('53'), { redact: true })),
  optional(text(ComposeMail.Name, ascmd('120.3'), { redact: true })),
]);

/** To whom a meeting is forwarded (16.0 and later). */
export const Forwardees = container(ComposeMail.Forwardees, ascmd('79'), [repeated(Forwardee)]);

/**
 * The invitation in a mail. Up to 14.1 it is known by GlobalObjId and its place is text (`Location`); from 16.0 on by
 * calendar:UID, and the place is `AirSyncBaseLocation` (trap 88). Whoever fills both serves all versions.
 */
export const MeetingRequest = container(Email.MeetingRequest, asemail('48'), [
  optional(boolean(Email.AllDayEvent, asemail('2'))),
  optional(dateTime(Email.StartTime, asemail('73'))),
  optional(dateTime(Email.DtStamp, asemail('30'))),
  optional(dateTime(Email.EndTime, asemail('32'))),
  optional(integer(Email.InstanceType, asemail('39'))),
  optional(text(Email.Location, asemail('46'), { redact: true })),
  optional(Location, { as: 'AirSyncBaseLocation' }),
  optional(text(Email.Organizer, asemail('57'), { redact: true })),
  optional(dateTime(Email.RecurrenceId, asemail('61'))),
  optional(integer(Email.Reminder, asemail('63'))),
  optional(boolean(Email.ResponseRequested, asemail('67'))),
  optional(Recurrences),
  optional(integer(Email.Sensitivity, asemail('71'))),
  optional(integer(Email.BusyStatus, asemail('14'))),
  optional(base64(Email.TimeZone, asemail('78'))),
  optional(base64(Email.GlobalObjId, asemail('37'))),
  optional(boolean(Email.DisallowNewTimeProposal, asemail('27'))),
  optional(integer(Email2.MeetingMessageType, asemail('47'))),
  optional(text(Calendar.UID, ascal('46')), { from: 160 }),
  optional(compactDateTime(MeetingResponse.ProposedStartTime, ascmd('141'))),
  optional(compactDateTime(MeetingResponse.ProposedEndTime, ascmd('140'))),
  optional(Forwardees),
]);
