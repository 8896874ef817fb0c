import type { Json } from '#store';
import type { CommandContext } from '../context.js';

/** How long a sent mail's ClientId is remembered. Seconds. */
const REMEMBERED = 7 * 86_400;
/** How long after its last sign of life a submission is believed to have died with its process. Milliseconds. */
const IN_FLIGHT = 300_000;

type Record =
  { readonly state: 'sending' | 'submitting'; readonly since: number } | { readonly state: 'sent' };

/** What is known of an earlier attempt at the same mail. `in-doubt`: it may be out, and nobody will ever know. */
export type Earlier = 'none' | 'sending' | 'sent' | 'in-doubt';

/**
 * Keeps a mail from being sent twice, whatever node or process hears of it again (trap 72). A mail whose process died before
 * a server was given it is sent again after a while. Of one that died later nobody knows, and its user decides.
 */
export class SendOnce {
  private signs: NodeJS.Timeout | null = null;
  private state: 'sending' | 'submitting' = 'sending';
  /** The sign of life that is under way: the end must not be overwritten by it. */
  private sign: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly context: CommandContext,
    private readonly key: string,
  ) {}

  /** Claims the mail; only for `none` may the caller go on, and must tell the end. */
  async begin(): Promise<Earlier> {
    const recorded = await this.claim();
    const before = (recorded?.result ?? null) as Record | null;
    if (before?.state === 'sent') return 'sent';
    if (before && Date.now() - before.since < IN_FLIGHT) return 'sending';
    if (before?.state === 'submitting') {
      // Asked once more the phone hears that it was sent: it has been told that it may not be.
      await this.record({ state: 'sent' });
      return 'in-doubt';
    }
    // Another request of the phone may just find it as dead as this one does.
    if (recorded && (await this.claim(recorded.result))) return 'sending';
    // A large mail, or a server that thinks long over it (RFC 5321 4.5.3.2.6: ten minutes), takes its time.
    this.signs = setInterval(() => {
      this.sign = this.record(this.now()).catch(() => undefined);
    }, IN_FLIGHT / 5).unref();
    return 'none';
  }

  /** What is recorded of the mail; null if it was claimed, for the first time or in place of an attempt that left `replacing`. */
  private async claim(replacing?: Json): Promise<{ readonly result: Json } | null> {
    const { devices, asker } = this.context;
    const { recorded } = await devices.ask(asker, {
      ...{ type: 'Claim', key: this.key, ttl: REMEMBERED, result: this.now() },
      ...(replacing !== undefined && { replacing }),
    });
    return recorded;
  }

  /** A server is about to be given the mail. */
  async submitting(): Promise<void> {
    this.state = 'submitting';
    await this.record(this.now());
  }

  async sent(): Promise<void> {
    await this.end();
    await this.record({ state: 'sent' });
  }

  /** It was certainly not sent: the phone may try again at once. */
  async failed(): Promise<void> {
    await this.end();
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Outcome', key: this.key });
  }

  private async end(): Promise<void> {
    if (this.signs) clearInterval(this.signs);
    await this.sign;
  }

  private async record(result: Record): Promise<void> {
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Outcome', key: this.key, result });
  }

  private now(): Record {
    return { state: this.state, since: Date.now() };
  }
}
