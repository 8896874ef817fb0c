import type { Backend } from '#backend';
import type { Connections } from '#connections';
import { LdapFactory } from '#backends/ldap';
import type { FileAsOrder } from '#formats';
import type { DirectorySettings } from '#ops';
import type { Account } from './account.js';
import { ldapConfig } from './open-directory.js';

/** Everybody of a directory as a folder of contacts. Its listings have a connection of their own: who searches does not wait for them. */
export class AddressBooks {
  private readonly factory: LdapFactory;

  constructor(
    private readonly settings: DirectorySettings,
    private readonly how: { readonly isMain: boolean; readonly fileAs: FileAsOrder },
    connections?: Connections,
  ) {
    this.factory = new LdapFactory(ldapConfig(settings), undefined, connections);
  }

  /** Costs nothing until something is asked. Throws BackendError `unsupported`. */
  open(account: Account): Backend {
    const { addressBook: name = 'Contacts', addressBookRefreshSeconds } = this.settings;
    const user = { ...account.login, password: account.password };
    return this.factory.addressBookFor(user, {
      ...this.how,
      name,
      refresh: addressBookRefreshSeconds * 1000,
    });
  }

  close(): Promise<void> {
    return this.factory.close();
  }
}
