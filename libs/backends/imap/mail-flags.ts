import type { MailState } from '#backend';
import type { MailFlags } from '#formats';

/** IMAP flags of a message in the terms of a phone. Flags are compared without case (RFC 9051 2.3.2). */
export function mailFlags(flags: readonly string[]): MailFlags {
  const lower = new Set(flags.map((flag) => flag.toLowerCase()));
  return {
    seen: lower.has('\\seen'),
    flagged: lower.has('\\flagged'),
    answered: lower.has('\\answered'),
    forwarded: lower.has('$forwarded') || lower.has('forwarded'),
  };
}

/** The version the feed tells: one letter a flag that a phone can see, in fixed order; `-` without any. */
export function flagsVersion({ seen, flagged, answered, forwarded }: MailFlags): string {
  return `${seen ? 's' : ''}${flagged ? 'f' : ''}${answered ? 'a' : ''}${forwarded ? 'w' : ''}` || '-';
}

/** Flags to add and to take away for a change of state. */
export function flagChanges(state: MailState): {
  readonly add: readonly string[];
  readonly remove: readonly string[];
} {
  const wanted: readonly (readonly [string, boolean | undefined])[] = [
    ['\\Seen', state.read],
    // IMAP knows no "complete" (status 1): a mail that is done with has lost its flag.
    ['\\Flagged', state.flagStatus === undefined ? undefined : state.flagStatus === 2],
    ['\\Answered', state.answered],
    ['$Forwarded', state.forwarded],
  ];
  return {
    add: wanted.filter(([, on]) => on === true).map(([flag]) => flag),
    remove: wanted.filter(([, on]) => on === false).map(([flag]) => flag),
  };
}
