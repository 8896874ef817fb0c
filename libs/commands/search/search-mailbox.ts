import { BackendError, type View } from '#backend';
import { SearchResponse, SearchStatus, type SearchOptions, type SearchQuery, type SearchResult } from '#eas';
import type { AccountLease, CommandContext } from '../context.js';
import { document, type Reply } from '../reply.js';
import { bodyOptions, viewOf } from '../view.js';
import { mailboxQuery, type MailboxQuery } from './mailbox-query.js';
import { findItems, foundItems, type ItemsFound, type ItemsWanted } from './item-search.js';
import { MailSearch, type MailsFound } from './mail-search.js';
import { rowsAsked, rowsGiven, type Rows } from './rows.js';

const answer = (Store: object): object => ({ Status: SearchStatus.success, Response: { Store } });

/** How a source's failure is told; null for one that is not the search's. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof BackendError)) return null;
  switch (error.kind) {
    case 'auth':
      return null;
    case 'gone':
      return SearchStatus.folderSyncRequired;
    case 'invalid':
      return SearchStatus.tooComplex;
    case 'unavailable':
    case 'throttled':
    case 'conflict':
    case 'unsupported':
      return SearchStatus.serverError;
  }
}

/** MS-ASCMD 2.2.3.178.3, Store Mailbox: what is found is read while it is sent, at the phone's pace. */
export async function searchMailbox(
  context: CommandContext,
  query: SearchQuery,
  options: SearchOptions,
): Promise<Reply> {
  const refused = (Status: number): Reply => document(SearchResponse, answer({ Status }));
  const wanted = mailboxQuery(query, Date.now());
  if (typeof wanted === 'number') return refused(wanted);
  const rows = rowsAsked(options.Range);
  if (!rows) return refused(SearchStatus.invalidRequest);
  const view = viewOf(bodyOptions(options, 'Search'), context, 'full');
  const lease = context.account.lease();
  try {
    const isDeep = options.DeepTraversal === true;
    const search = new MailSearch(context, lease);
    const mails = wanted.wantsMail ? await search.find({ ...wanted, isDeep, range: rows }) : noMails;
    const items = await itemsBehind(context, lease, mails, { ...wanted, range: rows });
    const results = async function* (): AsyncGenerator<SearchResult> {
      yield* foundMails(search, mails, view);
      yield* foundItems(context, lease, items, view);
    };
    const count = mails.mails.length + items.items.length;
    const Store = storeOf(mails.total + items.total, count, rows, results());
    return document(SearchResponse, answer(Store), { ended: async () => lease.release() });
  } catch (error) {
    lease.release();
    const status = statusOf(error);
    if (status === null) throw error;
    return refused(status);
  }
}

const noMails: MailsFound = { total: 0, mails: [] };
const noItems: ItemsFound = { total: 0, items: [] };

/** What is found of the other classes; it stands behind all mails. A source beside the mail that is down keeps no mail back. */
async function itemsBehind(
  context: CommandContext,
  lease: AccountLease,
  mails: MailsFound,
  wanted: MailboxQuery & Pick<ItemsWanted, 'range'>,
): Promise<ItemsFound> {
  const { wantsMail, itemClasses } = wanted;
  if (itemClasses.length === 0) return noItems;
  const { first, last } = wanted.range;
  const range = { first: Math.max(0, first - mails.total), last: last - mails.total };
  try {
    const found = await findItems(context, lease, {
      ...wanted,
      range: { ...range, last: Math.max(0, range.last) },
    });
    return range.last < 0 ? { ...found, items: [] } : found;
  } catch (error) {
    if (wantsMail && error instanceof BackendError && error.kind !== 'auth') return noItems;
    throw error;
  }
}

/** The range is told after the results: what vanished while they were read is not in it. */
function storeOf(total: number, count: number, rows: Rows, results: AsyncGenerator<SearchResult>): object {
  const isBeyond = count === 0 && rows.first > 0;
  let given = 0;
  return {
    Status: isBeyond || rows.isTooWide ? SearchStatus.endOfRange : SearchStatus.success,
    Result: isBeyond ? [] : counted(results, (count) => (given = count)),
    get Range() {
      return rowsGiven(rows, given);
    },
    Total: total,
  };
}

/** Some phones wait for a Result, though it be empty (trap 101; MS-ASCMD 2.2.3.155.3). */
async function* counted(
  results: AsyncGenerator<SearchResult>,
  count: (given: number) => void,
): AsyncGenerator<SearchResult> {
  let given = 0;
  for await (const result of results) {
    yield result;
    count(++given);
  }
  if (given === 0) yield {};
}

/** Nine wants CollectionId in each. */
async function* foundMails(
  search: MailSearch,
  { mails }: MailsFound,
  view: View,
): AsyncGenerator<SearchResult> {
  for await (const { longId, folder, item } of search.read(mails, view)) {
    yield { Class: 'Email', LongId: longId, CollectionId: folder, Properties: { Email: item } };
  }
}
