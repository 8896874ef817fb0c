import type { AccountHappening, Bus } from '#bus';
import type { AccountAccess } from '#commands';
import { encodeModifiedUtf7 } from '#formats';
import { watchedPlace, type WatchHub } from '#watch';

/** Milliseconds over which notices are gathered into one message. */
const GATHER = 5;
/** Notices of one message at most. */
const MOST = 1000;

/** Tells all gateways what servers told one of them; many notices that come together are one message. */
export class Happenings {
  private gathered: AccountHappening[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly bus: Bus) {}

  tell(happenings: readonly AccountHappening[]): void {
    this.gathered.push(...happenings);
    if (this.gathered.length >= MOST) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), GATHER).unref();
  }

  /** Sends what is gathered. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const happenings = this.gathered;
    this.gathered = [];
    if (happenings.length > 0) this.bus.publish('account-happened', { happenings });
  }
}

/**
 * IMAP has names of its own for what people call otherwise; Dovecot tells those of people (RFC 3501 5.1.3). To a mail server
 * notes are mail, too.
 */
function placesOf({ class: itemClass, folders }: AccountHappening): readonly string[] | null {
  if (folders === null) return null;
  if (itemClass !== 'Email') return folders.map((path) => watchedPlace(itemClass, path));
  const names = folders.flatMap((name) =>
    name.toUpperCase() === 'INBOX' ? ['INBOX'] : [name, encodeModifiedUtf7(name)],
  );
  return [...new Set(names)].flatMap((path) => [watchedPlace('Email', path), watchedPlace('Notes', path)]);
}

/** Has the phones that wait here looked at when their account is told of. Returns what ends it. */
export const hearHappenings = (bus: Bus, watch: WatchHub<AccountAccess>): (() => void) =>
  bus.subscribe('account-happened', ({ happenings }) => {
    for (const happening of happenings)
      watch.happened(`${happening.tenant}/${happening.login}`, placesOf(happening));
  });
