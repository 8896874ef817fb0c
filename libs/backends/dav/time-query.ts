import { BackendError } from '#backend';
import type { DavAccount, DavFolder } from './account.js';
import type { DavResponse } from './multistatus.js';
import { caldav, propOf, requestBody } from './names.js';

/**
 * The texts of objects that take time between two moments, by a query (RFC 4791 7.8, 9.9), as they come; null if the server
 * does not answer such queries. May give more than was asked for. Throws BackendError.
 */
export async function textsDuring(
  account: DavAccount,
  { collection, component }: DavFolder,
  start: Date,
  end: Date,
): Promise<AsyncIterable<string> | null> {
  const answers = responses(account, {
    method: 'REPORT',
    url: collection.url,
    headers: { depth: '1' },
    body: query(component, start, end),
  });
  try {
    const first = await answers.next();
    return textsOf(first, answers);
  } catch (error) {
    if (error instanceof BackendError && !error.retryable && error.kind !== 'auth') return null;
    throw error;
  }
}

async function* responses(
  account: DavAccount,
  request: Parameters<DavAccount['http']['multistatus']>[0],
): AsyncGenerator<DavResponse> {
  for await (const part of account.http.multistatus(request))
    if (part.kind === 'response') yield part.response;
}

async function* textsOf(
  first: IteratorResult<DavResponse>,
  answers: AsyncGenerator<DavResponse>,
): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await answers.next()) {
      const data = next.value.props.get(caldav('calendar-data'));
      if (data && !data.overlong && data.text.trim() !== '') yield data.text;
    }
  } finally {
    await answers.return(undefined);
  }
}

const utc = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

const query = (component: string, start: Date, end: Date): string =>
  requestBody(
    'c:calendar-query',
    `${propOf([caldav('calendar-data')])}<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="${component}">` +
      `<c:time-range start="${utc(start)}" end="${utc(end)}"/>` +
      '</c:comp-filter></c:comp-filter></c:filter>',
  );
