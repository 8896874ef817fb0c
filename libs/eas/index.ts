/**
 * The vocabulary of Exchange ActiveSync. A phone POSTs one command; the body is an XML tree packed as WBXML (libs/wbxml).
 * Here every element is declared once, under its name in the specification: its tag on a code page (pages/), its type, its
 * place and versions (classes/ for items, commands/ for requests and answers). From a declaration come the TypeScript types
 * (`Infer`, `Encodable`), `encode` and `decode` (codec/), the readable trace, and docs/protocol/support.md. Beside that:
 * the status codes, and the query string in front of it all.
 */
export * from './classes/index.js';
export * from './code-page.js';
export * from './codec/decode.js';
export * from './codec/encode.js';
export type { Skipped } from './codec/assembly.js';
export * from './commands/index.js';
export * from './docs/support.js';
export * from './http/index.js';
export * from './pages/index.js';
export * from './protocol-error.js';
export { parseDateTime } from './schema/date-time.js';
export * from './schema/schema.js';
export * from './status/index.js';
export * from './trace/index.js';
export * from './version.js';
