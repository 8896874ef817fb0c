import { BackendError, type CalendarStore } from '#backend';
import {
  applyCancel,
  applyReply,
  applyRequest,
  comparableAddress,
  isOrganizedBy,
  isOwnMeeting,
  MalformedText,
  type Owner,
  type SchedulingMessage,
} from '#formats';
import { objectOf, rework, type Reworked } from './calendars.js';

/** What became of a message that arrived. */
export type Processed = 'applied' | 'nothing-new' | 'not-known' | 'not-believed' | 'not-ours';

/**
 * Works an answer, a proposal, a cancellation or an update into the calendar (trap 91). What a message may say depends on who
 * it is from: of an attendee's answer the attendee, of anything else the organizer; all other is not believed. A new
 * invitation is none of this: it waits for the user's answer. To be called again with the same message changes nothing: the
 * object keeps of which SEQUENCE it is, and when each attendee answered last. Throws BackendError.
 */
export async function processMessage(
  calendars: CalendarStore,
  message: SchedulingMessage,
  { from, owner, at }: { readonly from: string; readonly owner: Owner; readonly at: Date },
): Promise<Processed> {
  let processed: Processed = 'not-known';
  const find = () => objectOf(calendars, message.uid);
  try {
    await rework(calendars, find, '', (object): Reworked => {
      if (!object) return 'unchanged';
      if (!isBelieved(message, object.text, from, owner)) {
        processed = 'not-believed';
        return 'unchanged';
      }
      const text = applied(message, object.text, owner, at);
      processed = text === null ? 'nothing-new' : 'applied';
      return text === null ? 'unchanged' : { text };
    });
  } catch (error) {
    // A calendar that may not be written, or an object nobody can read: the mail says it to the user all the same.
    const isFinal = error instanceof BackendError && (error.kind === 'invalid' || error.kind === 'gone');
    if (isFinal || error instanceof MalformedText) return 'not-ours';
    throw error;
  }
  return processed;
}

const isSame = (one: string, other: string): boolean =>
  one !== '' && comparableAddress(one) === comparableAddress(other);

function isBelieved(message: SchedulingMessage, text: string, from: string, owner: Owner): boolean {
  const isOwn = isOwnMeeting(text, owner);
  switch (message.method) {
    case 'REPLY':
    case 'COUNTER':
      return isOwn && [message.attendees[0] ?? '', message.sentBy].some((one) => isSame(one, from));
    case 'REQUEST':
    case 'CANCEL':
      // By the object, not by the message: whoever forges the one has not written the other.
      return !isOwn && isOrganizedBy(text, from);
    case 'ADD':
    case 'REFRESH':
    case 'DECLINECOUNTER':
      return false;
  }
}

function applied(
  { method, text }: SchedulingMessage,
  existing: string,
  owner: Owner,
  at: Date,
): string | null {
  switch (method) {
    case 'REPLY':
    case 'COUNTER':
      return applyReply(existing, text);
    case 'CANCEL':
      return applyCancel(existing, text, at);
    case 'REQUEST':
      return applyRequest(existing, text, owner);
    case 'ADD':
    case 'REFRESH':
    case 'DECLINECOUNTER':
      return null;
  }
}
