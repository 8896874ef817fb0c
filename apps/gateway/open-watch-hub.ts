import type { Watch } from '#backend';
import type { AccountAccess, AccountPush } from '#commands';
import { isCircuitOpen } from '#connections';
import type { Configuration } from '#ops';
import {
  PushedSources,
  watchedPlace,
  WatchedSources,
  WatchHub,
  type WatchedBackend,
  type WatchObserver,
} from '#watch';
import type { Core } from '../assembly/core.js';
import { NoticeMarks } from './push/notice-marks.js';

const observerOf = ({ log, metrics }: Pick<Core, 'log' | 'metrics'>): WatchObserver<AccountAccess> => ({
  watched: (change) => metrics.watchers.inc(change),
  event: () => metrics.watchEvents.inc(),
  failed: (account, attempt, error) => {
    metrics.watchFailures.inc();
    // Of a host that is down the breaker tells once, not each of its thousand accounts.
    if (!isCircuitOpen(error)) log.event('watch.failed', { account: account.key, attempt, error });
  },
  restored: (account, attempt) => log.event('watch.restored', { account: account.key, attempt }),
  bug: (error) => log.event('bug', { where: 'watch', error }),
});

/** Watches an account's sources; it is leased for as long. */
async function watchLeased(
  account: AccountAccess,
  recheck: number,
  ...args: Parameters<WatchedSources['watch']>
): Promise<Watch> {
  const lease = account.lease();
  try {
    const sources = new WatchedSources((itemClass) => lease.backend(itemClass), recheck);
    const watch = await sources.watch(...args);
    return { close: () => watch.close().finally(() => lease.release()) };
  } catch (error) {
    lease.release();
    throw error;
  }
}

const INBOX = watchedPlace('Email', 'INBOX');
const isMail = (place: string): boolean => place.startsWith(watchedPlace('Email', ''));

/** Whether somebody tells of what happens at a place. */
function isToldBy({ settings: { covers, dovecot } }: AccountPush): (place: string) => boolean {
  const classes = covers.map((itemClass) => watchedPlace(itemClass, ''));
  const inboxOnly = dovecot?.driver === 'ox' && dovecot.otherFolders === 'watch';
  return (place) =>
    inboxOnly && isMail(place) ? place === INBOX : classes.some((prefix) => place.startsWith(prefix));
}

/** The sources of an account for as long as somebody waits for news of it. */
function watchable(
  account: AccountAccess,
  marks: NoticeMarks,
  { recheckSeconds }: Configuration['watch'],
): WatchedBackend['backend'] {
  const others: WatchedSources['watch'] = (...args) => watchLeased(account, recheckSeconds * 1000, ...args);
  const { push } = account;
  if (!push) return { watch: others };
  // Dovecot's own driver wants to be asked for each mailbox; a script of Dovecot's, or who signs, tells of all.
  const mustAsk = push.settings.dovecot?.driver === 'ox';
  return new PushedSources({
    isTold: isToldBy(push),
    wantsAsking: (place) => mustAsk && isMail(place),
    ask: () => marks.ask(account, push),
    others,
    recheck: push.settings.recheckSeconds * 1000,
  });
}

/** One watch for all waiting phones of an account on this node, or none where its servers tell by themselves. */
export function openWatchHub(core: Pick<Core, 'configuration' | 'log' | 'metrics'>): WatchHub<AccountAccess> {
  const { watch } = core.configuration;
  const marks = new NoticeMarks(core.log);
  return new WatchHub<AccountAccess>({
    keyOf: (account) => account.key,
    namesOf: ({ push }) => push?.logins.map((login) => `${push.tenant}/${login}`) ?? [],
    open: async (account) => {
      // All devices of the account share it, whatever becomes of the one that came first.
      const backend = watchable(account.unguarded ?? account, marks, watch);
      return { backend, release: () => undefined };
    },
    settle: watch.settleMilliseconds,
    linger: watch.lingerSeconds * 1000,
    recheck: watch.recheckSeconds * 1000,
    observer: observerOf(core),
  });
}
