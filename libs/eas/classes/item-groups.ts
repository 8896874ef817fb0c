import type { Encodable, Infer } from '../schema/schema.js';
import { CalendarItem } from './calendar.js';
import { ContactsItem } from './contact.js';
import { EmailItem } from './email.js';
import { NotesItem } from './note.js';
import { TasksItem } from './task.js';

/**
 * The classes of items, each a group of properties under the class's name: `ApplicationData: { Email: {...} }`. A new
 * class is added here and is then known to Sync and ItemOperations alike. On decoding an element that several classes share
 * (a Body) stands in each of them; whoever knows the folder's class picks the right one.
 */
export const itemGroups = [EmailItem, ContactsItem, CalendarItem, TasksItem, NotesItem] as const;

/** An item to be sent, by its class. */
export interface ItemByClass {
  readonly Email: Encodable<typeof EmailItem>;
  readonly Contacts: Encodable<typeof ContactsItem>;
  readonly Calendar: Encodable<typeof CalendarItem>;
  readonly Tasks: Encodable<typeof TasksItem>;
  readonly Notes: Encodable<typeof NotesItem>;
}

/** What a phone says of an item, by its class. */
export interface ItemDataByClass {
  readonly Email: Infer<typeof EmailItem>;
  readonly Contacts: Infer<typeof ContactsItem>;
  readonly Calendar: Infer<typeof CalendarItem>;
  readonly Tasks: Infer<typeof TasksItem>;
  readonly Notes: Infer<typeof NotesItem>;
}
