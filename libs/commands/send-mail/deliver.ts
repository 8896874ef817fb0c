import { createHash } from 'node:crypto';
import { BackendError, canAppend, type Identity } from '#backend';
import { CommonStatus } from '#eas';
import { SpoolOverflow, type Composition, type HeaderBlock, type TakenMessage } from '#formats';
import { inSpan } from '#ops';
import type { AccountLease, CommandContext } from '../context.js';
import { empty, type Reply } from '../reply.js';
import { isHeldBack } from '../scheduling/held-back.js';
import { outgoing, type OutgoingMessage } from './outgoing-message.js';
import { asRefusal, refused, type SendingCommand } from './refusal.js';
import { rememberRecipients } from './remember-recipients.js';
import { SendOnce } from './send-once.js';
import { identityOf } from './sender.js';

/** From here on a repeated mail has a Status of its own. */
const STATUSES_SINCE = 140;

/** A mail a phone wants to be sent. */
export interface Order {
  readonly command: SendingCommand;
  /** Null up to 12.1. */
  readonly clientId: string | null;
  readonly accountId: string | null;
  /** Keep a copy in the sent items (trap 74). */
  readonly save: boolean;
  /** What the phone wrote; null where the server writes the mail. */
  readonly written: TakenMessage | null;
  /** Makes what is sent; called only for a mail that was not sent before. Throws EasStatusError. */
  make(lease: AccountLease): Promise<MadeMail>;
}

/** A mail that was made, but for what the account adds to it. */
export interface MadeMail {
  /** Without Content fields. */
  readonly header: HeaderBlock;
  readonly composition: Composition;
  /** What is left to do when it was sent; a failure of it is none of the sending. */
  sent?(message: OutgoingMessage): Promise<void>;
  /** The CalDAV server says the same: it does not leave. */
  readonly saidByServer?: boolean;
  /** Frees the original. */
  dispose?(): void;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

async function contentHash({ spool }: TakenMessage): Promise<string> {
  const sum = createHash('sha256');
  for await (const piece of spool.read()) sum.update(piece);
  return sum.digest('base64url');
}

/**
 * What a repeated mail is known by: its ClientId, without one its Message-ID, else the whole of it, if a Date makes it
 * unlike any other.
 */
async function onceKey({ clientId, written }: Order): Promise<string | null> {
  if (clientId !== null) return `send ${hash(clientId)}`;
  const id = written?.header.raw('message-id') ?? '';
  if (id !== '') return `send-id ${hash(id)}`;
  return written?.header.has('date') ? `send-all ${await contentHash(written)}` : null;
}

async function senderOf(lease: AccountLease, { command, accountId }: Order) {
  const [main, ...others] = await lease.identities();
  if (!main) throw refused(command, CommonStatus.AccessDenied, 'the account has no address');
  const identities: [Identity, ...Identity[]] = [main, ...others];
  const chosen = accountId === null ? null : identityOf(identities, accountId);
  if (accountId !== null && !chosen) throw refused(command, CommonStatus.InvalidAccountId, 'no such account');
  return { identities, chosen };
}

/** Trap 74: only after the mail was accepted, and a copy that cannot be kept is no failure of the sending. */
async function saveInSent(
  context: CommandContext,
  lease: AccountLease,
  message: OutgoingMessage,
): Promise<void> {
  try {
    const backend = await lease.backend('Email');
    if (!canAppend(backend)) return;
    const sent = (await backend.folders()).find((folder) => folder.role === 'sent');
    if (sent) await backend.append(sent.path, message.stored(), message.storedSize, { read: true });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    context.events.sentCopyFailed(error.message);
  }
}

/** What left, or did not because the CalDAV server says the same (trap 89). */
interface Submitted {
  readonly message: OutgoingMessage;
  readonly outcome: 'accepted' | 'held-back';
}

async function submit(
  context: CommandContext,
  lease: AccountLease,
  order: Order,
  made: MadeMail,
  once: SendOnce | null,
): Promise<Submitted> {
  const { command, accountId } = order;
  try {
    const sender = await senderOf(lease, order);
    const message = outgoing(made.header, made.composition.entity, sender, new Date());
    const { from, recipients, utf8, submitted, submittedSize } = message;
    if (recipients.length === 0) throw refused(command, CommonStatus.MessageHasNoRecipient, 'no recipient');
    const { mailBytes } = context.limits;
    if (message.storedSize > mailBytes) throw new SpoolOverflow(`the mail has more than ${mailBytes} bytes`);
    const isSaid = made.saidByServer ?? (order.written !== null && (await isHeldBack(lease, order.written)));
    if (isSaid) return { message, outcome: 'held-back' };
    const submitter = await lease.submitter();
    await once?.submitting();
    const sizes = { 'godwit.recipients': recipients.length, 'godwit.bytes': submittedSize };
    await inSpan('submission', command, sizes, () =>
      submitter.submit({ from, recipients, utf8 }, submitted, submittedSize),
    );
    return { message, outcome: 'accepted' };
  } catch (error) {
    if (!(error instanceof BackendError)) throw asRefusal(command, 'submission', error);
    context.events.mailSent(error.reason);
    if (error.reason === 'in-doubt') throw new InDoubt(command, error.message);
    if (error.kind === 'unsupported' && accountId !== null)
      throw refused(command, CommonStatus.AccountSendDisabled, error.message);
    throw asRefusal(command, 'submission', error);
  }
}

/** The server had the whole mail when the connection broke: nobody knows whether it took it. */
class InDoubt extends Error {
  constructor(
    readonly command: SendingCommand,
    message: string,
  ) {
    super(message);
  }
}

/** The mail is out: a store that cannot be told now must not make the phone send it again. */
async function recordSent(context: CommandContext, once: SendOnce | null): Promise<void> {
  try {
    await once?.sent();
  } catch (error) {
    if (!(error instanceof Error && context.isPassing(error))) throw error;
  }
}

/** Makes and submits; what fails before the server has the mail leaves no trace, and the phone may try again. */
async function sendNew(
  context: CommandContext,
  lease: AccountLease,
  order: Order,
  once: SendOnce | null,
): Promise<void> {
  let made: MadeMail | null = null;
  try {
    let submitted: Submitted;
    try {
      made = await order.make(lease).catch((error: unknown) => {
        throw asRefusal(order.command, 'original', error);
      });
      submitted = await submit(context, lease, order, made, once);
    } catch (error) {
      if (!(error instanceof InDoubt)) await once?.failed();
      else await recordSent(context, once);
      // Sending it again might send it twice; the phone is told that it failed, and its user decides.
      throw error instanceof InDoubt
        ? refused(error.command, CommonStatus.MailSubmissionFailed, error.message)
        : error;
    }
    await recordSent(context, once);
    const { message, outcome } = submitted;
    context.events.mailSent(outcome);
    if (order.save) await saveInSent(context, lease, message);
    await rememberRecipients(context, lease, made.header);
    await made.sent?.(message);
  } finally {
    made?.composition.dispose();
    made?.dispose?.();
  }
}

/** Sends a mail at most once, whatever the phone repeats. Success is an empty answer (trap 72). Frees what the phone wrote. */
export async function deliver(context: CommandContext, order: Order): Promise<Reply> {
  const lease = context.account.lease();
  try {
    const key = await onceKey(order);
    const once = key === null ? null : new SendOnce(context, key);
    const earlier = (await once?.begin()) ?? 'none';
    if (earlier === 'sending') throw refused(order.command, CommonStatus.ServerErrorRetryLater, 'being sent');
    if (earlier === 'in-doubt')
      throw refused(order.command, CommonStatus.MailSubmissionFailed, 'its process died while it was sent');
    if (earlier === 'sent') {
      // Up to 12.1 there is no word for it but HTTP 400, which keeps the mail in the outbox for good: it is sent.
      if (context.version < STATUSES_SINCE) return empty;
      throw refused(order.command, CommonStatus.MessagePreviouslySent, 'sent before');
    }
    await sendNew(context, lease, order, once);
    return empty;
  } finally {
    lease.release();
    order.written?.dispose();
  }
}
