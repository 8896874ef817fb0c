import type { Json } from '#store';
import type { CommandContext } from './context.js';

/**
 * What is recorded of work that one attempt at a time may do, whatever node hears of it: kept beside the device, with signs
 * of life as long as the attempt goes on.
 */
export class Claim<Recorded extends Json> {
  private signs: NodeJS.Timeout | undefined;
  /** The sign of life that is under way. */
  private sign: Promise<unknown> = Promise.resolve();

  /** `ttl` in seconds: how long it is remembered at most. */
  constructor(
    private readonly context: Pick<CommandContext, 'devices' | 'asker'>,
    private readonly key: string,
    private readonly ttl: number,
  ) {}

  /**
   * Null: it is ours. Else what was recorded. With `dead` it is taken over from an attempt that left just this: of several
   * that find it dead at once, one goes on.
   */
  async take(result: Recorded, dead?: Recorded | null): Promise<{ readonly result: Recorded | null } | null> {
    const { devices, asker } = this.context;
    const message = { type: 'Claim', key: this.key, ttl: this.ttl, result } as const;
    const { recorded } = await devices.ask(
      asker,
      dead === undefined ? message : { ...message, replacing: dead },
    );
    return recorded && { result: recorded.result as Recorded | null };
  }

  /** Records that the attempt lives, every so many milliseconds. One that cannot be recorded is left out. */
  live(every: number, result: () => Recorded): void {
    this.signs = setInterval(() => {
      this.sign = this.record(result()).catch(() => undefined);
    }, every).unref();
  }

  async record(result: Recorded): Promise<void> {
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Outcome', key: this.key, result });
  }

  /** The last word; without one the claim is free again. */
  async end(result?: Recorded): Promise<void> {
    clearInterval(this.signs);
    // It must not overwrite what is said now.
    await this.sign;
    if (result !== undefined) return this.record(result);
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Outcome', key: this.key });
  }
}
