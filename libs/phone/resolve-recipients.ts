import type { Caller, RequestOf, ResponseOf } from './caller.js';
import type { CallOptions } from './link.js';
import { UnexpectedAnswer } from './outcome.js';

export type ResolveOptions = NonNullable<RequestOf<'ResolveRecipients'>['Options']>;

export interface Resolved {
  /** Of the whole answer. */
  readonly status: number;
  /** One for each recipient asked for, in order. */
  readonly responses: NonNullable<ResponseOf<'ResolveRecipients'>['Response']>;
}

/** Who recipients are, whether they are free, and how to encrypt for them. Throws UnexpectedAnswer. */
export async function resolveRecipients(
  caller: Caller,
  To: readonly string[],
  Options: ResolveOptions,
  call: CallOptions,
): Promise<Resolved> {
  const outcome = await caller.command('ResolveRecipients', { To, Options }, call);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('ResolveRecipients', outcome);
  return { status: outcome.value.Status, responses: outcome.value.Response ?? [] };
}
