import { BackendError } from '#backend';
import type { DavAccount, DavFolder } from './account.js';
import { nameOf } from './hrefs.js';
import { caldav, carddav, dav, escapeXml, propOf, requestBody } from './names.js';

/** Objects with this UID, by a query; null if the server has none that works. */
export async function namesOfUid(
  account: DavAccount,
  { collection, component }: DavFolder,
  uid: string,
): Promise<readonly string[] | null> {
  const isCard = component === 'VCARD';
  const data = isCard ? carddav('address-data') : caldav('calendar-data');
  const names: string[] = [];
  try {
    for await (const part of account.http.multistatus({
      method: 'REPORT',
      url: collection.url,
      headers: { depth: '1' },
      body: isCard ? cardQuery(uid, data) : calendarQuery(component, uid, data),
    })) {
      if (part.kind !== 'response') continue;
      const name = nameOf(part.response.href);
      const text = part.response.props.get(data)?.text;
      // text-match finds what contains the words, and some servers do not filter at all.
      if (name !== null && text !== undefined && uidIn(text) === uid) names.push(name);
    }
    return names;
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

/** The server is there and lets us in, but does not answer this. */
const isRefused = (error: unknown): boolean =>
  error instanceof BackendError &&
  error.kind !== 'auth' &&
  (!error.retryable || error.reason === 'bad-answer' || error.reason.startsWith('http-5'));

/** Whole texts are asked for: servers differ in which parts of one they can give alone. */
const calendarQuery = (component: string, uid: string, data: string): string =>
  requestBody(
    'c:calendar-query',
    `${propOf([dav('getetag'), data])}<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="${component}">` +
      `<c:prop-filter name="UID"><c:text-match collation="i;octet">${escapeXml(uid)}</c:text-match></c:prop-filter>` +
      '</c:comp-filter></c:comp-filter></c:filter>',
  );

const cardQuery = (uid: string, data: string): string =>
  requestBody(
    'a:addressbook-query',
    `${propOf([dav('getetag'), data])}<a:filter><a:prop-filter name="UID">` +
      `<a:text-match collation="i;unicode-casemap" match-type="equals">${escapeXml(uid)}</a:text-match></a:prop-filter></a:filter>`,
  );

/** The first UID of a text, unfolded and without escapes (RFC 5545 3.1, 3.3.11). */
export function uidIn(text: string): string | null {
  const line = /^(?:[a-z0-9-]+\.)?UID(?:;(?:[^":\r\n]|"[^"\r\n]*")*)?:(.*)$/im.exec(
    text.replace(/\r*\n[ \t]/g, ''),
  );
  return line?.[1]?.trim().replace(/\\([\\;,])/g, '$1') ?? null;
}
