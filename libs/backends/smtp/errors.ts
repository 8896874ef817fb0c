import { BackendError, type BackendErrorKind } from '#backend';
import type { Trouble } from '#connections';

/** What nodemailer hangs on its errors. */
export interface SmtpFailure {
  readonly message?: string;
  readonly code?: string;
  /** The server's three digits, if it was the server who refused. */
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

type Verdict = readonly [BackendErrorKind, string];

const retryAfter = 30;
const withoutSignIn: Verdict = ['unavailable', 'no-authentication'];
/** Enhanced status codes (RFC 3463): message too big for the mailbox, for the system. */
const tooBig = /\b5\.(?:2\.3|3\.4)\b/;

/** What is known beside the error. */
export interface Circumstances {
  /** The whole message had left when the connection broke. */
  readonly allSent: boolean;
  /** It was the phone's user who signed in, not an account of the configuration. */
  readonly asUser: boolean;
}

/** A failed submission in the gateway's terms. */
export function toBackendError(error: unknown, { allSent, asUser }: Circumstances): BackendError {
  if (error instanceof BackendError) return error;
  const failure: SmtpFailure = typeof error === 'object' && error !== null ? error : {};
  const verdict = classify(failure, allSent);
  // `auth` makes the phone ask its user for a password: no use, where the configuration's is wrong.
  const [kind, reason] = verdict[0] === 'auth' && !asUser ? withoutSignIn : verdict;
  const seconds = kind === 'unavailable' ? retryAfter : undefined;
  return new BackendError(kind, `submission: ${failure.response ?? failure.message ?? String(error)}`, {
    reason,
    cause: error,
    retryAfter: seconds,
  });
}

/**
 * What a failed submission tells of the host (see #connections). Whatever the server answered to the login or to a mail
 * shows that it is well; a greeting that is a refusal (421, 554) does not.
 */
export function troubleOfSubmission(error: unknown, isOpening: boolean): Trouble {
  if (error instanceof BackendError) return isOpening ? 'account' : 'none';
  const { responseCode, command, code }: SmtpFailure =
    typeof error === 'object' && error !== null ? error : {};
  if (responseCode !== undefined && command !== 'CONN') return 'none';
  if (code === 'EMESSAGE' || code === 'ESTREAM' || code === 'EENVELOPE') return 'none';
  return isOpening && !/^AUTH/.test(command ?? '') ? 'host' : 'account';
}

function classify(failure: SmtpFailure, allSent: boolean): Verdict {
  const { responseCode } = failure;
  if (responseCode === undefined) return withoutAnswer(failure, allSent);
  if (responseCode < 500) return ['unavailable', 'deferred'];
  // The server wants to be signed in to, or to be spoken to in TLS (RFC 4954 6): no password would help.
  if (responseCode === 530 || responseCode === 538) return withoutSignIn;
  if (failure.code === 'EAUTH') return ['auth', 'auth'];
  if (responseCode === 552 || tooBig.test(failure.response ?? '')) return ['invalid', 'too-big'];
  switch (failure.command) {
    case 'RCPT TO':
      return ['invalid', 'recipient-refused'];
    case 'MAIL FROM':
      return ['invalid', 'sender-refused'];
    default:
      return ['invalid', 'refused'];
  }
}

function withoutAnswer({ code, message = '', command = '' }: SmtpFailure, allSent: boolean): Verdict {
  if (code === 'EMESSAGE' && /size larger/i.test(message)) return ['invalid', 'too-big'];
  if (code === 'EENVELOPE') return ['invalid', command === 'API' ? 'recipient-refused' : 'refused'];
  // Sending it again might deliver it twice, giving up might lose it: only the user can tell.
  if (allSent) return ['invalid', 'in-doubt'];
  if (code === 'EAUTH') return withoutSignIn;
  if (code === 'ETIMEDOUT') return ['unavailable', 'timeout'];
  return ['unavailable', code === 'ESTREAM' ? 'message-broke-off' : 'connection-lost'];
}
