import type { FeedEntry, MailState } from '#backend';

export interface MemoryFlags {
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly forwarded: boolean;
}

export const noFlags: MemoryFlags = { seen: false, flagged: false, answered: false, forwarded: false };

/** How a message arrives. */
export interface MemoryDelivery {
  readonly receivedAt?: Date;
  readonly flags?: Partial<MemoryFlags>;
  /** Reading it fails: a stand-in for messages that a real source cannot hand out. */
  readonly unreadable?: boolean;
}

export interface MemoryMail {
  readonly id: string;
  readonly message: Uint8Array;
  readonly receivedAt: Date;
  readonly unreadable: boolean;
  flags: MemoryFlags;
}

const millisecondsPerDay = 86_400_000;
export const versionOf = ({ seen, flagged, answered, forwarded }: MemoryFlags): string =>
  (flagged ? 'F' : '') + (forwarded ? 'P' : '') + (answered ? 'R' : '') + (seen ? 'S' : '');

export const isInside = (entry: FeedEntry, sinceDay: number | null): boolean =>
  sinceDay === null || entry.day === null || entry.day >= sinceDay;

export function entryOf({ id, flags, receivedAt }: MemoryMail): FeedEntry {
  return { id, version: versionOf(flags), day: Math.floor(receivedAt.getTime() / millisecondsPerDay) };
}

/** What a phone's change means for the flags; a completed follow-up is none that a mail store could keep. */
export function flagsOf(state: MailState): Partial<MemoryFlags> {
  return {
    ...(state.read === undefined ? {} : { seen: state.read }),
    ...(state.flagStatus === undefined ? {} : { flagged: state.flagStatus === 2 }),
    ...(state.answered === undefined ? {} : { answered: state.answered }),
    ...(state.forwarded === undefined ? {} : { forwarded: state.forwarded }),
  };
}
