/** Names of XML elements as `{namespace}local`, and the few that are used all over. */
const DAV = 'DAV:';
const CALDAV = 'urn:ietf:params:xml:ns:caldav';
const CARDDAV = 'urn:ietf:params:xml:ns:carddav';
const CALENDAR_SERVER = 'http://calendarserver.org/ns/';

export const dav = <Local extends string>(local: Local): `{DAV:}${Local}` => `{${DAV}}${local}`;
export const caldav = (local: string): string => `{${CALDAV}}${local}`;
export const carddav = (local: string): string => `{${CARDDAV}}${local}`;
export const calendarServer = (local: string): string => `{${CALENDAR_SERVER}}${local}`;

/** Prefixes that every request declares. */
const prefixes: readonly (readonly [string, string])[] = [
  ['d', DAV],
  ['c', CALDAV],
  ['a', CARDDAV],
  ['s', CALENDAR_SERVER],
];

const declarations = prefixes.map(([prefix, namespace]) => ` xmlns:${prefix}="${namespace}"`).join('');

/** A request's body: `root` is a prefixed name, `content` is XML that uses the prefixes d, c, a and s. */
export const requestBody = (root: string, content: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<${root}${declarations}>${content}</${root}>`;

/** `<d:prop>` with these names, each `{namespace}local`. */
export const propOf = (names: readonly string[]): string =>
  `<d:prop>${names.map((name) => `<${prefixed(name)}/>`).join('')}</d:prop>`;

function prefixed(name: string): string {
  const [, namespace = '', local = ''] = /^\{(.*)\}(.*)$/.exec(name) ?? [];
  const known = prefixes.find(([, each]) => each === namespace);
  if (!known) throw new Error(`no prefix for ${name}`);
  return `${known[0]}:${local}`;
}

/** Text as content or attribute value. What XML 1.0 has no characters for becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
