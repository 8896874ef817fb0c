import { canAskForNotices } from '#backend';
import type { AccountAccess, AccountPush } from '#commands';
import type { Log } from '#ops';

const HOUR = 3_600_000;
/** Milliseconds a mailbox is believed to want notices still: somebody may have taken the mark away, or made the mailbox anew. */
const ASKED = 24 * HOUR;
/** Milliseconds until a server that could not be asked is asked again. */
const NOT_ASKED = HOUR;
/** Accounts that are remembered; beyond that those asked longest ago are asked once more. */
const MOST = 50_000;

/** Which accounts' servers were asked to tell of new mail, on this node. */
export class NoticeMarks {
  private readonly known = new Map<string, { readonly tells: boolean; readonly until: number }>();
  /** When each tenant's server was complained of last. */
  private readonly warned = new Map<string, number>();

  constructor(
    private readonly log: Pick<Log, 'event'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Asks the account's mail server, unless that was done. False if it cannot tell. Throws BackendError. */
  async ask(account: AccountAccess, push: AccountPush): Promise<boolean> {
    const known = this.known.get(account.key);
    if (known && this.now() < known.until) return known.tells;
    const lease = account.lease();
    try {
      const mail = await lease.backend('Email');
      const tells = canAskForNotices(mail) && (await mail.askForNotices(push.logins[0]));
      this.remember(account.key, tells);
      if (!tells) this.warn(account, push);
      return tells;
    } finally {
      lease.release();
    }
  }

  private remember(key: string, tells: boolean): void {
    this.known.delete(key);
    this.known.set(key, { tells, until: this.now() + (tells ? ASKED : NOT_ASKED) });
    if (this.known.size <= MOST) return;
    const oldest = this.known.keys().next();
    if (!oldest.done) this.known.delete(oldest.value);
  }

  private warn({ key }: AccountAccess, { tenant }: AccountPush): void {
    const last = this.warned.get(tenant) ?? -Infinity;
    if (this.now() - last < NOT_ASKED) return;
    this.warned.set(tenant, this.now());
    this.log.event('push.unsupported', { account: key });
  }
}
