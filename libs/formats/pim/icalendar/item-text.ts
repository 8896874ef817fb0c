import type ICAL from 'ical.js';
import { asPlain, changedText, type ItemText } from '../item-body.js';
import { added, putText, textOf } from './properties.js';

/** Plain text stands in DESCRIPTION; the same as HTML, where somebody wrote HTML, in what Outlook invented for it. */
const html = 'x-alt-desc';

/** The text of a task or note; null if it has none. */
export function readItemText(component: ICAL.Component): ItemText | null {
  const plain = textOf(component, 'description');
  const rich = textOf(component, html);
  if (rich !== '') {
    const stored: ItemText = { type: 2, text: rich };
    // Who knows DESCRIPTION only changes it alone: then the HTML is yesterday's.
    if (plain === '' || changedText(stored, { Type: 1, Data: plain }) === null) return stored;
  }
  return plain === '' ? null : { type: 1, text: plain };
}

/** Works in what a phone says of the text; what it only sends back stays as it is stored (trap 99). */
export function writeItemText(component: ICAL.Component, body: Parameters<typeof changedText>[1]): void {
  const text = changedText(readItemText(component), body);
  if (text === null) return;
  putText(component, 'description', asPlain(text));
  component.removeAllProperties(html);
  if (text.type !== 2 || text.text.trim() === '') return;
  added(component, html).setParameter('fmttype', 'text/html');
  putText(component, html, text.text);
}
