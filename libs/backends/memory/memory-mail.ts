import { BackendError, type FeedEntry, type MailState } from '#backend';
import { isKeyword, mailVersion, replaceCategories, type MailFlags } from '#formats';

/** How a message arrives. */
export interface MemoryDelivery {
  readonly receivedAt?: Date;
  readonly flags?: Partial<MailFlags>;
  /** Reading it fails: a stand-in for messages that a real source cannot hand out. */
  readonly unreadable?: boolean;
}

export interface MemoryMail {
  readonly id: string;
  readonly message: Uint8Array;
  readonly receivedAt: Date;
  readonly unreadable: boolean;
  flags: MailFlags;
}

const millisecondsPerDay = 86_400_000;

export const isInside = (entry: FeedEntry, sinceDay: number | null): boolean =>
  sinceDay === null || entry.day === null || entry.day >= sinceDay;

export function entryOf({ id, flags, receivedAt }: MemoryMail): FeedEntry {
  return { id, version: mailVersion(flags), day: Math.floor(receivedAt.getTime() / millisecondsPerDay) };
}

/**
 * What a phone's change means for the flags; a completed follow-up is none that a mail store could keep. Throws
 * `invalid` for a category that is no keyword.
 */
export function flagsOf(state: MailState, before: readonly string[]): Partial<MailFlags> {
  if (state.keywords?.every(isKeyword) === false) {
    throw new BackendError('invalid', 'a category that is no keyword', { reason: 'keyword' });
  }
  return {
    ...(state.read === undefined ? {} : { seen: state.read }),
    ...(state.flagStatus === undefined ? {} : { flagged: state.flagStatus === 2 }),
    ...(state.answered === undefined ? {} : { answered: state.answered }),
    ...(state.forwarded === undefined ? {} : { forwarded: state.forwarded }),
    ...(state.keywords === undefined ? {} : { keywords: replaceCategories(before, state.keywords) }),
    ...(state.noted === undefined ? {} : { noted: state.noted }),
    ...(state.draft === undefined ? {} : { draft: state.draft }),
  };
}
