import type { TasksData, TasksItem } from '#eas';
import { cleanLine } from '../../clean-text.js';
import type { ItemCodec, WriteContext } from '../codec.js';
import { itemBody } from '../item-body.js';
import { readItemText, writeItemText } from '../icalendar/item-text.js';
import { categoriesOf, putCategories, putText, textOf } from '../icalendar/properties.js';
import { searchWords } from '../icalendar/search-words.js';
import {
  changedTextOf,
  newStoredComponent,
  parseStoredComponent,
  stampedText,
  uidOf,
  type StoredComponent,
} from '../icalendar/stored-component.js';
import { whenOmitted } from '../omitted.js';
import { ordinalDate, ordinalDateOf, subOrdinalDate } from './task-order.js';
import { readRecurrence, writeRecurrence } from './task-recurrence.js';
import { reminderOf, writeReminder } from './task-reminder.js';
import {
  completedAt,
  importanceOf,
  isComplete,
  sensitivityOf,
  writeCompletion,
  writeImportance,
  writeSensitivity,
} from './task-state.js';
import { readTimes, saidTimes, writeTimes } from './task-times.js';

/**
 * Tasks (MS-ASTASK) as VTODO (RFC 5545 3.6.2). A series whose rule ActiveSync cannot say is shown as the one task it is at the
 * moment, and keeps its rule.
 */
export const taskCodec: ItemCodec<'Tasks'> = {
  itemClass: 'Tasks',
  suffix: '.ics',
  contentType: 'text/calendar; charset=utf-8; component=VTODO',
  surveys: true,
  survey(text) {
    const { main } = parseStoredComponent(text, 'vtodo');
    return { day: isComplete(main) ? 0 : null, occurrences: null };
  },
  read(text, { view }) {
    const stored = parseStoredComponent(text, 'vtodo');
    return {
      Subject: cleanLine(textOf(stored.main, 'summary')),
      Body: itemBody(readItemText(stored.main), view),
      Importance: importanceOf(stored.main),
      ...dates(stored),
      Categories: { Category: categoriesOf(stored.main) },
      ...recurrence(stored),
      ...completion(stored),
      Sensitivity: sensitivityOf(stored.main),
      ...reminder(stored),
      ...order(stored),
    };
  },
  create(data, uid, context) {
    const stored = newStoredComponent('vtodo', uid, context.now);
    return { text: change(stored, data, context) ?? stampedText(stored, context.now), files: [] };
  },
  apply(text, data, context) {
    const stored = parseStoredComponent(text, 'vtodo');
    return { text: change(stored, data, context) ?? text, files: [] };
  },
  words(text) {
    const { main } = parseStoredComponent(text, 'vtodo');
    const texts = ['summary', 'description', 'location'].map((name) => textOf(main, name));
    return searchWords([...texts, ...categoriesOf(main)]);
  },
  uidOf: (text) => uidOf(parseStoredComponent(text, 'vtodo')),
};

function dates(stored: StoredComponent): TasksItem {
  const { start, due } = readTimes(stored);
  return {
    ...(start === null ? {} : { StartDate: start.local, UtcStartDate: start.utc }),
    ...(due === null ? {} : { DueDate: due.local, UtcDueDate: due.utc }),
  };
}

function recurrence(stored: StoredComponent): TasksItem {
  const said = readRecurrence(stored);
  return said === null || said === 'unsayable' ? {} : { Recurrence: said };
}

const completion = ({ main }: StoredComponent): TasksItem =>
  isComplete(main) ? { Complete: true, DateCompleted: completedAt(main) } : { Complete: false };

function reminder(stored: StoredComponent): TasksItem {
  const at = reminderOf(stored);
  return at === null ? { ReminderSet: false } : { ReminderSet: true, ReminderTime: at };
}

function order({ main }: StoredComponent): TasksItem {
  const at = ordinalDateOf(main);
  const within = textOf(main, subOrdinalDate);
  return {
    ...(at === null ? {} : { OrdinalDate: at }),
    ...(within === '' ? {} : { SubOrdinalDate: within }),
  };
}

/** Null if nothing is new. */
function change(stored: StoredComponent, said: TasksData, { manner, now }: WriteContext): string | null {
  const { main } = stored;
  const cleared = (element: string): boolean =>
    whenOmitted('Tasks', `Tasks:${element}`, manner) === 'cleared';
  return changedTextOf(stored, now, () => {
    const subject = said.Subject ?? (cleared('Subject') ? '' : null);
    if (subject !== null && cleanLine(subject) !== cleanLine(textOf(main, 'summary'))) {
      putText(main, 'summary', cleanLine(subject));
    }
    changeDates(stored, said, cleared);
    writeRecurrence(stored, said.Recurrence, cleared('Recurrence') ? 'cleared' : 'kept');
    writeCompletion(main, said, now);
    if (said.Importance !== undefined) writeImportance(main, said.Importance);
    if (said.Sensitivity !== undefined) writeSensitivity(main, said.Sensitivity);
    else if (cleared('Sensitivity')) writeSensitivity(main, 0);
    if (said.Categories !== undefined) putCategories(main, said.Categories.Category ?? []);
    else if (cleared('Categories')) putCategories(main, []);
    writeReminder(stored, said);
    changeOrder(main, said);
    writeItemText(main, said.Body);
  });
}

function changeDates(stored: StoredComponent, said: TasksData, cleared: (element: string) => boolean): void {
  const current = readTimes(stored);
  const { start, due } = saidTimes(said, current);
  writeTimes(stored, {
    start: start === undefined && !cleared('StartDate') ? current.start : (start ?? null),
    due: due === undefined && !cleared('DueDate') ? current.due : (due ?? null),
  });
}

/** Only who sorts by them sends them; the others cannot mean to take them away. */
function changeOrder(
  main: StoredComponent['main'],
  { OrdinalDate: at, SubOrdinalDate: within }: TasksData,
): void {
  if (at !== undefined && at.getTime() !== ordinalDateOf(main)?.getTime())
    putText(main, ordinalDate, at.toISOString());
  if (within !== undefined && within !== textOf(main, subOrdinalDate)) putText(main, subOrdinalDate, within);
}
