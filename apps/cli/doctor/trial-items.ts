import type { ItemDataByClass } from '#eas';
import type { ItemClass } from '#phone';

export type PimClass = Exclude<ItemClass, 'Email'>;

/** A class in the words of users, and the key of the configuration that says where it is. */
export const classWords: Readonly<
  Record<PimClass, { readonly one: string; readonly many: string; readonly key: string }>
> = {
  Contacts: { one: 'contact', many: 'contacts', key: 'contacts' },
  Calendar: { one: 'event', many: 'events', key: 'calendar' },
  Tasks: { one: 'task', many: 'tasks', key: 'tasks' },
  Notes: { one: 'note', many: 'notes', key: 'notes' },
};

/** An item that says what it is, in case it is left behind; nobody is invited, and nothing rings. */
export type TrialItems = {
  readonly [C in PimClass]: (title: string, text: string) => ItemDataByClass[C];
};

const DAY = 86_400_000;
const body = (Data: string) => ({ Body: { Type: 1, Data } });

/** `uid` names the event where the phone has to (up to 14.1). */
export function trialItems(now: Date, uid: string | null): TrialItems {
  const StartTime = new Date(Math.ceil(now.getTime() / DAY + 1) * DAY);
  const EndTime = new Date(StartTime.getTime() + 1_800_000);
  return {
    Contacts: (title, text) => ({ FirstName: 'Godwit', LastName: title, FileAs: title, ...body(text) }),
    Calendar: (title, text) => ({
      Subject: title,
      StartTime,
      EndTime,
      AllDayEvent: false,
      BusyStatus: 0,
      Sensitivity: 0,
      ...(uid !== null && { UID: uid, DtStamp: now, MeetingStatus: 0 }),
      ...body(text),
    }),
    Tasks: (title, text) => ({ Subject: title, Complete: false, Importance: 1, ...body(text) }),
    Notes: (title, text) => ({ Subject: title, MessageClass: 'IPM.StickyNote', ...body(text) }),
  };
}
