import { StoreUnavailable, type AccessRules } from '#store';
import { Rulings } from './rulings.js';

/** Milliseconds between two looks at the rules when nobody said that they changed. */
const REFRESH_EVERY = 60_000;

export interface RuleSnapshotOptions {
  readonly load: () => Promise<AccessRules>;
  /** Told when the rules cannot be loaded; those of before stay in force. */
  readonly onUnavailable?: (error: unknown) => void;
  /** Milliseconds. */
  readonly refreshEvery?: number;
}

/**
 * The access rules as a process knows them. A database that is away leaves those in force that were loaded last; a process
 * that has never loaded any lets no new device in: whoever asks gets StoreUnavailable (503), and the phone comes again.
 */
export class RuleSnapshot {
  private current: Rulings | null = null;
  private text = '';
  private loading: Promise<void> | null = null;
  private isStale = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: RuleSnapshotOptions) {
    this.timer = setInterval(() => this.refresh(), options.refreshEvery ?? REFRESH_EVERY).unref();
  }

  /** The same object for as long as nothing changed. Throws StoreUnavailable if no rules were ever loaded. */
  async rulings(): Promise<Rulings> {
    if (!this.current) await this.look();
    if (!this.current) throw new StoreUnavailable('the access rules are not known yet');
    return this.current;
  }

  /** Loads anew, soon: the rules changed, or may have. */
  refresh(): void {
    // What is being loaded now may have been read before the change.
    if (this.loading) this.isStale = true;
    else void this.look();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = null;
      if (!this.isStale) return;
      this.isStale = false;
      void this.look();
    });
    return this.loading;
  }

  private async load(): Promise<void> {
    try {
      const rules = await this.options.load();
      const text = JSON.stringify([rules.revision, rules.rules, [...rules.settings]]);
      if (text !== this.text) this.current = new Rulings(rules);
      this.text = text;
    } catch (error) {
      this.options.onUnavailable?.(error);
    }
  }
}
