import type { PimSources } from './pim-sources.js';
import type { FreeBusyServer, Opener } from './sources.js';
import type { Tenant } from './tenants.js';

/** When others are free, asked of the CalDAV server that has the calendars (RFC 6638 5); undefined where there is none. */
export function openFreeBusy({ settings }: Tenant, pim: PimSources): Opener<FreeBusyServer> | undefined {
  const { calendar } = settings;
  if (calendar?.kind !== 'caldav') return undefined;
  return {
    open(account) {
      const opening = pim.openDav(calendar, account);
      // Told to whoever asks.
      opening.catch(() => undefined);
      return {
        ask: async (address, start, end) => (await opening).freeBusy(address, start, end),
        close: async () => (await opening).close(),
      };
    },
    close: async () => undefined,
  };
}
