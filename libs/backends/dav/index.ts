/**
 * Calendars and address books at a CalDAV or CardDAV server (RFC 4791, RFC 6352), as an ObjectSource. `http.ts` sends
 * requests with the account's credentials and decides where they may go; `multistatus.ts` reads answers as they come;
 * `discovery.ts` finds the homes, `collections.ts` what lies in them. Changes come by sync-collection (`sync-collection.ts`)
 * or, where a server has none that works, by comparing listings (`listing.ts`); texts by multiget (`fetch.ts`).
 */
export type { DavConfig, DavCredentials } from './config.js';
export { DavFactory } from './factory.js';
export { DavSource } from './source.js';
