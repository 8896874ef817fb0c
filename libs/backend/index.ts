/**
 * The port every source implements. A source of mail, contacts or anything else is a `Backend`: folders, a feed of
 * changes, reading, watching. What it can do beyond that it shows by implementing one of the abilities. The contract
 * suite in contract/ says the same in tests; libs/backends/memory is the reference.
 */
export * from './abilities.js';
export * from './beside-mail.js';
export * from './directory.js';
export * from './errors.js';
export * from './feed.js';
export * from './folder-name.js';
export * from './folders.js';
export * from './free-busy.js';
export * from './item-class.js';
export * from './item-writer.js';
export * from './mail-keywords.js';
export * from './mail-query.js';
export * from './newest-hits.js';
export * from './out-of-office.js';
export * from './port.js';
export type * from './quarantine-notice.js';
export * from './master-user.js';
export * from './sasl.js';
export * from './settled-notice.js';
export * from './shared-folders.js';
export * from './sign-in.js';
export * from './view.js';
