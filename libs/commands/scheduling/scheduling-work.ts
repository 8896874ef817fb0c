import { createHash } from 'node:crypto';
import { BackendError } from '#backend';
import { CommonStatus, EasStatusError } from '#eas';
import type { OutgoingScheduling } from '#formats';
import type { Carrier, JobOutcome } from '#scheduling';
import type { ScheduledJob } from '#store';
import type { CommandContext } from '../context.js';
import { applyMail } from './arrived-mail.js';
import { sendScheduling } from './send-scheduling.js';

/** What is noted of a job; JSON. */
export type SchedulingWork =
  | { readonly kind: 'mail'; readonly path: string; readonly id: string }
  | { readonly kind: 'send'; readonly message: OutgoingScheduling };

/** Attempts after which a job is given up: with pauses of half an hour, two days. */
const MOST_ATTEMPTS = 100;

const hash = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** A mail of the Inbox is looked into once, whatever number of devices is told of it. */
export const mailJob = (path: string, id: string) => ({
  key: `mail ${hash(path, id)}`,
  work: { kind: 'mail', path, id } as const,
});

/** A message leaves once under its key. */
export const sendJob = (message: OutgoingScheduling, key: string) => ({
  key: `send ${key}`,
  work: { kind: 'send', message: { ...message, to: [...message.to] } } as const,
});

/**
 * Carries jobs out with the credentials of the phone that is here. They are the account's, noted when they were allowed: what
 * may be done for this device makes no difference.
 */
export const carrierOf =
  (phone: CommandContext): Carrier =>
  async (job) => {
    const context = { ...phone, account: phone.account.unguarded ?? phone.account };
    const outcome = await carriedOut(context, job);
    if (outcome === 'done' || job.attempts < MOST_ATTEMPTS) return outcome;
    context.events.meetingFailed(workOf(job).kind, 'given up');
    return 'done';
  };

/** Only this room writes what is noted. */
const workOf = ({ work }: ScheduledJob): SchedulingWork => work as object as SchedulingWork;

async function carriedOut(context: CommandContext, job: ScheduledJob): Promise<JobOutcome> {
  const work = workOf(job);
  try {
    if (work.kind === 'mail') await applyMail(context, work.path, work.id);
    else await sendScheduling(context, work.message, { key: null, said: { plain: work.message.plain } });
    return 'done';
  } catch (error) {
    if (!(error instanceof BackendError || error instanceof EasStatusError)) throw error;
    context.events.meetingFailed(work.kind, error.message);
    return isPassing(error) ? 'later' : 'done';
  }
}

/** A password that was changed is one that the phone will bring. */
const isPassing = (error: BackendError | EasStatusError): boolean =>
  error instanceof BackendError
    ? error.retryable || error.kind === 'auth'
    : error.status === CommonStatus.ServerErrorRetryLater;
