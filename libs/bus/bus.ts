/** A request as the live view shows it. Sent when it begins, when it is held, and when it ends. */
export interface LiveRequest {
  /** Unique in the installation. */
  readonly id: string;
  readonly node: string;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly device: string;
  readonly deviceType: string;
  readonly userAgent: string;
  readonly address: string;
  readonly command: string;
  /** `16.1`; empty before it is known. */
  readonly protocol: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly state: 'working' | 'held' | 'done';
  /** Folders it waits for, while it is held. */
  readonly folders?: number;
  /** HTTP status, once it is done. */
  readonly status?: number;
  /** What went wrong, for a request that failed. */
  readonly error?: string;
  /** Milliseconds it took without waiting for news, once it is done. */
  readonly ms?: number;
}

/** One request or answer of a traced device: readable, redacted XML. */
export interface TraceEntry {
  readonly tenant: string;
  readonly user: string;
  readonly device: string;
  readonly node: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'request' | 'answer';
  /** The request this belongs to, as LiveRequest names it. */
  readonly request: string;
  readonly command: string;
  /** HTTP status of an answer. */
  readonly status?: number;
  readonly text: string;
}

/** How a process does, told every few seconds. Counters are since its start, so that a lost sample loses nothing. */
export interface NodeSample {
  readonly node: string;
  readonly role: 'serve' | 'gateway' | 'actors' | 'admin';
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly at: number;
  /** Phones that wait for news now. */
  readonly held: number;
  /** Requests being worked on now. */
  readonly working: number;
  /** Requests answered, by command. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests that failed, by kind. */
  readonly failures: Readonly<Record<string, number>>;
  /** Seconds of work in all, and how often; for a mean over an interval. */
  readonly seconds: { readonly sum: number; readonly count: number };
  /** Requests by upper bound of seconds, cumulative as in Prometheus. */
  readonly buckets: Readonly<Record<string, number>>;
  /** Messages that wait for device actors, where the node knows. */
  readonly queued: number | null;
  readonly memoryBytes: number;
  /** Longest pause of the event loop since the last sample, in milliseconds. */
  readonly pause: number;
}

/** Something changed at a source, as its server or whoever signs for it tells. */
export interface AccountHappening {
  readonly tenant: string;
  /** The account as its server names it, in lower case: several accounts may be meant, or none. */
  readonly login: string;
  readonly class: 'Email' | 'Calendar' | 'Tasks' | 'Contacts' | 'Notes';
  /** Paths; null is somewhere. */
  readonly folders: readonly string[] | null;
}

/** What is told, by topic. All values are JSON. */
export interface BusMessages {
  /** Something was decided about a device (access, wipe, removal, resync, trace): whoever holds it wakes it, caches drop it. */
  'device-changed': { readonly tenant: string; readonly user: string; readonly device: string };
  /** Sign-in data of an account changed (app passwords, switched off): trust in it ends. */
  'account-changed': { readonly tenant: string; readonly user: string };
  /** Access rules or a tenant's settings changed. Null: of every tenant. */
  'rules-changed': { readonly tenant: string | null };
  /** Policies, their assignments or groups changed. Null: for every tenant. */
  'policies-changed': { readonly tenant: string | null };
  /** Somebody watches the live view: nodes tell their requests until then (epoch milliseconds). */
  'live-wanted': {
    readonly until: number;
    /** Who asks knows nothing yet: nodes that are watched already tell all they have once more. */
    readonly whole?: boolean;
  };
  /**
   * A node's requests: all it has when somebody begins to watch, changes afterwards. Empty ones say that the node is there.
   */
  live: {
    readonly node: string;
    /** All there is, from here on: what was told before is forgotten. */
    readonly whole: boolean;
    /** The whole is not told to its end yet. */
    readonly more?: boolean;
    readonly requests: readonly LiveRequest[];
  };
  /** The device is to be traced until then (epoch milliseconds; 0: no more). Repeated while it lasts. */
  'trace-wanted': {
    readonly tenant: string;
    readonly user: string;
    readonly device: string;
    readonly until: number;
  };
  trace: { readonly entries: readonly TraceEntry[] };
  sample: NodeSample;
  /** Whoever holds phones of these accounts looks at them. */
  'account-happened': { readonly happenings: readonly AccountHappening[] };
  /** An answer of this device did not go out: a request of it that waits already asks anew. */
  'answer-lost': { readonly tenant: string; readonly user: string; readonly device: string };
  /** Requests of these devices came to a node: older ones that wait elsewhere end. */
  'request-came': {
    readonly node: string;
    /** The node's own count of these messages, rising. */
    readonly turn: number;
    readonly devices: readonly string[];
  };
}

export type Topic = keyof BusMessages;

export interface Bus {
  /**
   * Tells all processes, this one included. Never throws; a message may be lost while Redis is away. All hear the messages of
   * a topic in the same order.
   */
  publish<T extends Topic>(topic: T, message: BusMessages[T]): void;
  /** Hears a topic until the returned function is called. What a hearer throws goes to the bus's `report`. */
  subscribe<T extends Topic>(topic: T, hear: (message: BusMessages[T]) => void): () => void;
  /** Whether messages can be sent now, as far as is known here. */
  readonly isAvailable: boolean;
  /** Hears when messages may have been missed: Redis was away and is back. */
  onGap(hear: () => void): () => void;
  close(): Promise<void>;
}
