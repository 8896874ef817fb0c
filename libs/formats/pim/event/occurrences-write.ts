import ICAL from 'ical.js';
import { ruleStarts } from '../../calendar-rule-starts.js';
import { timeOf, timesOf, type CalendarTime } from '../../calendar-time.js';
import type { CalendarZones } from '../../calendar-zone.js';
import { addedTime, putTime, setTime, spanOf, wallInSeries, type EventSpan } from './event-frame.js';
import { sameManner, writeSpan } from './span-write.js';
import { rulesOf } from './recurrence-read.js';

/**
 * The occurrences of a series that are otherwise, or not at all: override components by RECURRENCE-ID, and EXDATE. An
 * occurrence is named by its original start, as wall time in the frame of the series.
 */

const day = 24 * 60 * 60_000;

/** A component that stands for one occurrence, with the original start it stands for. */
export interface Override {
  readonly event: ICAL.Component;
  readonly original: number;
}

/** A series and what is written about single occurrences of it. */
export class Series {
  constructor(
    private readonly calendar: ICAL.Component,
    private readonly zones: CalendarZones,
    readonly master: ICAL.Component,
    readonly span: EventSpan,
  ) {}

  /** All components with the series' UID that stand for one occurrence. */
  overrides(): Override[] {
    const uid = this.master.getFirstPropertyValue('uid');
    return this.calendar.getAllSubcomponents('vevent').flatMap((event) => {
      const property = event.getFirstProperty('recurrence-id');
      if (!property || event === this.master || event.getFirstPropertyValue('uid') !== uid) return [];
      const [time] = timesOf(property, this.zones);
      return time ? [{ event, original: this.wall(time) }] : [];
    });
  }

  override(original: number): Override | null {
    return this.overrides().find((one) => one.original === original) ?? null;
  }

  isExcluded(original: number): boolean {
    return this.exclusions().some(({ walls }) => walls.includes(original));
  }

  /** Whether the rule has an occurrence here, whatever EXDATE says. */
  isOccurrence(original: number): boolean {
    return this.startsIn(original, original).length > 0;
  }

  /** Starts of the rule between these wall times. */
  startsIn(from: number, to: number): number[] {
    const start = timeOf(this.master, 'dtstart', this.zones);
    if (!start) return [];
    const wanted = { start: this.span.start, from, to };
    return rulesOf(this.master, 'rrule', start).flatMap(({ rule, until }) => [
      ...ruleStarts(rule, { ...wanted, until }),
    ]);
  }

  /** Takes an occurrence out. */
  exclude(original: number): void {
    for (const { event, original: at } of this.overrides()) {
      if (at === original) this.calendar.removeSubcomponent(event);
    }
    if (this.isExcluded(original)) return;
    setTime(addedTime(this.master, 'exdate'), [original], this.span.frame);
  }

  /** Takes it back in. */
  include(original: number): void {
    for (const { property, walls } of this.exclusions()) {
      if (!walls.includes(original)) continue;
      const values: unknown[] = property.getValues();
      const left = values.filter((_, index) => walls[index] !== original);
      if (left.length === 0) this.master.removeProperty(property);
      else property.setValues(left);
    }
  }

  /** A component for this occurrence that says all that the series says (RFC 5545 3.8.4.4: it inherits nothing). */
  newOverride(original: number): ICAL.Component {
    const event = new ICAL.Component(structuredClone(this.master.jCal));
    for (const name of ['rrule', 'rdate', 'exdate', 'exrule', 'recurrence-id'])
      event.removeAllProperties(name);
    putTime(event, 'recurrence-id', original, this.span.frame);
    const { frame, start, end } = this.span;
    writeSpan(event, this.span, { frame, start: original, end: original + (end - start) });
    return event;
  }

  add(event: ICAL.Component): void {
    this.calendar.addSubcomponent(event);
  }

  /** Forgets all that single occurrences have of their own (trap 84). */
  dropExceptions(): void {
    for (const { event } of this.overrides()) this.calendar.removeSubcomponent(event);
    this.master.removeAllProperties('exdate');
  }

  /** Forgets the exceptions for which `keep` says no. */
  keepExceptions(keep: (original: number) => boolean): void {
    for (const { event, original } of this.overrides()) {
      if (!keep(original)) this.calendar.removeSubcomponent(event);
    }
    const gone = this.exclusions().flatMap(({ walls }) => walls.filter((wall) => !keep(wall)));
    for (const original of gone) this.include(original);
  }

  /**
   * The same exceptions for the series as it is after its times changed: those of the n-th day after its first one stay those
   * of that day. An occurrence that was not moved goes along with the series.
   */
  moveTo(after: EventSpan): void {
    const moved = (original: number): number =>
      after.start + Math.round((original - this.span.start) / day) * day;
    for (const { event, original } of this.overrides()) {
      const own = spanOf(event, this.zones);
      putTime(event, 'recurrence-id', moved(original), after.frame);
      if (!own || own.start !== original || !sameManner(own.frame, this.span.frame)) continue;
      const sameLength = own.end - own.start === this.span.end - this.span.start;
      const length = sameLength ? after.end - after.start : own.end - own.start;
      writeSpan(event, own, { frame: after.frame, start: moved(original), end: moved(original) + length });
    }
    for (const { property, walls } of this.exclusions()) setTime(property, walls.map(moved), after.frame);
  }

  private exclusions(): { readonly property: ICAL.Property; readonly walls: number[] }[] {
    return this.master.getAllProperties('exdate').map((property) => ({
      property,
      walls: timesOf(property, this.zones).map((time) => this.wall(time)),
    }));
  }

  private wall(time: CalendarTime): number {
    return wallInSeries(time, this.span.start, this.span.frame);
  }
}
