import { BackendError, isCategory, type FeedEntry, type MailState } from '#backend';
import { isKeyword, mailVersion, replaceCategories, type MailFlags, type StoredMail } from '#formats';

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
  /** With all keywords, those of mail programs too. */
  flags: MailFlags;
}

/** What a phone hears of the flags. */
export const shownFlags = ({ flags }: MemoryMail): MailFlags => ({
  ...flags,
  keywords: flags.keywords.filter(isCategory),
});

const millisecondsPerDay = 86_400_000;

export const isInside = (entry: FeedEntry, sinceDay: number | null): boolean =>
  sinceDay === null || entry.day === null || entry.day >= sinceDay;

export function entryOf(mail: MemoryMail): FeedEntry {
  return {
    id: mail.id,
    version: versionOf(mail),
    day: Math.floor(mail.receivedAt.getTime() / millisecondsPerDay),
  };
}

export const versionOf = (mail: MemoryMail): string => mailVersion(shownFlags(mail));

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

/** The mail as it is read. */
export function stored(mail: MemoryMail): StoredMail {
  const { receivedAt, message } = mail;
  return {
    flags: shownFlags(mail),
    receivedAt,
    open: async function* (first, end) {
      yield message.subarray(first, end ?? message.length);
    },
  };
}
