import { Claim } from '../claim.js';
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
  private state: 'sending' | 'submitting' = 'sending';
  private readonly claim: Claim<Record>;

  constructor(context: CommandContext, key: string) {
    this.claim = new Claim(context, key, REMEMBERED);
  }

  /** Claims the mail; only for `none` may the caller go on, and must tell the end. */
  async begin(): Promise<Earlier> {
    const recorded = await this.claim.take(this.now());
    const before = recorded?.result;
    if (before?.state === 'sent') return 'sent';
    if (before && Date.now() - before.since < IN_FLIGHT) return 'sending';
    if (before?.state === 'submitting') {
      // Asked once more the phone hears that it was sent: it has been told that it may not be.
      await this.claim.record({ state: 'sent' });
      return 'in-doubt';
    }
    if (recorded && (await this.claim.take(this.now(), recorded.result))) return 'sending';
    // A large mail, or a server that thinks long over it (RFC 5321 4.5.3.2.6: ten minutes), takes its time.
    this.claim.live(IN_FLIGHT / 5, () => this.now());
    return 'none';
  }

  /** A server is about to be given the mail. */
  async submitting(): Promise<void> {
    this.state = 'submitting';
    await this.claim.record(this.now());
  }

  async sent(): Promise<void> {
    await this.claim.end({ state: 'sent' });
  }

  /** It was certainly not sent: the phone may try again at once. */
  async failed(): Promise<void> {
    await this.claim.end();
  }

  private now(): Record {
    return { state: this.state, since: Date.now() };
  }
}
