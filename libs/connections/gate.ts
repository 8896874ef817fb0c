import { BackendError } from '#backend';
import { AccountRests } from './account-rests.js';
import { Breaker, type BreakerCause, type BreakerState } from './breaker.js';
import { mostWatching, type ConnectionLimits } from './limits.js';
import { Slot, type SlotKeeper, type SlotState } from './slot.js';
import {
  accountRests,
  circuitOpen,
  givenUp,
  noRoomToWatch,
  noTurn,
  tooManyWaiting,
  troubleOf,
  type Trouble,
} from './trouble.js';
import { Turns } from './turns.js';

/** Who wants a connection, and what for. */
export interface Entry {
  /** Whose turn it takes; the login at the host, or for what all share a name of its own. */
  readonly account: string;
  /** `watch`: it will only wait for news, and must not take the room of those that work. */
  readonly purpose?: 'work' | 'watch';
  /** Whoever gave up waits no longer. */
  readonly signal?: AbortSignal;
}

export interface GateOptions {
  /** Most slots at once, besides the limit of all hosts. */
  readonly most?: number;
  /** Most slots of one account at once. */
  readonly mostOfAccount?: number;
  /** Slots are for requests over connections that somebody else keeps: they do not count as being opened. */
  readonly isOfRequests?: boolean;
}

/** What gates share: the node. */
export interface Node {
  readonly limits: ConnectionLimits;
  readonly now: () => number;
  readonly random: () => number;
  /** Slots of all gates together, and those of them that only watch. */
  readonly used: number;
  readonly watching: number;
  changed(by: 1 | -1): void;
  watches(by: 1 | -1): void;
  /** Somebody waits at this gate. */
  waits(gate: Gate): void;
  /** Room was made, or somebody waits: those whose turn it is are to be let in. */
  stir(): void;
}

/** Hears what a gate does, for metrics and log. */
export interface GateObserver {
  moved?(from: SlotState | null, to: SlotState | null): void;
  waiting?(by: 1 | -1): void;
  refused?(reason: string): void;
  breaker?(state: BreakerState, why: { readonly cause: BreakerCause }): void;
}

interface Waiter {
  readonly entry: Entry;
  readonly admit: (slot: Slot) => void;
  readonly refuse: (error: BackendError) => void;
}

/** The connections of this node to one host. */
export class Gate implements SlotKeeper {
  readonly #turns = new Turns<Waiter>();
  /** The one that rests longest stands first. */
  readonly #resting = new Map<Slot, number>();
  readonly #counts: Record<SlotState, number> = {
    opening: 0,
    working: 0,
    watching: 0,
    resting: 0,
    closing: 0,
  };
  readonly #ofAccount = new Map<string, number>();
  readonly #breaker: Breaker;
  readonly #rests: AccountRests;
  /** Slots that were admitted to watch, open or not yet. */
  #watchers = 0;

  constructor(
    readonly host: string,
    private readonly node: Node,
    private options: GateOptions = {},
    private readonly observer: GateObserver = {},
  ) {
    const { now, random } = node;
    this.#breaker = new Breaker({ now, random, changed: (state, why) => observer.breaker?.(state, why) });
    this.#rests = new AccountRests({ now, random });
  }

  get limits(): ConnectionLimits {
    return this.node.limits;
  }

  /** Slots in use. */
  get used(): number {
    const { opening, working, watching, resting, closing } = this.#counts;
    return opening + working + watching + resting + closing;
  }

  get waiting(): number {
    return this.#turns.size;
  }

  /** Since when the connection rests that has rested longest; Infinity if none does. */
  get oldestRest(): number {
    for (const since of this.#resting.values()) return since;
    return Infinity;
  }

  get state(): BreakerState {
    return this.#breaker.state;
  }

  count(state: SlotState): number {
    return this.#counts[state];
  }

  /** Several sources may speak to one host: the widest of their limits counts. */
  widen({ most = Infinity, mostOfAccount = Infinity }: GateOptions): void {
    this.options = {
      ...this.options,
      most: Math.max(most, this.options.most ?? Infinity),
      mostOfAccount: Math.max(mostOfAccount, this.options.mostOfAccount ?? Infinity),
    };
  }

  /**
   * Waits for its turn. Throws BackendError `throttled` if none came in time, `unavailable` at once while the host or the
   * account's own connections are left alone, or when the signal ends it.
   */
  async enter(entry: Entry): Promise<Slot> {
    try {
      return await this.#entered(entry);
    } catch (error) {
      if (error instanceof BackendError) this.observer.refused?.(error.reason);
      throw error;
    }
  }

  /**
   * Lets `dial` connect and sign in when it is its turn, and gives the connection with its slot. What `dial` throws is told
   * to the breaker as `trouble` reads it, and thrown on.
   */
  async open<C>(
    entry: Entry,
    dial: () => Promise<C>,
    trouble: (error: unknown) => Trouble = (error) => troubleOf(error, 'connecting'),
  ): Promise<{ readonly connection: C; readonly slot: Slot }> {
    const slot = await this.enter(entry);
    try {
      const connection = await dial();
      slot.connected();
      return { connection, slot };
    } catch (error) {
      slot.failed(trouble(error));
      throw error;
    }
  }

  /** Lets in the next of those who wait; false if there is no room, or nobody. */
  admitNext(): boolean {
    if (this.#breaker.left > 0) {
      this.#refuseAll();
      return false;
    }
    if (!this.#hasRoom()) return false;
    const waiter = this.#turns.next((account) => this.#mayHave(account));
    if (waiter === null) return false;
    this.observer.waiting?.(-1);
    waiter.admit(this.#admit(waiter.entry));
    return true;
  }

  /** Whether this host has as many connections as it may. */
  get isFull(): boolean {
    return this.used >= this.#most;
  }

  /** How many resting connections have yet to be ended so that those who wait can be let in. */
  get wanted(): number {
    const { limits } = this.node;
    const canOpen = this.options.isOfRequests === true ? Infinity : limits.opening - this.#counts.opening;
    return Math.min(this.#turns.size, canOpen) - this.#counts.closing;
  }

  /** Ends the connection that has rested longest. */
  reclaim(): boolean {
    for (const slot of this.#resting.keys()) {
      slot.reclaim();
      return true;
    }
    return false;
  }

  /** @internal For slots. */
  moved(slot: Slot, from: SlotState, to: SlotState | null): void {
    this.#counts[from] -= 1;
    if (from === 'resting') this.#resting.delete(slot);
    if (to === null) this.#left(slot);
    else this.#counts[to] += 1;
    if (to === 'resting') this.#resting.set(slot, this.node.now());
    this.observer.moved?.(from, to);
    if (from === 'opening' || to === 'resting' || to === null) this.node.stir();
  }

  /** @internal For slots. */
  connected(_slot: Slot): void {
    this.#breaker.connected();
  }

  /** @internal For slots. */
  failed(slot: Slot, trouble: Trouble, phase: 'opening' | 'open'): void {
    const { account, isTrial } = slot;
    const isFresh = trouble === 'account' && this.#rests.failed(account);
    if (phase === 'opening') this.#breaker.failed(trouble, account, isFresh, isTrial);
    else if (trouble === 'none') this.answered(slot);
    else this.#breaker.failed('account', account, isFresh, false);
  }

  /** @internal For slots. */
  answered({ account }: Slot): void {
    this.#rests.succeeded(account);
    this.#breaker.answered();
  }

  /** @internal For slots. */
  abandoned({ isTrial }: Slot): void {
    if (isTrial) this.#breaker.abandoned();
  }

  async #entered(entry: Entry): Promise<Slot> {
    const { account, purpose, signal } = entry;
    const gaveUp = (): boolean => signal?.aborted === true;
    if (gaveUp()) throw givenUp(this.host);
    this.#expectWell(account);
    if (purpose === 'watch' && !this.#mayWatch()) throw noRoomToWatch(this.host);
    if (this.#turns.size === 0 && this.#hasRoom() && this.#mayHave(account)) return this.#admit(entry);
    const { random, limits } = this.node;
    if (this.#turns.size >= limits.waiting) throw tooManyWaiting(this.host, random);
    const slot = await this.#wait(entry);
    if (!gaveUp()) return slot;
    slot.release();
    throw givenUp(this.host);
  }

  #wait(entry: Entry): Promise<Slot> {
    const { account, signal } = entry;
    const { random, limits } = this.node;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
      };
      const leave = (error: BackendError): void => {
        if (!this.#turns.remove(account, waiter)) return;
        this.observer.waiting?.(-1);
        settle();
        reject(error);
      };
      const giveUp = (): void => leave(givenUp(this.host));
      const timer = setTimeout(() => leave(noTurn(this.host, random)), limits.patience);
      const waiter: Waiter = {
        entry,
        admit: (slot) => (settle(), resolve(slot)),
        refuse: (error) => (settle(), reject(error)),
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#turns.add(account, waiter);
      this.observer.waiting?.(1);
      this.node.waits(this);
      this.node.stir();
    });
  }

  #admit({ account, purpose = 'work' }: Entry): Slot {
    const isTrial = this.#breaker.pass() === 'trial';
    const slot = new Slot(this, account, purpose, isTrial);
    this.#counts.opening += 1;
    if (purpose === 'watch') this.#watches(1);
    this.#ofAccount.set(account, (this.#ofAccount.get(account) ?? 0) + 1);
    this.observer.moved?.(null, 'opening');
    this.node.changed(1);
    return slot;
  }

  #left({ account, purpose }: Slot): void {
    this.node.changed(-1);
    if (purpose === 'watch') this.#watches(-1);
    const others = (this.#ofAccount.get(account) ?? 1) - 1;
    if (others === 0) this.#ofAccount.delete(account);
    else this.#ofAccount.set(account, others);
  }

  #watches(by: 1 | -1): void {
    this.#watchers += by;
    this.node.watches(by);
  }

  #expectWell(account: string): void {
    const rest = this.#rests.left(account);
    if (rest > 0) throw accountRests(this.host, rest);
    const { left } = this.#breaker;
    if (left > 0) throw circuitOpen(this.host, left, this.node.random);
  }

  #refuseAll(): void {
    for (const waiter of this.#turns.clear()) {
      this.observer.waiting?.(-1);
      waiter.refuse(circuitOpen(this.host, this.#breaker.left, this.node.random));
    }
  }

  get #most(): number {
    return Math.min(this.node.limits.perHost, this.options.most ?? Infinity);
  }

  #hasRoom(): boolean {
    const { limits, used } = this.node;
    const mayOpen = this.options.isOfRequests === true || this.#counts.opening < limits.opening;
    return mayOpen && !this.isFull && used < limits.perNode;
  }

  #mayHave(account: string): boolean {
    return (this.#ofAccount.get(account) ?? 0) < (this.options.mostOfAccount ?? Infinity);
  }

  #mayWatch(): boolean {
    const { limits, watching } = this.node;
    return this.#watchers < mostWatching(this.#most) && watching < mostWatching(limits.perNode);
  }
}
