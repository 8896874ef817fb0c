import type ICAL from 'ical.js';
import { integerOf, putInteger } from '../icalendar/properties.js';
import { putMoment } from '../icalendar/stored-component.js';
import type { Owner } from '../codec.js';
import { ownerOrganizes } from './attendees-write.js';

/** What attendees must be told of: RFC 5546 2.1.4, and the place. */
const significant = [
  'dtstart',
  'dtend',
  'duration',
  'rrule',
  'rdate',
  'exdate',
  'location',
  'status',
] as const;

interface Snapshot {
  readonly text: string;
  readonly terms: string;
}

const snapshot = (event: ICAL.Component): Snapshot => ({
  text: event.toString(),
  terms: significant
    .flatMap((name) => event.getAllProperties(name).map((property) => property.toICALString()))
    .join('\n'),
});

/** Notices which events of a calendar a change touches, and says so in them. */
export class Revision {
  private readonly whole: string;
  private readonly before: ReadonlyMap<ICAL.Component, Snapshot>;

  constructor(private readonly calendar: ICAL.Component) {
    this.whole = calendar.toString();
    this.before = new Map(
      calendar.getAllSubcomponents('vevent').map((event) => [event, snapshot(event)] as const),
    );
  }

  get isChange(): boolean {
    return this.calendar.toString() !== this.whole;
  }

  /**
   * Stamps what was changed (without METHOD both stamps tell of the last change, RFC 5545 3.8.7.2), and counts up SEQUENCE where
   * the organizer changed what attendees must be told of.
   */
  stamp(now: Date, owner: Owner): void {
    const highest = Math.max(0, ...[...this.before.keys()].map((event) => integerOf(event, 'sequence') ?? 0));
    for (const event of this.calendar.getAllSubcomponents('vevent')) {
      const [was, is] = [this.before.get(event), snapshot(event)];
      if (was?.text === is.text) continue;
      putMoment(event, 'dtstamp', now);
      putMoment(event, 'last-modified', now);
      const isMeeting = event.hasProperty('attendee') && ownerOrganizes(event, owner);
      if (isMeeting && was?.terms !== is.terms) {
        putInteger(event, 'sequence', (was ? (integerOf(event, 'sequence') ?? 0) : highest) + 1);
      }
    }
  }
}
