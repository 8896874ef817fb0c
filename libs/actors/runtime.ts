/**
 * One actor's behaviour. The runtime makes one instance per address where the actor is hosted, gives it one message at a
 * time, and drops it after a while without messages.
 */
export interface Actor {
  /**
   * Answers one message. What it throws reaches the asker as the same error if its class is registered
   * (`registerError`), else as ActorFailure. `signal` aborts when the asker's deadline has passed.
   */
  receive(message: unknown, context: { signal: AbortSignal }): Promise<unknown>;
  /** The instance is being dropped. Must not throw. */
  deactivate?(): Promise<void>;
}

export type ActorFactory = (address: string) => Actor;

/**
 * Virtual actors: an address always exists, some host runs it when a message comes. For one address one message is
 * processed at a time, cluster-wide, in order of arrival. Messages and answers are JSON values.
 */
export interface ActorRuntime {
  /** `local`: this process is the only host there can be, so an actor may trust what it remembers between messages. */
  readonly scope: 'local' | 'shared';
  /** Sends a message and waits for the answer. Throws DeadlinePassed, Overloaded, or what the actor threw. */
  ask(address: string, message: unknown, options: { deadline: number }): Promise<unknown>;
  /** Starts hosting in this process. A process that only asks never calls it. */
  host(factory: ActorFactory): Promise<void>;
  /** Messages, or where they lie in Redis addresses with messages, that wait for a host; null if this process hosts none. */
  queued(): Promise<number | null>;
  /** Stops taking messages, lets running ones finish (up to `grace` ms), releases everything. */
  close(grace?: number): Promise<void>;
}

/** The answer did not come before the caller's deadline (epoch milliseconds). The message may still take effect. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** Too many messages wait already; nothing was accepted. `retryAfter` in seconds. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
  readonly retryAfter: number;
  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}
