import type { Bus, NodeSample } from '#bus';
import type { AdministrationStores } from '#store';
import { between, ratesOf, type NodeMeasure, type Rates } from './node-rates.js';

/** Milliseconds without a word after which a node is gone. */
const SILENCE = 30_000;
const MINUTE = 60_000;

interface Watched {
  sample: NodeSample;
  /** When it was heard last, by our clock. */
  heardAt: number;
  /** Since the sample before. */
  measure: NodeMeasure;
  /** The first sample of the minute that is being counted. */
  minute: NodeSample;
}

export interface NodeState extends Rates {
  readonly sample: NodeSample;
  readonly heardAt: number;
}

export interface NodeWatchParts {
  readonly bus: Bus;
  readonly statistics: Pick<AdministrationStores['statistics'], 'keep'>;
  /** Told when a minute could not be kept. */
  readonly report: (error: unknown) => void;
  readonly now?: () => number;
}

/** How the processes of the installation do, as they tell; once a minute it is kept for the charts. */
export class NodeWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly leave: () => void;
  private readonly timer: NodeJS.Timeout;
  private readonly now: () => number;
  private keptMinute: number;

  constructor(private readonly parts: NodeWatchParts) {
    this.now = parts.now ?? Date.now;
    this.keptMinute = this.minuteOf(this.now());
    this.leave = parts.bus.subscribe('sample', (sample) => this.hear(sample));
    this.timer = setInterval(() => void this.keepDue(), 5_000).unref();
  }

  /** Those that told something lately, by name. */
  nodes(): readonly NodeState[] {
    this.forgetSilent();
    return [...this.watched.values()]
      .map(({ sample, heardAt, measure }) => ({ sample, heardAt, ...ratesOf([measure]) }))
      .sort((a, b) => a.sample.node.localeCompare(b.sample.node));
  }

  /** Keeps the minute that just ended, once. */
  async keepDue(): Promise<void> {
    const minute = this.minuteOf(this.now());
    if (minute === this.keptMinute) return;
    this.keptMinute = minute;
    this.forgetSilent();
    const at = new Date(minute * MINUTE);
    try {
      for (const one of [...this.watched.values()]) {
        const sample = between(one.minute, one.sample);
        one.minute = one.sample;
        await this.parts.statistics.keep({ node: one.sample.node, at, sample });
      }
    } catch (error) {
      this.parts.report(error);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.leave();
  }

  private minuteOf(time: number): number {
    return Math.floor(time / MINUTE);
  }

  private hear(sample: NodeSample): void {
    const before = this.watched.get(sample.node);
    const isSame = before?.sample.startedAt === sample.startedAt;
    this.watched.set(sample.node, {
      sample,
      heardAt: this.now(),
      measure: between(before?.sample, sample),
      minute: isSame && before ? before.minute : sample,
    });
  }

  private forgetSilent(): void {
    const limit = this.now() - SILENCE;
    for (const [node, { heardAt }] of this.watched) if (heardAt < limit) this.watched.delete(node);
  }
}
