/**
 * What the processes of an installation tell each other, at once and without a promise: that a device's standing changed,
 * that policies did, what requests a node has now. Whoever misses a message finds the same in the database later; nothing
 * here is kept. `InProcessBus` serves one process, `RedisBus` all that share a Redis.
 */
export type {
  AccountHappening,
  Bus,
  BusMessages,
  LiveRequest,
  NodeSample,
  Topic,
  TraceEntry,
} from './bus.js';
export { InProcessBus } from './in-process-bus.js';
export { SharedFailures, type SharedFailuresOptions } from './shared-failures.js';
export { RedisBus, type RedisBusOptions } from './redis-bus.js';
