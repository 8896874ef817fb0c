import { randomUUID } from 'node:crypto';
import { DeadlinePassed, Overloaded, RuntimeUnavailable } from '#actors';
import { BackendError } from '#backend';
import { plainProfile } from '#clients';
import { document, refusal, type Reply } from '#commands';
import { DeviceRefused, ProvisionRequired } from '#device';
import {
  CommonStatus,
  EasStatusError,
  existsIn,
  httpStatusOf,
  isDeclared,
  ProtocolError,
  statusAnswer,
  type CommandName,
} from '#eas';
import { tellPolicyStatus } from '#policy';
import { StoreUnavailable } from '#store';
import { BodyTooLarge } from './request-body.js';
import { Disconnected } from './response-sink.js';

/** How a request that failed is answered, and what is written of it. */
export interface Failure {
  readonly reply: Reply;
  readonly kind:
    | 'unavailable'
    | 'malformed'
    | 'too-large'
    | 'refused'
    | 'provision'
    | 'unauthorized'
    | 'disconnected'
    | 'bug';
  readonly reason: string;
  /** For a bug: what the log line and the answer have in common. */
  readonly id?: string;
}

/** Seconds after which a phone may come back when nobody knows better. */
const RETRY_AFTER = 30;
/** Common status codes exist from here on; before, HTTP says it (MS-ASCMD 2.2.2). */
const STATUSES_SINCE = 140;
const BEFORE_STATUSES = 121;

const unauthorized = (): Reply =>
  refusal(401, { 'WWW-Authenticate': 'Basic realm="Godwit", charset="UTF-8"' });

/**
 * What a phone is told of why it is sent away (MS-ASHTTP 2.2.2.1.2.13). `Global`, the value of the specification's example,
 * is the server's state: nothing this phone did.
 */
type Throttle = 'Global' | 'UnknownReason';

/** Trap 7: a phone that is told when to come back does not come back at once. */
export const unavailable = (retryAfter = RETRY_AFTER, throttle: Throttle = 'UnknownReason'): Reply =>
  refusal(503, { 'Retry-After': String(retryAfter), 'X-MS-ASThrottle': throttle });

function status(command: CommandName, value: number, version: number): Reply {
  // A command that the version does not have yet has no document in it either.
  if (version >= STATUSES_SINCE && isDeclared(command) && existsIn(command, version))
    return document(statusAnswer(command), { Status: value });
  return refusal(httpStatusOf(value as CommonStatus));
}

const isCommon = (value: number): boolean => value >= CommonStatus.InvalidContent;

function backendFailure(error: BackendError, command: CommandName, version: number): Failure {
  switch (error.kind) {
    case 'auth':
      return { reply: unauthorized(), kind: 'unauthorized', reason: error.message };
    case 'unavailable':
    case 'throttled':
      return { reply: unavailable(error.retryAfter), kind: 'unavailable', reason: error.message };
    case 'gone':
    case 'conflict':
    case 'invalid':
    case 'unsupported':
      return {
        reply: status(command, CommonStatus.ServerError, version),
        kind: 'refused',
        reason: error.message,
      };
  }
}

const isBusy = (error: unknown): error is Error =>
  error instanceof DeadlinePassed || error instanceof RuntimeUnavailable || error instanceof StoreUnavailable;

/** Whether waiting helps. */
export const isPassing = (error: unknown): boolean =>
  isBusy(error) || error instanceof Overloaded || (error instanceof BackendError && error.retryable);

/** Whether an answer that broke in the middle did so for a reason that is nobody's mistake; all that went wrong must be of the kind. */
export const breaksOff = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(breaksOff)
    : error instanceof Disconnected || error instanceof BackendError || isPassing(error);

const sending: ReadonlySet<CommandName> = new Set(['SendMail', 'SmartReply', 'SmartForward']);

/** A phone with too large a mail in its outbox tries again and again, unless a Status tells its user what is wrong. */
function tooLarge(error: BodyTooLarge, command: CommandName, version: number): Failure {
  const hasStatus = version >= STATUSES_SINCE && sending.has(command);
  const reply = hasStatus ? status(command, CommonStatus.AttachmentIsTooLarge, version) : refusal(413);
  return { reply, kind: 'too-large', reason: error.message };
}

/** A Status of the command's own, or one that all commands have. */
function statusOf(error: EasStatusError, command: CommandName, version: number): Reply {
  if (isCommon(error.status)) return status(command, error.status, version);
  return isDeclared(command) ? document(statusAnswer(command), { Status: error.status }) : refusal(500);
}

function provisionFirst(error: ProvisionRequired, command: CommandName, version: number): Reply {
  const told = tellPolicyStatus(error.status, version);
  return told.http === 449 ? refusal(449) : status(command, told.status, version);
}

/** The answer to a failed request (design.md "errors"). What is none of the known kinds is a bug: 500 and an id. */
export function failureOf(
  error: unknown,
  command: CommandName,
  version: number,
  { provisionByHttp } = plainProfile,
): Failure {
  if (error instanceof EasStatusError)
    return { reply: statusOf(error, command, version), kind: 'refused', reason: error.message };
  if (error instanceof ProvisionRequired) {
    const reply = provisionFirst(error, command, provisionByHttp ? BEFORE_STATUSES : version);
    return { reply, kind: 'provision', reason: String(error.status) };
  }
  if (error instanceof DeviceRefused)
    return { reply: status(command, error.status, version), kind: 'refused', reason: error.message };
  if (error instanceof BackendError) return backendFailure(error, command, version);
  if (error instanceof Overloaded) {
    return { reply: unavailable(error.retryAfter, 'Global'), kind: 'unavailable', reason: error.message };
  }
  if (isBusy(error)) return { reply: unavailable(), kind: 'unavailable', reason: error.message };
  if (error instanceof ProtocolError) {
    // A command that nobody knows has no document to put a Status in (MS-ASHTTP 2.2.2.1.1).
    const http = error.code === 'unknown-command' ? 501 : 400;
    return { reply: refusal(http), kind: 'malformed', reason: error.message };
  }
  if (error instanceof BodyTooLarge) return tooLarge(error, command, version);
  if (error instanceof Disconnected)
    return { reply: refusal(499), kind: 'disconnected', reason: 'the phone hung up' };
  const id = randomUUID();
  return { reply: refusal(500, { 'X-Godwit-Event': id }), kind: 'bug', reason: String(error), id };
}
