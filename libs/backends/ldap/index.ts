/**
 * A company's address book in LDAP: OpenLDAP and its kin (inetOrgPerson), or Active Directory. What the user typed becomes
 * a filter (`filters.ts`), entries become what phones are told (`entry.ts`), best first (`rank.ts`). All who search share
 * one connection a server and bind (`connection.ts`); a server that is down is left alone for a while, and says so at once.
 * Everybody together can be a folder of contacts (`address-book*.ts`), listed now and then for all phones (`roster.ts`).
 */
export type { AddressBookConfig, DirectoryAttribute, LdapConfig, LdapUser } from './config.js';
export { LdapFactory } from './factory.js';
