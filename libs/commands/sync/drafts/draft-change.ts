import type { EmailData } from '#eas';
import type { DraftAttachment, DraftChange } from '#formats';
import { parseFileReference } from '../../server-id.js';
import type { DraftFiles } from './draft-files.js';

/** What only a draft may be told; everything else is state that any mail has. */
const DRAFT_ELEMENTS = [
  'To',
  'Cc',
  'Bcc',
  'ReplyTo',
  'Subject',
  'Importance',
  'Body',
  'Attachments',
] as const;

/** MS-ASAIRS 2.2.2.41.4. */
const BodyType = { plain: 1, html: 2, mime: 4 } as const;
/** MS-ASAIRS 2.2.2.31.1. */
const EMBEDDED_MESSAGE = 5;

/** Whether the phone writes on the mail itself, and not only on its flags. */
export const writesOnDraft = (email: EmailData): boolean =>
  DRAFT_ELEMENTS.some((element) => email[element] !== undefined);

/** The phone asks for what no draft can be. */
export class MalformedDraft extends Error {
  override readonly name = 'MalformedDraft';
}

/** What a phone writes on a draft. */
export interface DraftWish {
  readonly change: DraftChange;
  /** The whole mail, where the phone sends it so; it takes the place of the draft before. */
  readonly mime: string | null;
  /** ClientIds of the files it adds: those the HTML shows, then the others. */
  readonly inlineIds: readonly string[];
  readonly otherIds: readonly string[];
}

type Added = NonNullable<NonNullable<EmailData['Attachments']>['Add']>[number];

function fileOf(added: Added, files: DraftFiles): DraftAttachment {
  const content = added.Content && files.of(added.Content);
  // Without content there is nothing to attach, and a file of no bytes would look like one (quirks 4.1).
  if (!content) throw new MalformedDraft(`attachment ${added.ClientId} has no content`);
  return {
    name: added.DisplayName ?? '',
    contentType: added.ContentType ?? '',
    contentId: added.ContentId ?? null,
    isInline: added.IsInline === true,
    isMessage: added.Method === EMBEDDED_MESSAGE,
    content,
  };
}

/** Part numbers of the files to be taken out of the draft `item`; null is one that is not stored yet. */
function removedFrom(email: EmailData, item: string | null): Set<string> {
  const references = email.Attachments?.Delete?.map(({ FileReference }) => FileReference) ?? [];
  return new Set(
    references.map((text) => {
      const address = parseFileReference(text);
      if (address?.item !== item || item === null)
        throw new MalformedDraft(`${text} is no file of this draft`);
      return address.part;
    }),
  );
}

/** The text, if the phone sends one; a whole mail is none. Throws MalformedDraft. */
function textOf({ Body }: EmailData): DraftChange['body'] {
  switch (Body?.Type) {
    case undefined:
    case BodyType.mime:
      return undefined;
    case BodyType.plain:
      return { type: 'plain', text: Body?.Data ?? '' };
    case BodyType.html:
      return { type: 'html', text: Body?.Data ?? '' };
    default:
      throw new MalformedDraft(`a body of type ${Body?.Type}`);
  }
}

/** Reads a draft as MS-ASEMAIL 3.1.5.4 lets phones send it. Throws MalformedDraft. */
export function draftWish(email: EmailData, item: string | null, files: DraftFiles): DraftWish {
  const { To, Cc, Bcc, ReplyTo, Subject, Importance, Body } = email;
  const add = email.Attachments?.Add ?? [];
  const isMime = Body?.Type === BodyType.mime;
  const body = textOf(email);
  const isShown = ({ IsInline, ContentId }: Added): boolean =>
    body?.type !== 'plain' && IsInline === true && ContentId !== undefined;
  return {
    change: {
      // Beside a whole mail its header is the mail's own.
      ...(!isMime && defined({ To, Cc, Bcc, ReplyTo, Subject })),
      ...defined({ Importance, body }),
      add: add.map((one) => fileOf(one, files)),
      remove: removedFrom(email, item),
    },
    mime: isMime ? (Body.Data ?? '') : null,
    inlineIds: add.filter(isShown).map(({ ClientId }) => ClientId),
    otherIds: add.filter((one) => !isShown(one)).map(({ ClientId }) => ClientId),
  };
}

/** The keys that have a value. */
function defined<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
