/**
 * Mail in memory, behind the same port as every real source: the reference to read before writing another backend, and
 * the source of tests above the backends. `MemoryMailbox` is the world outside (what arrives, what another program
 * changes); `MemoryBackend` is what the gateway sees of it. A folder keeps a log of its changes, and a cursor is a place
 * in that log, so the feed costs what changed and not what there is. `MemoryObjectSource` is the same for items that are
 * no mail, one level below: libs/objects makes backends of it.
 */
export * from './memory-backend.js';
export * from './memory-factory.js';
export { type MemoryDelivery } from './memory-mail.js';
export { MemoryMailbox } from './memory-mailbox.js';
export * from './memory-object-source.js';
