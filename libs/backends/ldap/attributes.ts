import type { DirectoryAttribute, LdapConfig } from './config.js';

export type AttributeSet = Readonly<Record<DirectoryAttribute, readonly string[]>>;

/** RFC 2798, RFC 4524; mailAlternateAddress and rfc822Mailbox as mail servers use them. */
const inetOrgPerson: AttributeSet = {
  displayName: ['displayName', 'cn'],
  firstName: ['givenName'],
  lastName: ['sn'],
  alias: ['uid'],
  emailAddress: ['mail', 'rfc822Mailbox'],
  otherAddresses: ['mailAlternateAddress', 'rfc822Mailbox'],
  title: ['title'],
  company: ['o'],
  office: ['physicalDeliveryOfficeName', 'roomNumber'],
  phone: ['telephoneNumber'],
  homePhone: ['homePhone'],
  mobilePhone: ['mobile'],
  picture: ['jpegPhoto'],
  certificates: ['userSMIMECertificate;binary', 'userSMIMECertificate', 'userCertificate;binary'],
  department: ['ou', 'departmentNumber'],
  manager: ['manager'],
  assistant: ['secretary'],
  fax: ['facsimileTelephoneNumber'],
  pager: ['pager'],
  street: ['street', 'postalAddress'],
  city: ['l'],
  state: ['st'],
  postalCode: ['postalCode'],
  country: ['co', 'c'],
  homeAddress: ['homePostalAddress'],
  webPage: ['labeledURI'],
  notes: ['description'],
};

const activeDirectory: AttributeSet = {
  ...inetOrgPerson,
  alias: ['mailNickname', 'sAMAccountName'],
  emailAddress: ['mail'],
  otherAddresses: ['proxyAddresses'],
  company: ['company'],
  office: ['physicalDeliveryOfficeName'],
  picture: ['thumbnailPhoto', 'jpegPhoto'],
  certificates: ['userSMIMECertificate', 'userCertificate'],
  department: ['department'],
  assistant: ['assistant', 'msExchAssistantName'],
  street: ['streetAddress', 'postalAddress'],
  webPage: ['wWWHomePage', 'url'],
  notes: ['info'],
};

/** What a schema's people are asked, and who they are. */
export interface Schema {
  readonly attributes: AttributeSet;
  /** Attributes that what the user types may begin. */
  readonly searched: readonly string[];
  /** Attributes that hold several words; a word in their middle may be typed too. */
  readonly names: readonly string[];
  readonly filter: string;
  readonly userFilter: string;
}

const schemas: Readonly<Record<LdapConfig['schema'], Schema>> = {
  inetOrgPerson: {
    attributes: inetOrgPerson,
    searched: ['cn', 'displayName', 'givenName', 'sn', 'mail', 'uid'],
    names: ['cn', 'displayName'],
    filter: '(objectClass=person)',
    userFilter: '(|(mail={user})(uid={user}))',
  },
  activeDirectory: {
    attributes: activeDirectory,
    searched: ['cn', 'displayName', 'givenName', 'sn', 'mail', 'sAMAccountName'],
    names: ['cn', 'displayName'],
    // Computers are persons too; who is hidden from Exchange's address lists is hidden here.
    filter: '(&(objectCategory=person)(!(msExchHideFromAddressLists=TRUE)))',
    userFilter: '(|(mail={user})(userPrincipalName={user})(sAMAccountName={user}))',
  },
};

/** The schema with what the configuration says differently. */
export function schemaOf({ schema, attributes = {}, filter, userFilter }: LdapConfig): Schema {
  const base = schemas[schema];
  return {
    ...base,
    attributes: { ...base.attributes, ...attributes },
    filter: filter ?? base.filter,
    userFilter: userFilter ?? base.userFilter,
  };
}
