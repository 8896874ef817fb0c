/** Milliseconds after which a newer sample is believed, however long its answer took: clocks drift and are set. */
const STALE = 60_000;
/** Milliseconds of doubt: the nodes of a cluster have a clock each. */
const SLACK = 1_000;

/** What Redis's clock shows, as far as its answers tell. */
export class ServerClock {
  private ahead: number | null = null;
  private doubt = Infinity;
  private heardAt = -Infinity;

  /** An answer that names the server's time came; all in milliseconds, `sent` and `received` by this process's clock. */
  heard(sent: number, server: number, received: number): void {
    const took = received - sent;
    if (took > this.doubt && received - this.heardAt < STALE) return;
    // It was sent before the server looked at its clock: this is at most too much.
    this.ahead = server - sent;
    this.doubt = took;
    this.heardAt = received;
  }

  /** Forgets what it knows: somebody has set a clock. */
  forget(): void {
    this.ahead = null;
    this.doubt = Infinity;
    this.heardAt = -Infinity;
  }

  /** The server's time at a time of this process, or a little later; null as long as nothing is known. */
  at(time: number): number | null {
    return this.ahead === null ? null : time + this.ahead + SLACK;
  }
}
