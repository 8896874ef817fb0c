import type { ContactsItem } from '#eas';
import type { View } from '#backend';
import { cleanText, computedFileAs, itemBody, type FileAsOrder } from '#formats';
import type { AttributeSet } from './attributes.js';
import type { DirectoryAttribute } from './config.js';
import { identitiesOf, type Values } from './entry.js';

/** Names of the people an entry points to, where they are people. */
export type PeopleNames = Readonly<Partial<Record<'manager' | 'assistant', string>>>;

/** Elements that are one value of one attribute, or its second one. */
const plain = [
  ['FirstName', 'firstName', 0],
  ['LastName', 'lastName', 0],
  ['JobTitle', 'title', 0],
  ['CompanyName', 'company', 0],
  ['Department', 'department', 0],
  ['OfficeLocation', 'office', 0],
  ['BusinessPhoneNumber', 'phone', 0],
  ['Business2PhoneNumber', 'phone', 1],
  ['HomePhoneNumber', 'homePhone', 0],
  ['Home2PhoneNumber', 'homePhone', 1],
  ['MobilePhoneNumber', 'mobilePhone', 0],
  ['BusinessFaxNumber', 'fax', 0],
  ['PagerNumber', 'pager', 0],
  ['BusinessAddressCity', 'city', 0],
  ['BusinessAddressState', 'state', 0],
  ['BusinessAddressPostalCode', 'postalCode', 0],
  ['BusinessAddressCountry', 'country', 0],
] as const satisfies readonly (readonly [keyof ContactsItem, DirectoryAttribute, number])[];

const others: readonly DirectoryAttribute[] = [
  'displayName',
  'emailAddress',
  'otherAddresses',
  'manager',
  'assistant',
  'street',
  'homeAddress',
  'webPage',
  'notes',
];

/** What is asked for to tell whether somebody changed, where nothing else tells. */
export const textAttributes = (attributes: AttributeSet): string[] => [
  ...new Set([...plain.map(([, name]) => name), ...others].flatMap((name) => attributes[name])),
];

export const wholeAttributes = (attributes: AttributeSet): string[] => [
  ...textAttributes(attributes),
  ...attributes.picture,
];

/** The names behind `manager` and `secretary`: entries by their DN, or just a name. */
export async function namedPeople(
  values: Values,
  nameOf: (dn: string) => Promise<string | null>,
): Promise<PeopleNames> {
  const named = async (role: keyof PeopleNames) => {
    const [value] = values.texts(role);
    if (value === undefined) return [];
    const name = /^[\w.-]+\s*=/.test(value) ? await nameOf(value) : value;
    return name === null ? [] : [[role, name] as const];
  };
  return Object.fromEntries((await Promise.all([named('manager'), named('assistant')])).flat());
}

/** Somebody as phones keep him. A picture has the size it has. */
export function contactOf(
  values: Values,
  people: PeopleNames,
  { view, fileAs }: { readonly view: View; readonly fileAs: FileAsOrder },
): ContactsItem {
  const one = (name: DirectoryAttribute, index = 0): string => cleanText(values.texts(name)[index] ?? '');
  const texts: Record<string, string> = {
    ...Object.fromEntries(plain.map(([element, name, index]) => [element, one(name, index)])),
    ...mailAddresses(values),
    BusinessAddressStreet: postal(one('street')),
    HomeAddressStreet: postal(one('homeAddress')),
    // RFC 2079: the address, and after a blank what it is.
    WebPage: one('webPage').split(' ', 1)[0]!,
    ManagerName: people.manager ?? '',
    AssistantName: people.assistant ?? '',
  };
  // Android shows nobody without a part of a name.
  if (texts.FirstName === '' && texts.LastName === '') texts.LastName = one('displayName');
  const present = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
  const picture = values.bytes('picture').find(({ length }) => length > 0);
  const notes = values.texts('notes').join('\n');
  return {
    ...present,
    FileAs: computedFileAs(present, fileAs) || one('displayName'),
    ...(picture && { Picture: picture }),
    ...(notes !== '' && { Body: itemBody({ type: 1, text: notes }, view) }),
  };
}

/** The main address as it is written, and two more. */
function mailAddresses(values: Values): Record<string, string> {
  const [main = '', ...more] = [
    ...values.texts('emailAddress').slice(0, 1),
    ...identitiesOf(values).map(({ address }) => address),
  ];
  const [second = '', third = ''] = more.filter((address) => address !== main.toLowerCase());
  return { Email1Address: main, Email2Address: second, Email3Address: third };
}

/** RFC 4517 3.3.28: lines of a postal address are parted by dollars, which themselves are written `\24`. */
const postal = (text: string): string =>
  text.includes('$')
    ? text
        .split('$')
        .map((line) => line.replace(/\\24/g, '$').replace(/\\5c/gi, '\\').trim())
        .join('\r\n')
    : text;
