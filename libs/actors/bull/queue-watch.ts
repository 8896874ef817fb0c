import { isWithinReach, type RedisClient } from '#redis';
import { QueueDelay } from '../pressure.js';
import { lookAtQueue } from './scripts/look.js';

/** Milliseconds between two looks. */
const EVERY = 1_000;

/** Looks at the queue of activations once a second: one small script, whatever goes on. */
export class QueueWatch {
  readonly delay = new QueueDelay();
  private readonly timer: NodeJS.Timeout;
  private looking = false;

  constructor(
    private readonly redis: RedisClient,
    private readonly keys: { readonly wait: string; readonly id: string },
  ) {
    this.timer = setInterval(() => void this.look(), EVERY).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** A look that fails changes nothing: asks fail as well while Redis is away. */
  private async look(): Promise<void> {
    if (this.looking || !isWithinReach(this.redis)) return;
    this.looking = true;
    try {
      const seen = await lookAtQueue(this.redis, this.keys.wait, this.keys.id);
      this.delay.see(seen, performance.now());
    } catch {
      // Redis is away.
    } finally {
      this.looking = false;
    }
  }
}
