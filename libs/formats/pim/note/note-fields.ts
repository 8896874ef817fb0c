import { cleanLine } from '../../clean-text.js';
import { valueOf } from '../../calendar-values.js';
import { momentOfValue } from '../icalendar/moments.js';
import { readItemText, writeItemText } from '../icalendar/item-text.js';
import { categoriesOf, putCategories, putText, textOf } from '../icalendar/properties.js';
import { newStoredComponent, parseStoredComponent, stampedText } from '../icalendar/stored-component.js';
import type { ItemText } from '../item-body.js';

/** Keeps what has no twin in iCalendar. */
export const messageClassProperty = 'x-activesync-message-class';

/** All of a note, for sources that keep notes as something else than VJOURNAL. */
export interface NoteFields {
  readonly uid: string;
  readonly subject: string;
  readonly text: ItemText | null;
  readonly categories: readonly string[];
  /** MS-ASNOTE 2.2.2.5; '' is a plain note. */
  readonly messageClass: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** The note as a VJOURNAL; the same note is always the same text. */
export function noteText(note: NoteFields): string {
  const stored = newStoredComponent('vjournal', note.uid, note.createdAt);
  putText(stored.main, 'summary', cleanLine(note.subject));
  putText(stored.main, messageClassProperty, note.messageClass);
  putCategories(stored.main, note.categories);
  if (note.text) writeItemText(stored.main, { Type: note.text.type, Data: note.text.text });
  return stampedText(stored, note.modifiedAt);
}

/** Throws MalformedText. */
export function noteFields(text: string): NoteFields {
  const { main } = parseStoredComponent(text, 'vjournal');
  const momentOf = (name: string): Date | null => momentOfValue(valueOf(main, name));
  const modifiedAt = momentOf('last-modified') ?? momentOf('dtstamp') ?? new Date(0);
  return {
    uid: textOf(main, 'uid'),
    subject: cleanLine(textOf(main, 'summary')),
    text: readItemText(main),
    categories: categoriesOf(main),
    messageClass: textOf(main, messageClassProperty),
    createdAt: momentOf('created') ?? modifiedAt,
    modifiedAt,
  };
}
