import type { CommandContext } from '../context.js';

/** How long a sent mail's ClientId is remembered. Seconds. */
const REMEMBERED = 7 * 86_400;
/** How long a submission may take before it is believed to have died with its process. Milliseconds. */
const IN_FLIGHT = 300_000;

type Record = { readonly state: 'sending'; readonly since: number } | { readonly state: 'sent' };

/** What is known of an earlier attempt at the same mail. */
export type Earlier = 'none' | 'sending' | 'sent';

/**
 * Keeps a mail from being sent twice, whatever node or process hears of it again (trap 72). A mail whose sending began
 * and never ended is sent again after a while: better once too often than never, and its Message-ID is the same.
 */
export class SendOnce {
  constructor(
    private readonly context: CommandContext,
    private readonly key: string,
  ) {}

  /** Claims the mail; only for `none` may the caller go on. */
  async begin(): Promise<Earlier> {
    const { devices, asker } = this.context;
    const { recorded } = await devices.ask(asker, { type: 'Claim', key: this.key, ttl: REMEMBERED });
    const before = (recorded?.result ?? null) as Record | null;
    if (before?.state === 'sent') return 'sent';
    if (before && Date.now() - before.since < IN_FLIGHT) return 'sending';
    await this.record({ state: 'sending', since: Date.now() });
    return 'none';
  }

  async sent(): Promise<void> {
    await this.record({ state: 'sent' });
  }

  /** It was certainly not sent: the phone may try again at once. */
  async failed(): Promise<void> {
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Outcome', key: this.key });
  }

  private async record(result: Record): Promise<void> {
    const { devices, asker } = this.context;
    await devices.ask(asker, { type: 'Outcome', key: this.key, result });
  }
}
