import { silentLog, type Log, type Metrics } from '#ops';
import type { BreakerState } from './breaker.js';
import { Gate, type GateObserver, type GateOptions, type Node } from './gate.js';
import { defaultLimits, type ConnectionLimits } from './limits.js';

export interface ConnectionsOptions {
  readonly limits?: Partial<ConnectionLimits>;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** Hosts that are remembered, as far as nothing is open: addresses with a user's domain in them may be any number. */
const REMEMBERED = 1_000;
/** Hosts the metrics name; further ones are counted together. */
const NAMED = 100;
/** The state of a breaker as a number, for the metrics. */
const BREAKER_STATES: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** All connections of this process to servers behind it: a gate for each host. */
export class Connections {
  readonly limits: ConnectionLimits;
  readonly #gates = new Map<string, Gate>();
  readonly #named = new Set<string>();
  readonly #node: Node;
  readonly #log: Log;
  readonly #metrics: Metrics | undefined;
  /** Gates where somebody waits; the one whose turn it is stands first. */
  readonly #crowded = new Set<Gate>();
  #used = 0;
  #watching = 0;
  #isStirring = false;

  constructor(options: ConnectionsOptions = {}) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.#log = options.log ?? silentLog;
    this.#metrics = options.metrics;
    const counts = { used: () => this.#used, watching: () => this.#watching };
    this.#node = {
      limits: this.limits,
      now: options.now ?? (() => performance.now()),
      random: options.random ?? Math.random,
      get used() {
        return counts.used();
      },
      get watching() {
        return counts.watching();
      },
      changed: (by) => void (this.#used += by),
      watches: (by) => void (this.#watching += by),
      waits: (gate) => void this.#crowded.add(gate),
      stir: () => this.#stir(),
    };
  }

  /** The gate of a host and port, the same for everybody who asks for it. */
  to({ host, port }: { readonly host: string; readonly port: number }, options: GateOptions = {}): Gate {
    const key = `${host.toLowerCase()}:${port}`;
    const known = this.#gates.get(key);
    if (known) {
      known.widen(options);
      return known;
    }
    this.#forgetQuiet();
    const gate = new Gate(key, this.#node, options, this.#observer(key));
    this.#gates.set(key, gate);
    return gate;
  }

  /** Connections of this node now. */
  get used(): number {
    return this.#used;
  }

  /** Hosts take turns as accounts do: each round lets one in at every host where somebody waits. */
  #stir(): void {
    // Letting in and ending connections brings about further calls; one loop serves them all.
    if (this.#isStirring) return;
    this.#isStirring = true;
    try {
      while (this.#letIn() || this.#makeRoom());
    } finally {
      this.#isStirring = false;
    }
  }

  #letIn(): boolean {
    let isAnybodyIn = false;
    for (const gate of [...this.#crowded]) {
      const isIn = gate.admitNext();
      isAnybodyIn ||= isIn;
      if (isIn || gate.waiting === 0) this.#crowded.delete(gate);
      if (gate.waiting > 0) this.#crowded.add(gate);
    }
    return isAnybodyIn;
  }

  /** Ends resting connections for those who wait, the ones that rest longest first. Whether some room is free already. */
  #makeRoom(): boolean {
    if (this.#crowded.size === 0) return false;
    const before = this.#used;
    for (const gate of [...this.#crowded]) {
      let wanted = gate.isFull ? gate.wanted : 0;
      while (wanted-- > 0 && gate.reclaim());
    }
    if (this.#used >= this.limits.perNode) {
      const all = [...this.#gates.values()];
      let wanted = [...this.#crowded].reduce((sum, gate) => sum + gate.wanted, 0);
      wanted -= all.reduce((sum, gate) => sum + gate.count('closing'), 0);
      while (wanted-- > 0 && longestResting(all)?.reclaim());
    }
    return this.#used < before;
  }

  #forgetQuiet(): void {
    if (this.#gates.size < REMEMBERED) return;
    for (const [key, gate] of this.#gates) {
      if (gate.used > 0 || gate.waiting > 0) continue;
      this.#gates.delete(key);
      return;
    }
  }

  #observer(key: string): GateObserver {
    if (this.#named.size < NAMED) this.#named.add(key);
    const host = this.#named.has(key) ? key : 'other';
    const metrics = this.#metrics;
    let openSince: number | null = null;
    return {
      moved: (from, to) => {
        if (from) metrics?.backendConnections.dec({ host, state: from });
        if (to) metrics?.backendConnections.inc({ host, state: to });
      },
      waiting: (by) => metrics?.backendConnectionsWaiting.inc({ host }, by),
      refused: (reason) => metrics?.backendConnectionsRefused.inc({ host, reason }),
      breaker: (state, why) => {
        metrics?.backendBreaker.set({ host }, BREAKER_STATES[state]);
        if (state === 'open' && openSince === null) {
          openSince = this.#node.now();
          this.#log.event('backend.breaker-opened', { host: key, ...why });
        }
        if (state === 'closed' && openSince !== null) {
          this.#log.event('backend.breaker-closed', {
            host: key,
            ms: Math.round(this.#node.now() - openSince),
          });
          openSince = null;
        }
      },
    };
  }
}

function longestResting(gates: readonly Gate[]): Gate | null {
  let longest: Gate | null = null;
  for (const gate of gates) {
    if (gate.oldestRest < (longest?.oldestRest ?? Infinity)) longest = gate;
  }
  return longest;
}
