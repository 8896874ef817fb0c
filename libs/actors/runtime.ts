/** What an actor is given with a message. */
export interface MessageContext {
  /** Aborts when the asker's deadline has passed, or another host has taken the address over. */
  readonly signal: AbortSignal;
  /**
   * Asks whether this host is still the one that works on the address: one that was paused for long is not, and what it
   * finds changed it must not try again. Absent where there is only one host.
   */
  holds?(): Promise<boolean>;
}

/**
 * One actor's behaviour. The runtime makes one instance per address where the actor is hosted, gives it one message at a
 * time, and drops it after a while without messages.
 */
export interface Actor {
  /**
   * Answers one message. What it throws reaches the asker as the same error if its class is registered
   * (`registerError`), else as ActorFailure.
   */
  receive(message: unknown, context: MessageContext): Promise<unknown>;
  /** The instance is being dropped. Must not throw. */
  deactivate?(): Promise<void>;
}

export type ActorFactory = (address: string) => Actor;

export interface AskOptions {
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** The message ends what an earlier one began, and is cheap: it is let in where new work is refused. */
  readonly finishing?: boolean;
}

/** How a runtime does, as this process knows it. Costs nothing to ask for. */
export interface RuntimeLoad {
  /** Addresses with messages that wait for a host, of all processes; in process: messages that wait. */
  readonly waiting: number;
  /** Milliseconds a message to an address that nobody works on is expected to wait now for a host. */
  readonly delay: number;
  /** Addresses this process hosts now. */
  readonly active: number;
}

/**
 * Why a message was not accepted: hosts are slow, too much waits for its address, too many asks of this process are open, or
 * the host that took it is too busy to begin it in time.
 */
export type Refusal = 'delay' | 'address' | 'process' | 'host';

/**
 * Virtual actors: an address always exists, some host runs it when a message comes. For one address one message is
 * processed at a time, cluster-wide, in order of arrival. Messages and answers are JSON values.
 */
export interface ActorRuntime {
  /** `local`: this process is the only host there can be, so an actor may trust what it remembers between messages. */
  readonly scope: 'local' | 'shared';
  /** Sends a message and waits for the answer. Throws DeadlinePassed, Overloaded, or what the actor threw. */
  ask(address: string, message: unknown, options: AskOptions): Promise<unknown>;
  /** Starts hosting in this process. A process that only asks never calls it. */
  host(factory: ActorFactory): Promise<void>;
  /** Messages, or where they lie in Redis addresses with messages, that wait for a host; null if this process hosts none. */
  queued(): Promise<number | null>;
  load(): RuntimeLoad;
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
