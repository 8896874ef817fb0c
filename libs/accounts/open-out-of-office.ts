import type { Directory, OutOfOffice } from '#backend';
import type { Connections } from '#connections';
import { ManageSieveFactory, type RepliesFor } from '#backends/managesieve';
import type { OutOfOfficeSettings } from '#ops';
import type { Account } from './account.js';
import { identitiesOf } from './identities.js';
import type { Opener } from './sources.js';
import { fill } from './tenants.js';

/** Where the tenant's accounts set their automatic replies. */
export function openOutOfOffice(
  settings: OutOfOfficeSettings,
  directory: Opener<Directory> | undefined,
  connections?: Connections,
): Opener<OutOfOffice> {
  const { host, port, tls, verifyCertificate, masterUser, login, timeoutSeconds } = settings;
  const factory = new ManageSieveFactory(
    { ...{ host, port, tls, verifyCertificate, masterUser }, timeout: timeoutSeconds * 1000 },
    connections,
  );
  return {
    open: (account) =>
      factory.outOfOfficeFor(account.credentials(fill(login, account.login)), repliesFor(account, directory)),
    // Conversations end with their question.
    close: () => Promise.resolve(),
  };
}

/** Mail to each of the account's addresses is answered. */
function repliesFor(account: Account, directory: Opener<Directory> | undefined): RepliesFor {
  return {
    domain: account.address.slice(account.address.lastIndexOf('@') + 1),
    async addresses() {
      let opened: Directory | null = null;
      try {
        const identities = await identitiesOf(
          account,
          async () => (opened = directory?.open(account) ?? null),
        );
        return identities.map(({ address }) => address);
      } finally {
        await (opened as Directory | null)?.close();
      }
    },
  };
}
