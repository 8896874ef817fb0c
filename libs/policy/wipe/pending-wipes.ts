import type { DeviceIdentity, WipeInForce, WipeKind } from '#store';
import { Refresher } from '../refresher.js';

/** Milliseconds between two looks when nobody said that something changed. */
const REFRESH_EVERY = 15_000;

/** Questions for one device that are passed on between two looks: a phone needs two or three, whoever guesses wants more. */
const QUESTIONS = 20;

export interface PendingWipesOptions {
  readonly load: () => Promise<readonly WipeInForce[]>;
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds. */
  readonly refreshEvery?: number;
}

const keyOf = ({ tenant, user, deviceId }: DeviceIdentity): string => `${tenant}\0${user}\0${deviceId}`;

/**
 * The few devices that are to be wiped now, as a node knows them: it asks here before it sends a phone away whose password
 * is no longer valid (trap 10), so a wrong password costs no query. A database that is away leaves what was known.
 */
export class PendingWipes {
  private kinds: ReadonlyMap<string, WipeKind> = new Map();
  private readonly asked = new Map<string, number>();
  private readonly refresher: Refresher;

  constructor(private readonly options: PendingWipesOptions) {
    const { onFailure, refreshEvery: every = REFRESH_EVERY } = options;
    this.refresher = new Refresher({ load: () => this.load(), onFailure, every });
  }

  /** Looks now, and again and again. */
  open(): this {
    this.refresher.start();
    this.refresher.refresh();
    return this;
  }

  /** Looks soon: a wipe was asked for, or cancelled. */
  refresh(): void {
    this.refresher.refresh();
  }

  close(): void {
    this.refresher.close();
  }

  /** What is to be wiped; null: nothing, or so many asked for this device that nobody is told for now. */
  of(identity: DeviceIdentity): WipeKind | null {
    const key = keyOf(identity);
    const kind = this.kinds.get(key);
    if (kind === undefined) return null;
    const asked = (this.asked.get(key) ?? 0) + 1;
    this.asked.set(key, asked);
    return asked > QUESTIONS ? null : kind;
  }

  private async load(): Promise<void> {
    const wipes = await this.options.load();
    this.kinds = new Map(wipes.map((wipe) => [keyOf(wipe), wipe.kind]));
    this.asked.clear();
  }
}
