export interface RefresherOptions {
  readonly load: () => Promise<void>;
  /** Told of a load that failed; what was loaded before stays. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds between two loads when nobody asks for one. */
  readonly every: number;
}

/**
 * Keeps something loaded: now and then, and soon after somebody said that it changed. However many say so at once, one load
 * runs at a time, and one more afterwards, as the running one may have read before the change.
 */
export class Refresher {
  private loading: Promise<void> | null = null;
  private isStale = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: RefresherOptions) {}

  /** From now on now and then. */
  start(): void {
    this.timer ??= setInterval(() => this.refresh(), this.options.every).unref();
  }

  /** Loads anew, soon. */
  refresh(): void {
    if (this.loading) this.isStale = true;
    else this.look();
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private look(): void {
    this.loading = this.options
      .load()
      .catch((error: unknown) => this.options.onFailure(error))
      .finally(() => {
        this.loading = null;
        if (!this.isStale) return;
        this.isStale = false;
        this.look();
      });
  }
}
