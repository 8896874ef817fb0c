import { BackendError, type BackendErrorKind } from '#backend';

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
/** Enhanced status codes (RFC 3463): message too big for the mailbox, for the system. */
const tooBig = /\b5\.(?:2\.3|3\.4)\b/;

/** A failed submission in the gateway's terms. `allSent`: the whole message had left when the connection broke. */
export function toBackendError(error: unknown, allSent: boolean): BackendError {
  if (error instanceof BackendError) return error;
  const failure: SmtpFailure = typeof error === 'object' && error !== null ? error : {};
  const [kind, reason] = classify(failure, allSent);
  const seconds = kind === 'unavailable' ? retryAfter : undefined;
  return new BackendError(kind, `submission: ${failure.response ?? failure.message ?? String(error)}`, {
    reason,
    cause: error,
    retryAfter: seconds,
  });
}

function classify(failure: SmtpFailure, allSent: boolean): Verdict {
  const { responseCode } = failure;
  if (responseCode === undefined) return withoutAnswer(failure, allSent);
  if (responseCode < 500) return ['unavailable', 'deferred'];
  if (failure.code === 'EAUTH' || responseCode === 530) return ['auth', 'auth'];
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
  if (code === 'EAUTH') return ['unavailable', 'no-authentication'];
  if (code === 'ETIMEDOUT') return ['unavailable', 'timeout'];
  return ['unavailable', code === 'ESTREAM' ? 'message-broke-off' : 'connection-lost'];
}
