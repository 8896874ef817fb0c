import { Hold, type EndReason, type Folders, type Held, type Waiter } from './hold.js';
import { Room, type Heard, type RoomContext, type WatchedBackend, type WatchObserver } from './room.js';
import { Rooms } from './rooms.js';
import { DeadlineWheel } from './wheel.js';

export interface WatchHubOptions<A> {
  /** Names the account; those with the same name share one watch. */
  readonly keyOf: (account: A) => string;
  /** What else the account is called by those who tell of it (see `happened`); several accounts may share a name. */
  readonly namesOf?: (account: A) => readonly string[];
  /** Leases the account's backend for as long as it is watched. Throws BackendError. */
  readonly open: (account: A) => Promise<WatchedBackend>;
  /** Milliseconds an event settles before anybody is asked about it. */
  readonly settle?: number;
  /** Milliseconds an account stays watched after its last phone stopped waiting: phones come back at once. */
  readonly linger?: number;
  /** Milliseconds between two looks at an account that cannot be watched. */
  readonly recheck?: number;
  readonly observer?: WatchObserver<A>;
  /** A number from 0 to 1, to spread attempts. */
  readonly random?: () => number;
}

export interface HoldRequest<A> {
  readonly account: A;
  /** Names the device among all devices of the installation. */
  readonly device: string;
  /** Paths of the folders it waits for. */
  readonly folders: readonly string[];
  /** Milliseconds until the wait ends without news. */
  readonly wait: number;
  readonly waiter: Waiter;
}

/** A point in time up to which is known what was told of an account. */
export interface Moment<A> {
  /** Both null where the account was not watched. */
  readonly room: Room<A> | null;
  readonly heard: Heard | null;
  readonly calls: number;
}

const TICK = 1000;
/** Milliseconds until whoever is asked has heard of the change as well: too early a look would not be repeated. */
const HEARING = 500;
/** Milliseconds between two accounts that are asked anew for the same reason: a few hear at once, thousands one by one. */
const PACE = 3;
/** Milliseconds between two groups of phones that are sent on by a process that drains. */
const PARTING = 50;
/** Longer than the longest interval a phone may ask for (3540 s), in ticks. */
const SLOTS = 4096;

/**
 * Phones that wait for news, on this node. A waiting phone is one small object here; the accounts' watches are shared,
 * and one tick a second serves all deadlines.
 *
 * To miss nothing, hold first and look for news then: what happens before the hold is found by the look, what happens
 * after it is told to the waiter. Where an account is not watched yet the waiter is told once as soon as it is. Who looked
 * before need not look again if it has been quiet since (`moment`, `isQuiet`): most phones come back to a watch that stands.
 */
export class WatchHub<A> {
  private readonly rooms: Rooms<A>;
  private readonly devices = new Map<string, Hold>();
  private readonly wheel: DeadlineWheel<Hold>;
  private readonly context: RoomContext<A>;
  private ticker: NodeJS.Timeout | null = null;
  /** How often waiters were called from elsewhere than their sources. */
  private calls = 0;
  /** Nobody may wait here any more. */
  private drained = false;

  constructor(private readonly options: WatchHubOptions<A>) {
    this.rooms = new Rooms(options.namesOf ?? (() => []));
    this.wheel = new DeadlineWheel(TICK, SLOTS, performance.now());
    this.context = {
      settle: options.settle ?? 150,
      linger: options.linger ?? 30_000,
      recheck: options.recheck ?? 60_000,
      open: options.open,
      observer: options.observer ?? {},
      random: options.random ?? Math.random,
      now: () => performance.now(),
      left: (hold) => this.left(hold),
      closed: (room) => this.closed(room),
    };
  }

  /** How many phones wait. */
  get size(): number {
    return this.wheel.size;
  }

  /** Makes a device wait. An older wait of the same device ends as superseded. */
  hold(request: HoldRequest<A>): Held {
    this.end(request.device, 'superseded');
    const room = this.roomOf(request.account);
    const hold = new Hold(room, request.device, request.folders, request.waiter);
    if (this.drained) {
      hold.ended = true;
      queueMicrotask(() => request.waiter.onEnd('draining'));
      return hold;
    }
    this.devices.set(request.device, hold);
    this.wheel.add(hold, performance.now() + request.wait);
    room.join(hold);
    this.ticker ??= setInterval(() => this.tick(), TICK).unref();
    return hold;
  }

  /** To be asked for before one looks for news, and then held against what was told meanwhile. */
  moment(account: A): Moment<A> {
    const room = this.rooms.get(this.options.keyOf(account)) ?? null;
    return { room, heard: room?.heard() ?? null, calls: this.calls };
  }

  /** Whether nothing can have happened in these folders since then that nobody would be told of. */
  isQuiet({ room, heard, calls }: Moment<A>, folders: readonly string[]): boolean {
    return calls === this.calls && heard !== null && room?.isQuietSince(heard, folders) === true;
  }

  /** Ends the wait of a device, if it waits: a newer request came, or there is something it must hear at once. */
  end(device: string, reason: EndReason): void {
    // Who is about to wait is to look again.
    if (reason !== 'superseded') this.calls++;
    const hold = this.devices.get(device);
    hold?.room.end(hold, reason);
  }

  /** Has a device's waiter, if it waits, asked whether there is news: something of its own is otherwise than it was told. */
  look(device: string): void {
    // Who is about to wait is to look again.
    this.calls++;
    this.devices.get(device)?.look();
  }

  /** Ends the waits of all devices of an account. */
  endAccount(accountKey: string, reason: EndReason): void {
    this.calls++;
    this.rooms.get(accountKey)?.endAll(reason);
  }

  /**
   * Has every waiter asked anew: something may be otherwise that no source tells of. The more accounts wait, the longer it
   * takes, at most `spread` milliseconds.
   */
  lookAgain(spread: number, concerns: (accountKey: string) => boolean = () => true): void {
    this.calls++;
    const now = performance.now();
    const rooms = [...this.rooms.all()].filter(({ key }) => concerns(key));
    const within = Math.min(spread, rooms.length * PACE);
    for (const room of rooms) room.lookAt(now + HEARING + within * this.context.random());
  }

  /** News from elsewhere of all accounts of this name: as if their sources had told it. */
  happened(name: string, folders: Folders): void {
    for (const room of this.rooms.named(name)) room.happen(folders);
  }

  /**
   * Answers everybody "no change" and closes all watches; later holds end at once. With `spread` (milliseconds) the phones are
   * sent on a few at a time, so that those who take over do not get thousands in one moment; who comes meanwhile waits for
   * its turn, since a phone that is answered at once comes back at once.
   */
  async drain(spread = 0): Promise<void> {
    const end = performance.now() + spread;
    let due = 0;
    for (let left = spread; left > 0; left = end - performance.now()) {
      due += (this.devices.size * PARTING) / Math.max(left, PARTING);
      const group = Math.floor(due);
      due -= group;
      // Those who have waited longest first.
      for (const hold of [...this.devices.values()].slice(0, group)) hold.room.end(hold, 'draining');
      await new Promise((resolve) => setTimeout(resolve, Math.min(PARTING, left)));
    }
    this.drained = true;
    for (const hold of [...this.devices.values()]) hold.room.end(hold, 'draining');
    await Promise.all([...this.rooms.all()].map((room) => room.close()));
    this.stopTicking();
  }

  private roomOf(account: A): Room<A> {
    const key = this.options.keyOf(account);
    const room = this.rooms.get(key);
    if (room) {
      room.account = account;
      return room;
    }
    const opened = new Room(key, account, this.context);
    if (!this.drained) this.rooms.add(opened);
    return opened;
  }

  private left(hold: Hold): void {
    this.wheel.remove(hold);
    if (this.devices.get(hold.device) === hold) this.devices.delete(hold.device);
  }

  private closed(room: Room<A>): void {
    this.rooms.remove(room);
  }

  private tick(): void {
    const now = performance.now();
    for (const hold of this.wheel.turn(now)) hold.room.end(hold, 'deadline');
    for (const room of this.rooms.all()) room.tick(now);
    if (this.rooms.size === 0) this.stopTicking();
  }

  private stopTicking(): void {
    if (this.ticker) clearInterval(this.ticker);
    this.ticker = null;
  }
}
