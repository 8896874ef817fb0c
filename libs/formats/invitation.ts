import ICAL from 'ical.js';
import type { EmailItem } from '#eas';
import { formatAddress } from './addresses.js';
import { recurrenceOf, untilOf } from './calendar-recurrence.js';
import { parseCalendarText } from './calendar-text.js';
import { momentOf, timeOf, wallIn, weekdayOf, type CalendarTime } from './calendar-time.js';
import { CalendarZones, utcZone } from './calendar-zone.js';
import { parameterOf as parameter, textOf } from './calendar-values.js';
import { cleanLine, cleanText } from './clean-text.js';
import { globalObjectId } from './global-object-id.js';
import { encodeTimeZone, utcRules } from './time-zone-blob.js';

type MeetingRequest = NonNullable<EmailItem['MeetingRequest']>;

/** What a calendar text in a mail makes of the mail. */
export interface Invitation {
  readonly messageClass: string;
  readonly meeting: MeetingRequest;
  /** The event's own text: shown if the mail has none; '' if it has none either. */
  readonly description: string;
  /** A phone does with MeetingRequest all that can be done with the calendar text. */
  readonly replacesPart: boolean;
}

/** What is known of the mail around the calendar text. */
export interface InvitationMail {
  /** Method parameter of the part's Content-Type; the text's own METHOD counts first. */
  readonly method: string;
  /** Protocol version times ten. */
  readonly protocolVersion: number;
  /** Stands in for a missing DTSTAMP. */
  readonly sentAt: Date;
  /** The From element: stands in for an organizer whom iOS leaves out (quirks 4.1). */
  readonly from: string;
}

/**
 * Reads the iTIP message (RFC 5546) in a calendar text. Null if there is none: the text cannot be parsed, has no method or no
 * event. Nothing but the mail's own item comes of it: reading never changes a calendar (trap 91).
 */
export function readInvitation(text: string, mail: InvitationMail): Invitation | null {
  try {
    return interpret(parseCalendarText(text, 'vevent'), mail);
  } catch {
    // ical.js throws plain errors of many kinds, some only when a value is asked for: what it cannot read is no invitation.
    return null;
  }
}

function interpret(calendar: ICAL.Component, mail: InvitationMail): Invitation | null {
  const method = (textOf(calendar, 'method') || mail.method).toUpperCase();
  const event = mainEvent(calendar);
  const kind = event && kindOf(method, event);
  if (!kind) return null;
  return {
    messageClass: kind.messageClass,
    meeting: new MeetingReader(calendar, event, method, mail).read(kind),
    description: cleanText(textOf(event, 'description')).slice(0, longestText),
    replacesPart: kind.replacesPart,
  };
}

/** MS-ASEMAIL 2.2.2.46. */
const longestText = 32_768;
/** MS-ASCAL 2.2.2.46. */
const longestUid = 300;

/** The series, if the message brings exceptions of it along. */
function mainEvent(calendar: ICAL.Component): ICAL.Component | null {
  const events = calendar.getAllSubcomponents('vevent');
  return events.find((event) => !event.hasProperty('recurrence-id')) ?? events[0] ?? null;
}

interface Kind {
  readonly messageClass: string;
  /** MeetingMessageType (MS-ASEMAIL 2.2.2.47). */
  readonly messageType: number;
  readonly replacesPart: boolean;
}

/** MessageClass of the iTIP methods. What asks for no decision is a notification, and its calendar text stays a file. */
function kindOf(method: string, event: ICAL.Component): Kind | null {
  const meeting = (suffix: string, messageType = 0): Kind => ({
    messageClass: `IPM.Schedule.Meeting.${suffix}`,
    messageType,
    replacesPart: true,
  });
  switch (method) {
    case 'REQUEST':
      return meeting('Request', numberOf(event, 'sequence') > 0 ? 2 : 1);
    case 'ADD':
      return meeting('Request', 2);
    case 'CANCEL':
      return meeting('Canceled');
    case 'COUNTER':
      return meeting('Resp.Tent');
    case 'REPLY':
      return meetingReply(event, meeting);
    case 'PUBLISH':
    case 'REFRESH':
    case 'DECLINECOUNTER':
      return { messageClass: 'IPM.Notification.Meeting', messageType: 0, replacesPart: false };
    default:
      return null;
  }
}

function meetingReply(event: ICAL.Component, meeting: (suffix: string) => Kind): Kind {
  switch (parameter(event.getFirstProperty('attendee'), 'partstat').toUpperCase()) {
    case 'ACCEPTED':
      return meeting('Resp.Pos');
    case 'DECLINED':
      return meeting('Resp.Neg');
    case 'TENTATIVE':
      return meeting('Resp.Tent');
    default:
      return { messageClass: 'IPM.Notification.Meeting', messageType: 0, replacesPart: true };
  }
}

function numberOf(component: ICAL.Component, name: string): number {
  const value: unknown = component.getFirstPropertyValue(name);
  return Number(value) || 0;
}

const isTrue = (component: ICAL.Component, name: string): boolean =>
  textOf(component, name).toUpperCase() === 'TRUE';

/** The elements of a MeetingRequest out of one event. */
class MeetingReader {
  private readonly zones: CalendarZones;
  private readonly start: CalendarTime | null;
  private readonly end: CalendarTime | null;
  private readonly allDay: boolean;

  constructor(
    calendar: ICAL.Component,
    private readonly event: ICAL.Component,
    private readonly method: string,
    private readonly mail: InvitationMail,
  ) {
    this.zones = new CalendarZones(calendar);
    this.start = timeOf(event, 'dtstart', this.zones);
    this.end = timeOf(event, 'dtend', this.zones);
    this.allDay = this.start?.isDate === true || isTrue(event, 'x-microsoft-cdo-alldayevent');
  }

  read(kind: Kind): MeetingRequest {
    const uid = cleanLine(textOf(this.event, 'uid'));
    const original = timeOf(this.event, 'recurrence-id', this.zones);
    const zone = this.start?.zone ?? utcZone;
    const rules = this.start ? zone.rules(this.start.wall.year) : utcRules;
    const recurrence = original ? null : this.recurrence();
    const stamp = timeOf(this.event, 'dtstamp', this.zones);
    return {
      AllDayEvent: this.allDay,
      ...this.times(),
      DtStamp: stamp ? momentOf(stamp) : this.mail.sentAt,
      InstanceType: original ? 3 : this.event.hasProperty('rrule') || this.event.hasProperty('rdate') ? 1 : 0,
      ...this.place(),
      Organizer: this.organizer(),
      ...(original ? { RecurrenceId: this.moment(original) } : {}),
      ...this.reminder(),
      ResponseRequested: this.responseRequested(),
      ...(recurrence ? { Recurrences: { Recurrence: recurrence } } : {}),
      Sensitivity: this.sensitivity(),
      BusyStatus: this.busyStatus(),
      TimeZone: encodeTimeZone(rules),
      GlobalObjId: globalObjectId(uid, original ? wallIn(original, zone) : null),
      DisallowNewTimeProposal: isTrue(this.event, 'x-microsoft-disallow-counter'),
      MeetingMessageType: kind.messageType,
      UID: uid.slice(0, longestUid),
    };
  }

  /** An all-day event begins at midnight of its zone; from 16.0 on at 0:00 UTC of its date (trap 82). */
  private moment(time: CalendarTime): Date {
    return momentOf(this.allDay && this.mail.protocolVersion >= 160 ? { ...time, zone: utcZone } : time);
  }

  private times(): Partial<MeetingRequest> {
    if (!this.start) return {};
    const own = { StartTime: this.moment(this.start), EndTime: this.endTime(this.start) };
    if (this.method !== 'COUNTER') return own;
    const proposed = { ProposedStartTime: own.StartTime, ProposedEndTime: own.EndTime };
    // Outlook tells what was agreed beside what is proposed; others leave it to the organizer's calendar.
    const from = timeOf(this.event, 'x-ms-olk-originalstart', this.zones);
    const to = timeOf(this.event, 'x-ms-olk-originalend', this.zones);
    return from && to
      ? { StartTime: this.moment(from), EndTime: this.moment(to), ...proposed }
      : { ...own, ...proposed };
  }

  private endTime(start: CalendarTime): Date {
    const begin = this.moment(start);
    if (this.end) {
      const end = this.moment(this.end);
      return end < begin ? begin : end;
    }
    const duration: unknown = this.event.getFirstPropertyValue('duration');
    const seconds = duration instanceof ICAL.Duration ? duration.toSeconds() : start.isDate ? 86_400 : 0;
    const end = new Date(begin.getTime() + Math.max(0, seconds) * 1000);
    return Number.isNaN(end.getTime()) ? begin : end;
  }

  /** Text up to 14.1, a container from 16.0: whoever fills both serves all versions. */
  private place(): Partial<MeetingRequest> {
    const name = cleanText(textOf(this.event, 'location')).slice(0, longestText);
    if (name === '') return {};
    const position = coordinates(this.event);
    return {
      Location: name,
      AirSyncBaseLocation: {
        DisplayName: name,
        ...(position ? { Latitude: position[0], Longitude: position[1] } : {}),
      },
    };
  }

  private organizer(): string {
    const property = this.event.getFirstProperty('organizer');
    const value: unknown = property?.getFirstValue();
    const address = typeof value === 'string' ? cleanLine(value.replace(/^mailto:/i, '')) : '';
    if (address === '') return this.mail.from;
    return formatAddress({ name: cleanLine(parameter(property, 'cn')), address });
  }

  /** Seconds before the start (MS-ASEMAIL 2.2.2.63), at most what an unsigned short holds. */
  private reminder(): Partial<MeetingRequest> {
    for (const alarm of this.event.getAllSubcomponents('valarm').slice(0, 10)) {
      const property = alarm.getFirstProperty('trigger');
      const trigger: unknown = property?.getFirstValue();
      const related = parameter(property, 'related').toUpperCase();
      if (!(trigger instanceof ICAL.Duration) || related === 'END') continue;
      const seconds = -trigger.toSeconds();
      if (seconds >= 0) return { Reminder: Math.min(65_535, seconds) };
    }
    return {};
  }

  private responseRequested(): boolean {
    const asks = this.method === 'REQUEST' || this.method === 'ADD';
    const attendees = asks ? this.event.getAllProperties('attendee') : [];
    return attendees.some((attendee) => parameter(attendee, 'rsvp').toUpperCase() === 'TRUE');
  }

  private recurrence() {
    const rule: unknown = this.event.getFirstPropertyValue('rrule');
    if (!(rule instanceof ICAL.Recur) || !this.start) return null;
    const { wall } = this.start;
    const first = { ...wall, weekday: weekdayOf(wall) };
    return recurrenceOf(rule, first, untilOf(rule, this.start));
  }

  private sensitivity(): number {
    switch (textOf(this.event, 'class').toUpperCase()) {
      case 'PERSONAL':
      case 'X-PERSONAL':
        return 1;
      case 'PRIVATE':
        return 2;
      case 'CONFIDENTIAL':
        return 3;
      default:
        return 0;
    }
  }

  private busyStatus(): number {
    const word =
      textOf(this.event, 'x-microsoft-cdo-intendedstatus') ||
      textOf(this.event, 'x-microsoft-cdo-busystatus');
    const status = busyWords[word.toUpperCase()];
    // Up to 14.1 "elsewhere" is not known (MS-ASEMAIL 2.2.2.14); Outlook counts it as free.
    if (status !== undefined) return status === 4 && this.mail.protocolVersion < 160 ? 0 : status;
    if (textOf(this.event, 'transp').toUpperCase() === 'TRANSPARENT') return 0;
    return textOf(this.event, 'status').toUpperCase() === 'TENTATIVE' ? 1 : 2;
  }
}

const busyWords: Readonly<Record<string, number>> = {
  FREE: 0,
  TENTATIVE: 1,
  BUSY: 2,
  OOF: 3,
  WORKINGELSEWHERE: 4,
};

/** GEO, or the place Apple adds beside the text. */
function coordinates(event: ICAL.Component): readonly [number, number] | null {
  const geo: unknown = event.getFirstPropertyValue('geo');
  const apple = textOf(event, 'x-apple-structured-location');
  const pair = Array.isArray(geo)
    ? geo.map(Number)
    : (/^geo:([^,]+),([^,;]+)/.exec(apple) ?? []).slice(1).map(Number);
  const [latitude, longitude] = pair;
  if (latitude === undefined || longitude === undefined) return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : null;
}
