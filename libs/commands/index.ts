/**
 * The commands of ActiveSync, one file or folder each: a decoded request in, a reply out. A handler decides on values and
 * gives a `Reply`; encoding and streaming it is the gateway's part. What belongs to a device it asks of the device's actor
 * (libs/device), content it reads from the account's backends. `handlers` is the list of what works.
 */
export * from './context.js';
export { isHandled, type HandledCommand } from './handled-commands.js';
export { handlers, type CommandHandler } from './handlers.js';
export { provision, type ProvisionContext } from './provision.js';
export type {
  DocumentReply,
  EmptyReply,
  HeldReply,
  MultipartReply,
  RawReply,
  RefusalReply,
  Reply,
} from './reply.js';
export { document, empty, refusal } from './reply.js';
export { fetchRevocationList } from './validate-cert/revocation.js';
export { openCertificateTrust, type CertificateTrust } from './validate-cert/trust.js';
export { serverHeaders } from './server-headers.js';
export { GuardedAccount, type GuardedRequest } from './guarded-account.js';
