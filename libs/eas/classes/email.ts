import { AirSyncBase, Email, Email2, Tasks } from '../pages/index.js';
import { asairs, asemail } from '../schema/sections.js';
import {
  boolean,
  bytes,
  container,
  dateTime,
  flag,
  group,
  integer,
  optional,
  repeated,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';
import { Attachments } from './attachments.js';
import { Body, BodyPart } from './body.js';
import { MeetingRequest } from './meeting-request.js';
import { RightsManagementLicense } from './rights.js';

/** Status of a Flag (MS-ASEMAIL 2.2.2.74). */
export const FlagStatus = { cleared: 0, complete: 1, active: 2 } as const;

/** LastVerbExecuted (MS-ASEMAIL 2.2.2.44). */
export const LastVerb = { unknown: 0, repliedToSender: 1, repliedToAll: 2, forwarded: 3 } as const;

/** `{}` is the empty element, which clears the flag. */
const Flag = container(Email.Flag, asemail('34'), [
  optional(text(Tasks.Subject, asemail('75.2'), { redact: true })),
  optional(integer(Email.Status, asemail('74'))),
  optional(text(Email.FlagType, asemail('35'))),
  optional(dateTime(Tasks.DateCompleted, asemail('23'))),
  optional(dateTime(Email.CompleteTime, asemail('19'))),
  optional(dateTime(Tasks.StartDate, asemail('72'))),
  optional(dateTime(Tasks.DueDate, asemail('31'))),
  optional(dateTime(Tasks.UtcStartDate, asemail('87'))),
  optional(dateTime(Tasks.UtcDueDate, asemail('86'))),
  optional(boolean(Tasks.ReminderSet, asemail('64'))),
  optional(dateTime(Tasks.ReminderTime, asemail('65'))),
  optional(dateTime(Tasks.OrdinalDate, asemail('56'))),
  optional(text(Tasks.SubOrdinalDate, asemail('76'))),
]);

/** `{}` is the empty element, which takes all categories away. */
const Categories = container(Email.Categories, asemail('16'), [
  repeated(text(Email.Category, asemail('17'), { redact: true }), { max: 300 }),
]);

/** A mail's properties, in the order in which Exchange sends them. */
export const EmailItem = group('Email', [
  optional(text(Email.To, asemail('79'), { redact: true })),
  optional(text(Email.Cc, asemail('18'), { redact: true })),
  optional(text(Email2.Bcc, asemail('9'), { redact: true })),
  optional(text(Email.From, asemail('36'), { redact: true })),
  optional(text(Email.Subject, asemail('75.1'), { redact: true })),
  optional(text(Email.ReplyTo, asemail('66'), { redact: true })),
  optional(dateTime(Email.DateReceived, asemail('24'))),
  optional(text(Email.DisplayTo, asemail('29'), { redact: true })),
  optional(text(Email.ThreadTopic, asemail('77'), { redact: true })),
  optional(integer(Email.Importance, asemail('38'))),
  optional(boolean(Email.Read, asemail('58'))),
  optional(Attachments),
  optional(Body),
  optional(BodyPart),
  optional(text(Email.MessageClass, asemail('49'))),
  optional(MeetingRequest),
  optional(text(Email.InternetCPID, asemail('40'))),
  optional(Flag),
  optional(text(Email.ContentClass, asemail('20'))),
  optional(integer(AirSyncBase.NativeBodyType, asairs('32'))),
  optional(text(Email2.UmCallerID, asemail('83'), { redact: true })),
  optional(text(Email2.UmUserNotes, asemail('84'), { redact: true })),
  optional(bytes(Email2.ConversationId, asemail('21'))),
  optional(bytes(Email2.ConversationIndex, asemail('22'))),
  optional(integer(Email2.LastVerbExecuted, asemail('44'))),
  optional(dateTime(Email2.LastVerbExecutionTime, asemail('45'))),
  optional(boolean(Email2.ReceivedAsBcc, asemail('59'))),
  optional(text(Email2.Sender, asemail('70'), { redact: true })),
  optional(Categories),
  optional(text(Email2.AccountId, asemail('1'))),
  optional(boolean(Email2.IsDraft, asemail('42'))),
  optional(RightsManagementLicense),
]);

/** A mail to be sent to a phone; its body may stream. */
export type EmailItem = Encodable<typeof EmailItem>;
/** A mail, or the changed properties of one, as a phone sent it. */
export type EmailData = Infer<typeof EmailItem>;

/** Turns a draft into a submission (16.0 and later). */
export const Send = flag(Email2.Send, asemail('69'));
