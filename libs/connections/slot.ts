import type { Trouble } from './trouble.js';

/** `closing`: it rested, and makes room for somebody who waits. */
export type SlotState = 'opening' | 'working' | 'watching' | 'resting' | 'closing';

/** What a slot tells its gate. */
export interface SlotKeeper {
  moved(slot: Slot, from: SlotState, to: SlotState | null): void;
  /** The server was reached and judged the login. */
  connected(slot: Slot): void;
  /** It could not be opened, or died while it was used. */
  failed(slot: Slot, trouble: Trouble, phase: 'opening' | 'open'): void;
  answered(slot: Slot): void;
  /** It ended before anybody knew whether the server can be reached. */
  abandoned(slot: Slot): void;
}

/**
 * The right to one connection, from before it is dialled until it has ended. Whoever was given one must call `failed` or
 * `release` in the end; both may be called again, and then do nothing.
 */
export class Slot {
  #state: SlotState | null = 'opening';
  #isJudged = false;
  #hasFailed = false;
  /** How the connection is ended if somebody else needs its place; while it rests. */
  #end: (() => void) | null = null;

  constructor(
    private readonly keeper: SlotKeeper,
    readonly account: string,
    readonly purpose: 'work' | 'watch',
    /** It is to show whether the host is back. */
    readonly isTrial: boolean,
  ) {}

  get state(): SlotState | null {
    return this.#state;
  }

  /** The server judged the login: the connection is open. */
  connected(): void {
    if (this.#state !== 'opening') return;
    this.#isJudged = true;
    this.keeper.connected(this);
    this.#move(this.purpose === 'watch' ? 'watching' : 'working');
  }

  /** A command was answered, whatever the answer. */
  answered(): void {
    if (this.#state !== null) this.keeper.answered(this);
  }

  /**
   * The connection could not be opened, or died while it worked. Gives the slot back; who finds out only after the
   * connection has ended may still tell.
   */
  failed(trouble: Trouble): void {
    const phase = this.#state === 'opening' ? 'opening' : 'open';
    if (!this.#hasFailed) this.keeper.failed(this, trouble, phase);
    this.#hasFailed = true;
    this.#isJudged = true;
    this.release();
  }

  /** The connection is kept without being used. `end` is called, once, if its place is needed; it must lead to `release`. */
  rest(end: () => void): void {
    if (this.#state !== 'working') return;
    this.#end = end;
    this.#move('resting');
  }

  /** It is used again. False: it is just being closed, or has ended, and must not be. */
  resume(): boolean {
    if (this.#state === 'working') return true;
    if (this.#state !== 'resting') return false;
    this.#end = null;
    this.#move('working');
    return true;
  }

  /** For the gate: ends the resting connection. */
  reclaim(): void {
    const end = this.#end;
    this.#end = null;
    this.#move('closing');
    end?.();
  }

  /** Gives the slot back. */
  release(): void {
    if (this.#state === null) return;
    if (!this.#isJudged) this.keeper.abandoned(this);
    this.#isJudged = true;
    this.#end = null;
    this.#move(null);
  }

  #move(to: SlotState | null): void {
    const from = this.#state;
    if (from === null || from === to) return;
    this.#state = to;
    this.keeper.moved(this, from, to);
  }
}
