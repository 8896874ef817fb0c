/**
 * Virtual actors. Everything that is decided for one phone is decided by the actor at its address, one message at a
 * time; who asks does not know where it runs. `InProcessRuntime` hosts actors in this process; `BullRuntime` spreads them
 * over any number of hosts behind one Redis. Both pass the suite in contract/. `sealer` hides credentials on their way.
 */
export { BullRuntime, type BullOptions } from './bull/bull-runtime.js';
export * from './failure.js';
export * from './in-process.js';
export type { FailureReport, FailureReporter } from './perform.js';
export * from './runtime.js';
export * from './sealer.js';
