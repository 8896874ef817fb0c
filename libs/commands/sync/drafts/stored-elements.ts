import type { Backend, View } from '#backend';
import type { EmailItem } from '#eas';
import { readItems } from '../read-items.js';
import type { DraftWish } from './draft-change.js';

type Attachments = NonNullable<EmailItem['Attachments']>;
type Attachment = Extract<NonNullable<Attachments['Attachment']>, readonly unknown[]>[number];

const headOnly = (protocolVersion: number): View => ({
  protocolVersion,
  bodyPreferences: [{ type: 1, truncationSize: 0 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
});

/**
 * Added files stand behind those that were there before, among the shown ones and among the others: each is told by the
 * ClientId it came with and the FileReference it now has (MS-ASAIRS 2.2.2.14).
 */
function added(attachments: readonly Attachment[], { inlineIds, otherIds }: DraftWish): Attachment[] {
  const inline = attachments.filter(({ IsInline }) => IsInline === true);
  const others = attachments.filter(({ IsInline }) => IsInline !== true);
  const named = (list: readonly Attachment[], ids: readonly string[]): Attachment[] =>
    ids.length === 0
      ? []
      : list.slice(-ids.length).map((attachment, index) => ({ ...attachment, ClientId: ids[index]! }));
  return [...named(inline, inlineIds), ...named(others, otherIds)];
}

/** What the answer to a stored draft tells (MS-ASEMAIL 2.2.2.21, 2.2.2.22); null if nothing, or if it cannot be read now. */
export async function storedElements(
  backend: Backend,
  folder: { readonly id: string; readonly path: string },
  item: string,
  wish: DraftWish,
  version: number,
): Promise<EmailItem | null> {
  const nobody = (): void => undefined;
  const from = { folder: folder.id, path: folder.path };
  for await (const { item: email } of readItems(backend, from, [item], headOnly(version), nobody)) {
    const { ConversationId, ConversationIndex, Attachments } = email;
    const list = Attachments?.Attachment;
    const files = list && Symbol.iterator in list ? added([...list], wish) : [];
    const told: EmailItem = {
      ...(ConversationId && { ConversationId }),
      ...(ConversationIndex && { ConversationIndex }),
      ...(files.length > 0 && { Attachments: { Attachment: files } }),
    };
    return Object.keys(told).length > 0 ? told : null;
  }
  return null;
}
