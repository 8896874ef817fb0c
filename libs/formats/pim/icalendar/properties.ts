import ICAL from 'ical.js';
import { valuesOf } from '../../calendar-values.js';
import { cleanLine, cleanText } from '../../clean-text.js';

/** The decoded text of a property; '' if there is none, or it cannot be understood. Never throws. */
export function textOf(component: ICAL.Component, name: string): string {
  const property = component.getFirstProperty(name);
  return property === null ? '' : propertyText(property);
}

export function propertyText(property: ICAL.Property): string {
  const [value] = valuesOf(property);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  return cleanText(property.type === 'unknown' ? unescaped(value) : value);
}

/** A whole number, or null. */
export function integerOf(component: ICAL.Component, name: string): number | null {
  const text = textOf(component, name).trim();
  return /^-?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Sets the text of the first property of this name, whose parameters stay; '' takes all of them away. */
export function putText(component: ICAL.Component, name: string, text: string): void {
  if (text === '') {
    component.removeAllProperties(name);
    return;
  }
  const property = component.getFirstProperty(name) ?? added(component, name);
  property.setValue(property.type === 'unknown' ? escaped(text) : text);
}

export function added(component: ICAL.Component, name: string): ICAL.Property {
  const property = new ICAL.Property(name, component);
  component.addProperty(property);
  return property;
}

export function putInteger(component: ICAL.Component, name: string, value: number | null): void {
  component.removeAllProperties(name);
  // Not setValue with a number: a property of type unknown holds text.
  if (value !== null) component.addProperty(ICAL.Property.fromString(`${name.toUpperCase()}:${value}`));
}

/** What ical.js does not know it keeps as it is written (RFC 5545 3.3.11). */
const unescaped = (text: string): string =>
  text.replace(/\\([\\;,nN])/g, (_, letter: string) => (letter === 'n' || letter === 'N' ? '\n' : letter));

const escaped = (text: string): string =>
  text.replace(/[\\;,]/g, (letter) => `\\${letter}`).replace(/\r\n|\r|\n/g, '\\n');

const mostCategories = 300;

/** All categories, each once. */
export function categoriesOf(component: ICAL.Component): string[] {
  const all = component.getAllProperties('categories').flatMap(textsOf).map(cleanLine);
  return [...new Set(all.filter((category) => category !== ''))].slice(0, mostCategories);
}

/** Makes these the categories: those that stay keep their place and their property's parameters. */
export function putCategories(component: ICAL.Component, wanted: readonly string[]): void {
  const clean = [...new Set(wanted.map(cleanLine).filter((category) => category !== ''))];
  const before = categoriesOf(component);
  if (before.length === clean.length && clean.every((category) => before.includes(category))) return;
  const left = new Set(clean);
  for (const property of component.getAllProperties('categories')) {
    const kept = textsOf(property).filter((value) => left.delete(cleanLine(value)));
    if (kept.length === 0) component.removeProperty(property);
    else property.setValues(kept);
  }
  if (left.size === 0) return;
  const [first] = component.getAllProperties('categories');
  const [run = [], ...others] = runsOf([...(first === undefined ? [] : textsOf(first)), ...left]);
  (first ?? added(component, 'categories')).setValues(run);
  for (const other of others) added(component, 'categories').setValues(other);
}

/** ical.js takes the comma behind an escaped backslash for one that is escaped: what ends in one is the last of its line. */
function runsOf(values: readonly string[]): string[][] {
  const runs: string[][] = [[]];
  for (const [index, value] of values.entries()) {
    runs.at(-1)!.push(value);
    if (value.endsWith('\\') && index < values.length - 1) runs.push([]);
  }
  return runs;
}

const textsOf = (property: ICAL.Property): string[] =>
  valuesOf(property).filter((value): value is string => typeof value === 'string');
