import { randomUUID } from 'node:crypto';
import type { Caller } from './caller.js';
import type { CallOptions } from './link.js';
import { UnexpectedAnswer } from './outcome.js';

export interface SendMailOptions extends CallOptions {
  /** At most 40 characters; the same one twice must not send twice. Default: a new one. */
  readonly clientId?: string;
  /** Keep a copy in the sent items; default true. */
  readonly save?: boolean;
}

export interface SendMailResult {
  /** Undefined is success (trap 72). */
  readonly status: number | undefined;
  readonly isLost: boolean;
}

/** Sends a whole mail: as WBXML from 14.0 on, before as the request's body. Throws UnexpectedAnswer. */
export async function sendMail(
  caller: Caller,
  mime: string | Uint8Array,
  options: SendMailOptions,
): Promise<SendMailResult> {
  const { clientId = randomUUID(), save = true, ...call } = options;
  const bytes = typeof mime === 'string' ? Buffer.from(mime) : mime;
  const outcome =
    caller.versionNumber >= 140
      ? await caller.command(
          'SendMail',
          { ClientId: clientId, ...(save && { SaveInSentItems: true }), Mime: bytes },
          call,
        )
      : await caller.command('SendMail', null, { ...call, message: { mime: bytes, saveInSent: save } });
  if (outcome.kind === 'empty') return { status: undefined, isLost: false };
  if (outcome.kind === 'lost') return { status: undefined, isLost: true };
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('SendMail', outcome);
  return { status: outcome.value.Status, isLost: false };
}
