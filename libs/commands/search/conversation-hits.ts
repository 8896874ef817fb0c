import { BackendError, canFindConversation, type MailHit, type MailQuery, type MailSearcher } from '#backend';

/** Of a folder with more mails only so many are looked through: a conversation is in there rarely that far back. */
const LOOKED_THROUGH = 50_000;

/**
 * The mails of a conversation (MS-ASCON) that fit a query, newest first. The source knows the conversation's mails in no
 * order: their order is that of a search in the folders where they are. Throws `invalid` where the source cannot tell.
 */
export async function conversationHits(
  backend: MailSearcher,
  folders: readonly string[] | null,
  query: MailQuery,
  id: Uint8Array,
): Promise<{ total: number; hits: readonly MailHit[] }> {
  const members = canFindConversation(backend) ? await backend.conversation(id) : null;
  if (members === null) throw new BackendError('invalid', 'the source cannot tell conversations');
  const wanted = members.filter(({ folder }) => folders?.includes(folder) ?? true);
  if (wanted.length === 0) return { total: 0, hits: [] };
  const names = new Set(wanted.map(nameOf));
  const found = await backend.searchMail({
    folders: [...new Set(wanted.map(({ folder }) => folder))],
    query,
    limit: LOOKED_THROUGH,
  });
  const hits = found.hits.filter((hit) => names.has(nameOf(hit)));
  return { total: hits.length, hits };
}

const nameOf = ({ folder, id }: MailHit): string => `${id} ${folder}`;
