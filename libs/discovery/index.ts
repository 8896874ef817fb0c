/**
 * How a client that knows nothing but a mail address finds its server: Autodiscover in its two forms. POX (plain old XML,
 * MS-ASCMD 2.2.1.1 for phones, the Outlook schema for desktop programs) is asked with a password; JSON (v2) without. This
 * room reads and writes the documents and knows where clients look; it does no I/O.
 */
export * from './json-answer.js';
export * from './places.js';
export * from './pox-answer.js';
export * from './pox-reply.js';
export * from './pox-request.js';
export * from './schemas.js';
