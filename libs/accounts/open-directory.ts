import type { Directory } from '#backend';
import type { Connections } from '#connections';
import { LdapFactory, type LdapConfig } from '#backends/ldap';
import type { DirectorySettings } from '#ops';
import type { Opener } from './sources.js';

/** The tenant's address book. */
export function openDirectory(settings: DirectorySettings, connections?: Connections): Opener<Directory> {
  const factory = new LdapFactory(ldapConfig(settings), undefined, connections);
  return {
    open: (account) => factory.directoryFor({ ...account.login, password: account.password }),
    close: () => factory.close(),
  };
}

/** How a server is asked, as the settings say. */
export function ldapConfig(settings: DirectorySettings): LdapConfig {
  const { url, startTls, verifyCertificate, base, schema, pageSize, maxResults, attributes } = settings;
  const { bindDn, password, filter, userFilter, timeoutSeconds } = settings;
  return {
    ...{ url, startTls, verifyCertificate, base, schema, pageSize, maxResults, attributes },
    timeout: timeoutSeconds * 1000,
    ...(bindDn !== undefined && { bindDn }),
    ...(password !== undefined && { password }),
    ...(filter !== undefined && { filter }),
    ...(userFilter !== undefined && { userFilter }),
  };
}
