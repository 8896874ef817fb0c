/**
 * Automatic replies on a mail server with ManageSieve (RFC 5804). `SieveClient` speaks the protocol; `SieveOutOfOffice`
 * keeps the account's replies in a script of their own, which stores what was set (`stored-state.ts`) and sends the replies
 * (`vacation-code.ts`). A user who has an active script keeps it: ours is included by it or stands in it as a marked block
 * (`marked-block.ts`), and comes out of it again without a trace.
 */
export type { ManageSieveConfig } from './config.js';
export { ManageSieveFactory, type RepliesFor } from './factory.js';
