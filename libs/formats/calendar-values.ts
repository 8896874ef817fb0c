import ICAL from 'ical.js';

/** The first value of this property; null where it is missing or cannot be understood. Never throws. */
export function valueOf(component: ICAL.Component, name: string): unknown {
  try {
    return component.getFirstPropertyValue(name) ?? null;
  } catch {
    // ical.js throws plain errors for values that are none.
    return null;
  }
}

/** All values of a property; none where they cannot be understood. */
export function valuesOf(property: ICAL.Property): readonly unknown[] {
  try {
    return property.getValues();
  } catch {
    return [];
  }
}

/** The text of a property, whatever its type; '' where it is missing. */
export function textOf(component: ICAL.Component, name: string): string {
  const value = valueOf(component, name);
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}

/** A word of a closed list, in capitals. */
export const wordOf = (component: ICAL.Component, name: string): string =>
  textOf(component, name).toUpperCase();

/** The text of a parameter; of several values the first. */
export function parameterOf(property: ICAL.Property | null, name: string): string {
  const value: unknown = property?.getParameter(name);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.trim() : '';
}

/** The text of one property. */
export function propertyText(property: ICAL.Property | null): string {
  try {
    const value: unknown = property?.getFirstValue();
    return typeof value === 'string' ? value.trim() : '';
  } catch {
    return '';
  }
}

/** The address of a cal-address, without its scheme. */
export const addressOf = (property: ICAL.Property | null): string =>
  propertyText(property)
    .replace(/^mailto:/i, '')
    .trim();

/** Seconds of a DURATION; null where there is none. */
export function secondsOf(component: ICAL.Component, name: string): number | null {
  const value = valueOf(component, name);
  if (!(value instanceof ICAL.Duration)) return null;
  const seconds = value.toSeconds();
  return Number.isFinite(seconds) ? seconds : null;
}
