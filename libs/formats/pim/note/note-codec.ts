import type { NotesData, NotesItem } from '#eas';
import { BackendError } from '#backend';
import { cleanLine } from '../../clean-text.js';
import type { ItemCodec, WriteContext } from '../codec.js';
import { itemBody } from '../item-body.js';
import { readItemText, writeItemText } from '../icalendar/item-text.js';
import { categoriesOf, propertyText, putCategories, putText, textOf } from '../icalendar/properties.js';
import { searchWords } from '../icalendar/search-words.js';
import {
  changedTextOf,
  newStoredComponent,
  parseStoredComponent,
  stampedText,
  uidOf,
  type StoredComponent,
} from '../icalendar/stored-component.js';
import { valueOf } from '../../calendar-values.js';
import { momentOfValue } from '../icalendar/moments.js';
import { whenOmitted } from '../omitted.js';
import { messageClassProperty } from './note-fields.js';

const plainNote = 'IPM.StickyNote';

/** Notes (MS-ASNOTE) as VJOURNAL (RFC 5545 3.6.3). */
export const noteCodec: ItemCodec<'Notes'> = {
  itemClass: 'Notes',
  suffix: '.ics',
  contentType: 'text/calendar; charset=utf-8; component=VJOURNAL',
  surveys: false,
  survey: () => ({ day: null, occurrences: null }),
  read(text, { view }): NotesItem {
    const { main } = parseStoredComponent(text, 'vjournal');
    const stored = readItemText(main);
    const categories = categoriesOf(main);
    return {
      Subject: cleanLine(textOf(main, 'summary')),
      MessageClass: noteClass(textOf(main, messageClassProperty)) ?? plainNote,
      LastModifiedDate: modifiedAt(main),
      // Always there: a phone lets go of categories it is not told of only when it is told of none.
      Categories: { Category: categories },
      Body: itemBody(stored, view),
    };
  },
  create(data, uid, context) {
    const stored = newStoredComponent('vjournal', uid, context.now);
    return { text: change(stored, data, context) ?? stampedText(stored, context.now), files: [] };
  },
  apply(text, data, context) {
    const stored = parseStoredComponent(text, 'vjournal');
    return { text: change(stored, data, context) ?? text, files: [] };
  },
  words(text) {
    const { main } = parseStoredComponent(text, 'vjournal');
    return searchWords([
      textOf(main, 'summary'),
      ...main.getAllProperties('description').map(propertyText),
      ...categoriesOf(main),
    ]);
  },
  uidOf: (text) => uidOf(parseStoredComponent(text, 'vjournal')),
};

/** MS-ASNOTE 2.2.2.5: `IPM.StickyNote` or `IPM.StickyNote.*`; null of anything else. */
const noteClass = (text: string): string | null =>
  /^IPM\.StickyNote(\..*)?$/is.test(text) ? cleanLine(text) : null;

function modifiedAt(main: StoredComponent['main']): Date {
  for (const name of ['last-modified', 'dtstamp', 'created', 'dtstart']) {
    const at = momentOfValue(valueOf(main, name));
    if (at !== null) return at;
  }
  return new Date(0);
}

/** Null if nothing is new. LastModifiedDate is the server's to tell (MS-ASNOTE 3.2.5.3.1). */
function change(stored: StoredComponent, data: NotesData, { manner, now }: WriteContext): string | null {
  const { main } = stored;
  const said = data.MessageClass === undefined ? null : noteClass(data.MessageClass);
  if (data.MessageClass !== undefined && said === null) {
    // MS-ASNOTE 3.2.5.3.2.
    throw new BackendError('invalid', 'the MessageClass is none of a note', { reason: 'message-class' });
  }
  return changedTextOf(stored, now, () => {
    const subject = data.Subject === undefined ? null : cleanLine(data.Subject);
    if (subject !== null && subject !== cleanLine(textOf(main, 'summary'))) putText(main, 'summary', subject);
    if (said !== null && said !== (noteClass(textOf(main, messageClassProperty)) ?? plainNote)) {
      putText(main, messageClassProperty, said === plainNote ? '' : said);
    }
    if (data.Categories !== undefined) putCategories(main, data.Categories.Category ?? []);
    else if (whenOmitted('Notes', 'Notes:Categories', manner) === 'cleared') putCategories(main, []);
    writeItemText(main, data.Body);
  });
}
