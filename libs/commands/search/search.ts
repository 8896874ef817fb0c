import { SearchRequest, SearchResponse, SearchStatus } from '#eas';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { searchGal } from './search-gal.js';
import { searchMailbox } from './search-mailbox.js';

/** MS-ASCMD 2.2.1.16 Search: in mails and in the company's address book. */
export async function search(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, SearchRequest);
  const { Name, Query, Options = {} } = value.Store;
  switch (Name.trim().toLowerCase()) {
    case 'mailbox':
      return searchMailbox(context, Query, Options);
    case 'gal':
      return searchGal(context, Query.text ?? '', Options);
    case 'documentlibrary':
      // There are no shares to be read here, with whatever name and password (MS-ASDOC 3.1.5.1).
      return refusedSearch(SearchStatus.accessDenied);
    default:
      return refusedSearch(SearchStatus.invalidRequest);
  }
}

const refusedSearch = (Status: number): Reply =>
  document(SearchResponse, { Status: SearchStatus.success, Response: { Store: { Status } } });
