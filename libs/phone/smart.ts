import { randomUUID } from 'node:crypto';
import type { Caller } from './caller.js';
import { UnexpectedAnswer } from './outcome.js';
import type { SendMailOptions, SendMailResult } from './send-mail.js';

/** The mail that is answered or forwarded. */
export interface SmartSource {
  readonly folderId: string;
  readonly itemId: string;
}

export interface SmartOptions extends SendMailOptions {
  /** The message has the original in it already. From 14.0 on. */
  readonly replaceMime?: boolean;
}

/** Answers or forwards a mail the server has; up to 12.1 the query names it. Throws UnexpectedAnswer. */
export async function sendSmart(
  caller: Caller,
  command: 'SmartReply' | 'SmartForward',
  { folderId, itemId }: SmartSource,
  mime: string | Uint8Array,
  options: SmartOptions,
): Promise<SendMailResult> {
  const { clientId = randomUUID(), save = true, replaceMime = false, ...call } = options;
  const bytes = typeof mime === 'string' ? Buffer.from(mime) : mime;
  const request = {
    ClientId: clientId,
    Source: { FolderId: folderId, ItemId: itemId },
    ...(save && { SaveInSentItems: true as const }),
    ...(replaceMime && { ReplaceMime: true as const }),
    Mime: bytes,
  };
  const message = { mime: bytes, saveInSent: save, collectionId: folderId, itemId };
  const outcome =
    caller.versionNumber >= 140
      ? await caller.command(command, request, call)
      : await caller.command(command, null, { ...call, message });
  if (outcome.kind === 'empty') return { status: undefined, isLost: false };
  if (outcome.kind === 'lost') return { status: undefined, isLost: true };
  if (outcome.kind !== 'document') throw new UnexpectedAnswer(command, outcome);
  return { status: outcome.value.Status, isLost: false };
}
