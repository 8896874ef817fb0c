import { BackendError } from '#backend';
import { classOfFolderId, type Asker, type DeviceClient } from '#device';
import { watchedPlace, type EndReason, type Folders, type Held, type Moment, type Waiter } from '#watch';
import type { AccountAccess, CommandContext, CommandEvents } from './context.js';

/** A folder that a phone waits for. */
export interface WatchedFolder {
  readonly id: string;
  readonly path: string;
}

const placeOf = ({ id, path }: WatchedFolder): string => watchedPlace(classOfFolderId(id) ?? 'Email', path);

/** To be taken before the device is first asked about what it then waits for. */
export const momentOf = ({ watch, account }: CommandContext): Moment<AccountAccess> =>
  watch.moment(account.unguarded ?? account);

/** How a wait ended: with news in these folders, without, or because nobody listens any more. */
export type WaitOutcome =
  | { readonly kind: 'news'; readonly folders: readonly string[] }
  | { readonly kind: 'quiet'; readonly reason: EndReason }
  | { readonly kind: 'disconnected' };

/**
 * One waiting phone. There are thousands: it keeps what it needs to ask its actor, and nothing of the request beside.
 */
class WaitingPhone implements Waiter {
  private held: Held | null = null;
  private settle: ((outcome: WaitOutcome) => void) | null = null;
  private fail: ((error: unknown) => void) | null = null;
  private readonly since = performance.now();
  private readonly asker: Asker;
  private readonly devices: DeviceClient;
  private readonly events: CommandEvents;
  private readonly isPassing: CommandContext['isPassing'];

  constructor(
    context: CommandContext,
    private readonly command: string,
    private readonly folders: readonly WatchedFolder[],
  ) {
    this.asker = context.asker;
    // How the device stands matters to what else a request does; this one only waits.
    this.devices = context.devices.unheard;
    this.events = context.events;
    this.isPassing = context.isPassing;
  }

  wait(context: CommandContext, seconds: number, since: Moment<AccountAccess>): Promise<WaitOutcome> {
    const { account, watch, limits, client } = context;
    const granted = Math.min(seconds, client.longestWait ?? seconds);
    this.events.held(this.command, granted, this.folders.length);
    return new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
      context.onDisconnect(this.hungUp());
      // It hung up already, or asked anew.
      if (!this.settle) return;
      if (context.isSuperseded()) return this.onEnd('superseded');
      const { tenant, user, deviceId } = this.asker.identity;
      const places = this.folders.map(placeOf);
      this.held = watch.hold({
        account: account.unguarded ?? account,
        device: `${tenant}/${user}/${deviceId}`,
        folders: places,
        wait: Math.max(1, granted - limits.heartbeatMargin) * 1000,
        waiter: this,
      });
      // What happened between the first look and the hold.
      if (!watch.isQuiet(since, places)) this.held.look();
    });
  }

  async onNews(happened: Folders): Promise<boolean | 'unknown'> {
    const concerned =
      happened === null ? this.folders : this.folders.filter((folder) => happened.includes(placeOf(folder)));
    try {
      const { changed } = await this.devices.ask(this.asker, {
        type: 'News',
        folders: concerned.map((folder) => folder.id),
      });
      if (changed.length === 0) return false;
      this.finish({ kind: 'news', folders: changed });
    } catch (error) {
      // A source or an actor that does not answer now is no reason to wake a phone.
      const passing = error instanceof Error && !(error instanceof BackendError && error.kind === 'auth');
      if (passing && this.isPassing(error)) return 'unknown';
      this.fail?.(error);
      this.finish({ kind: 'quiet', reason: 'refused' });
    }
    return true;
  }

  onEnd(reason: EndReason): void {
    this.finish({ kind: 'quiet', reason });
  }

  /** Made where nothing of the request is in sight: a closure keeps all that is. */
  private hungUp(): () => void {
    return () => this.finish({ kind: 'disconnected' });
  }

  private finish(outcome: WaitOutcome): void {
    if (!this.settle) return;
    this.settle(outcome);
    this.settle = null;
    this.fail = null;
    this.held?.release();
    const reason = outcome.kind === 'quiet' ? outcome.reason : outcome.kind;
    this.events.released(this.command, reason, (performance.now() - this.since) / 1000);
  }
}

/**
 * Waits for news in the folders, at most `seconds`, of what came after `since`. Throws if the phone must not go on waiting
 * (`auth`, provisioning).
 */
export const waitForNews = (
  context: CommandContext,
  command: string,
  folders: readonly WatchedFolder[],
  seconds: number,
  since: Moment<AccountAccess>,
): Promise<WaitOutcome> => new WaitingPhone(context, command, folders).wait(context, seconds, since);
