/**
 * Hands the phone's mail over to an SMTP server, streamed. What matters here is to tell apart what may be sent again
 * (`unavailable`), what never will be taken (`invalid`), and the one case nobody can decide: the connection broke after
 * the message was sent and before the answer (`in-doubt`).
 */
export type { SmtpConfig } from './config.js';
export { SmtpFactory } from './factory.js';
