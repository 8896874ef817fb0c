import { createHash } from 'node:crypto';
import { BackendError, canAppend, type Submitter } from '#backend';
import { SpoolOverflow } from '#formats';
import { EasStatusError, SendMailRequest, type Blob } from '#eas';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { empty, type Reply } from '../reply.js';
import { NoMessage, takeMessage, type OutgoingMessage } from './outgoing-message.js';
import { SendOnce } from './send-once.js';

/** Common status codes of sending (MS-ASCMD 2.2.2). */
const SendStatus = {
  invalidMime: 107,
  serverErrorRetryLater: 111,
  quotaExceeded: 115,
  recipientUnresolved: 116,
  previouslySent: 118,
  noRecipient: 119,
  sendFailed: 120,
  accessDenied: 130,
} as const;

/** Commands carry WBXML from here on; before, the body is the message itself. */
const WBXML_SINCE = 140;

const fail = (status: number, message: string): EasStatusError =>
  new EasStatusError('SendMail', status, message);

interface Submission {
  readonly message: OutgoingMessage;
  readonly clientId: string | null;
  readonly save: boolean;
}

async function take(context: CommandContext, source: AsyncIterable<Uint8Array>): Promise<OutgoingMessage> {
  try {
    const { account, limits } = context;
    return await takeMessage(source, {
      sender: account.address,
      maxSize: limits.messageBytes,
      now: new Date(),
    });
  } catch (error) {
    if (error instanceof NoMessage) throw fail(SendStatus.invalidMime, error.message);
    if (error instanceof SpoolOverflow) throw fail(SendStatus.quotaExceeded, error.message);
    throw error;
  }
}

/** The message goes from the socket to the spool while the document around it is still being read. */
async function read(context: CommandContext): Promise<Submission> {
  if (context.version < WBXML_SINCE) {
    const message = await take(context, context.body);
    return { message, clientId: null, save: context.query.saveInSent };
  }
  let message: OutgoingMessage | null = null;
  const keep = async (content: AsyncIterable<Uint8Array>): Promise<Blob> => {
    message?.dispose();
    message = await take(context, content);
    return { length: message.storedSize, content: message.stored() };
  };
  try {
    const { value } = await readDocument(context, SendMailRequest, keep);
    const taken = message as OutgoingMessage | null;
    if (!taken) throw fail(SendStatus.invalidMime, 'no message');
    return { message: taken, clientId: value.ClientId, save: value.SaveInSentItems === true };
  } catch (error) {
    (message as OutgoingMessage | null)?.dispose();
    throw error;
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Without a ClientId the Message-ID tells a repeated mail, as far as the phone gave it one. */
const onceKey = ({ clientId, message }: Submission): string =>
  clientId === null ? `send-id ${hash(message.messageId)}` : `send ${hash(clientId)}`;

function statusOf(error: BackendError): number {
  if (error.kind === 'unavailable' || error.kind === 'throttled') return SendStatus.serverErrorRetryLater;
  if (error.kind === 'unsupported') return SendStatus.accessDenied;
  if (error.reason === 'recipient-refused') return SendStatus.recipientUnresolved;
  return error.reason === 'too-big' ? SendStatus.quotaExceeded : SendStatus.sendFailed;
}

async function submit(submitter: Submitter, from: string, message: OutgoingMessage): Promise<void> {
  const { recipients, utf8 } = message;
  await submitter.submit({ from, recipients, utf8 }, message.submitted, message.submittedSize);
}

/** Trap 74: only after the mail was accepted, and a copy that cannot be kept is no failure of the sending. */
async function saveInSent(context: CommandContext, message: OutgoingMessage): Promise<void> {
  const lease = context.account.lease();
  try {
    const backend = await lease.backend('Email');
    if (!canAppend(backend)) return;
    const sent = (await backend.folders()).find((folder) => folder.role === 'sent');
    if (sent) await backend.append(sent.path, message.stored(), message.storedSize, { read: true });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    context.events.sentCopyFailed(error.message);
  } finally {
    lease.release();
  }
}

async function deliver(context: CommandContext, submission: Submission): Promise<'now' | 'before'> {
  const { message } = submission;
  const once = new SendOnce(context, onceKey(submission));
  const earlier = await once.begin();
  if (earlier === 'sent') {
    // Up to 12.1 there is no word for it but HTTP 400, which keeps the mail in the outbox for good: it is sent.
    if (context.version < WBXML_SINCE) return 'before';
    throw fail(SendStatus.previouslySent, 'sent before');
  }
  if (earlier === 'sending') throw fail(SendStatus.serverErrorRetryLater, 'being sent');
  const lease = context.account.lease();
  try {
    await submit(await lease.submitter(), message.from ?? context.account.address, message);
  } catch (error) {
    // In doubt: the server had it all. Sending again might send twice; the phone is told that it failed.
    if (error instanceof BackendError && error.reason === 'in-doubt') await once.sent();
    else await once.failed();
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    context.events.mailSent(error.reason);
    throw fail(statusOf(error), error.message);
  } finally {
    lease.release();
  }
  await once.sent();
  context.events.mailSent('accepted');
  return 'now';
}

/** MS-ASCMD 2.2.1.17 SendMail. Success is an empty answer (trap 72). */
export async function sendMail(context: CommandContext): Promise<Reply> {
  const submission = await read(context);
  try {
    if (submission.message.recipients.length === 0) throw fail(SendStatus.noRecipient, 'no recipient');
    const sent = await deliver(context, submission);
    if (sent === 'now' && submission.save) await saveInSent(context, submission.message);
    return empty;
  } finally {
    submission.message.dispose();
  }
}
