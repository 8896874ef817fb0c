/** A phone and a server for tests of the command handlers: everything real but HTTP, the network and the sources. */
export { FolderBook } from './folder-book.js';
export { Handset, type Answer } from './handset.js';
export { commandsOf, MailSync, type Answered } from './mail-sync.js';
export { MemoryCalendars } from './memory-calendars.js';
export { PimSync, type ClientCommand } from './pim-sync.js';
export { TestServer } from './test-server.js';
