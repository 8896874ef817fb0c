import type ICAL from 'ical.js';

/** The values of one part of an RRULE, as text: `['MO', '-1FR']` of BYDAY. Empty where the rule does not have it. */
export function rulePart(rule: ICAL.Recur, name: string): readonly string[] {
  const parts: Readonly<Record<string, unknown>> = rule.parts;
  const found = parts[name];
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  return values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String);
}
