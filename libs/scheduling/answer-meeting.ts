import { createHash } from 'node:crypto';
import type { CalendarObject, CalendarStore } from '#backend';
import { applyRequest, setPartstat, withoutOccurrence, type Answer, type Owner } from '#formats';
import { objectOf, rework, type Outcome, type Reworked } from './calendars.js';
import type { SchedulingRule } from './rule.js';

/** A meeting that is answered: by its invitation in a mail, by its object in a calendar, or both. */
export interface AnsweredMeeting {
  readonly uid: string;
  /** Text of the REQUEST; null where the object itself was named. */
  readonly invitation: string | null;
  /** The object as it is now: the one named, else that with this UID, so that no second one appears. */
  readonly object: CalendarObject | null;
}

/** The meeting as it stands, by the newer of invitation and object; null if there is neither. */
export const meetingText = ({ invitation, object }: AnsweredMeeting, owner: Owner): string | null =>
  (invitation === null ? null : applyRequest(object?.text ?? null, invitation, owner)) ??
  object?.text ??
  null;

/** What an object made for this meeting is called: the same at each attempt. */
export const objectName = (uid: string): string =>
  createHash('sha256').update(uid).digest('hex').slice(0, 40);

/**
 * The owner's answer in the calendar. What is declined goes; but where the server sends the answers, it is kept with the
 * answer in it, for the server makes its mail of that. Throws BackendError `gone` or `invalid` as setPartstat does.
 */
export function answerInCalendar(
  calendars: CalendarStore,
  meeting: AnsweredMeeting,
  { owner, answer, rule }: { readonly owner: Owner; readonly answer: Answer; readonly rule: SchedulingRule },
): Promise<Outcome> {
  const { uid, invitation } = meeting;
  let read = meeting.object;
  const find = async (): Promise<CalendarObject | null> => {
    const found = read ?? (await objectOf(calendars, uid));
    // Whoever looks again does so because somebody else wrote: what was read is old then.
    read = null;
    return found;
  };
  const leaves = answer.status === 'DECLINED' && rule !== 'server';
  return rework(calendars, find, objectName(uid), (object): Reworked => {
    const text = meetingText({ uid, invitation, object }, owner);
    if (text === null || (leaves && answer.instance === null)) return 'removed';
    if (!leaves) return { text: setPartstat(text, owner, answer) };
    const left = withoutOccurrence(text, answer.instance!);
    return left === null ? 'removed' : { text: left };
  });
}
