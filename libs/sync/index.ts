/**
 * The sync engine: what a phone must be told, computed from what it knows and what the source says. No clock, no I/O, no
 * randomness; the device actor (libs/device) brings those. Start with diff.ts; known.ts is what a phone knows, segments.ts
 * how that is kept so that a change costs the same in a mailbox of any size.
 */
export * from './diff.js';
export * from './filter.js';
export * from './known.js';
export * from './segment-codec.js';
export * from './segments.js';
export * from './sync-key.js';
