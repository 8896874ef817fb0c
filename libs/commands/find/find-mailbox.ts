import {
  FindResponse,
  FindStatus,
  type EmailItem,
  type FindRequest,
  type FindResult,
  type FoundMail,
} from '#eas';
import type { View } from '#backend';
import { displayNames, parseAddresses } from '#formats';
import type { CommandContext } from '../context.js';
import { document, type Reply } from '../reply.js';
import { parseKql } from '../search/kql.js';
import { MailSearch, type FoundItem, type MailsFound } from '../search/mail-search.js';
import { rowsGiven, type Rows } from '../search/rows.js';
import { FindRefused } from './find-refused.js';
import { rowsOf } from './find-rows.js';

type Criterion = NonNullable<FindRequest['ExecuteSearch']['MailBoxSearchCriterion']>;

/** Characters of text shown with a hit (MS-ASCMD 2.2.3.137). */
const PREVIEW = 255;

/** MS-ASCMD 2.2.3.99 MailBoxSearchCriterion. */
export async function findMailbox(
  context: CommandContext,
  searchId: string,
  { Query, Options = {} }: Criterion,
): Promise<Reply> {
  // MS-ASCMD 2.2.3.27.1: Email is the only class.
  if (Query.Class !== undefined && Query.Class !== 'Email') throw invalid();
  const query = parseKql(Query.FreeText ?? '', Date.now());
  if (typeof query === 'string') throw invalid();
  const rows = await rowsOf(context, 'Mailbox', searchId, Options.Range);
  const lease = context.account.lease();
  try {
    const search = new MailSearch(context, lease);
    const found = await search.find({
      collections: Query.CollectionId === undefined ? [] : [Query.CollectionId],
      isDeep: Options.DeepTraversal === true,
      query,
      conversation: null,
      range: rows,
    });
    return document(FindResponse, answer(search, found, rows, view(context)), {
      ended: async () => lease.release(),
    });
  } catch (error) {
    lease.release();
    throw error;
  }
}

const invalid = (): FindRefused => new FindRefused('Mailbox', FindStatus.invalidRequest);

/** No text but the preview. */
const view = ({ version }: CommandContext): View => ({
  protocolVersion: version,
  bodyPreferences: [{ type: 1, truncationSize: 0, preview: PREVIEW }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
});

/** The range is told after the results, without those that vanished meanwhile. */
function answer(search: MailSearch, { total, mails }: MailsFound, rows: Rows, view: View): object {
  let given = 0;
  const results = async function* (): AsyncGenerator<FindResult> {
    for await (const found of search.read(mails, view)) {
      yield shown(found);
      given++;
    }
  };
  const Response = {
    Store: 'Mailbox',
    Status: FindStatus.success,
    Result: results(),
    get Range() {
      return rowsGiven(rows, given);
    },
    Total: total,
  };
  return { Status: FindStatus.success, Response };
}

const shown = ({ longId, folder, item }: FoundItem): FindResult => ({
  Class: 'Email',
  ServerId: longId,
  CollectionId: folder,
  Properties: { Email: foundMail(item) },
});

function foundMail(item: EmailItem): FoundMail {
  const names = (addresses: string | undefined): string => displayNames(parseAddresses(addresses ?? ''));
  const attachments = item.Attachments?.Attachment;
  return {
    Subject: item.Subject,
    DateReceived: item.DateReceived,
    DisplayTo: item.DisplayTo,
    DisplayCc: names(item.Cc) || undefined,
    DisplayBcc: names(item.Bcc) || undefined,
    Importance: item.Importance,
    Read: item.Read,
    IsDraft: item.IsDraft,
    Preview: item.Body?.Preview,
    HasAttachments: attachments !== undefined,
    From: item.From,
  };
}
