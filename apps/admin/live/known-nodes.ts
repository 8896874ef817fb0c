import type { Bus, NodeSample } from '#bus';

/** Milliseconds without a sample after which a node counts as gone; samples come every five seconds. */
const SILENCE = 15_000;

/** The processes of the installation, as they told last. */
export class KnownNodes {
  private readonly samples = new Map<string, NodeSample>();
  private readonly leave: () => void;

  constructor(
    bus: Bus,
    private readonly now: () => number = Date.now,
  ) {
    this.leave = bus.subscribe('sample', (sample) =>
      this.samples.set(sample.node, { ...sample, at: this.now() }),
    );
  }

  /** The last sample of each; `at` is when it was heard. */
  all(): readonly NodeSample[] {
    const limit = this.now() - SILENCE;
    for (const [node, { at }] of this.samples) if (at < limit) this.samples.delete(node);
    return [...this.samples.values()];
  }

  /** Names of those that serve phones. */
  serving(): readonly string[] {
    return this.all()
      .filter(({ role }) => role === 'serve' || role === 'gateway')
      .map(({ node }) => node);
  }

  close(): void {
    this.leave();
  }
}
