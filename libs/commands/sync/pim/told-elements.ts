import type { Backend, PimClass, View, WrittenItem } from '#backend';
import type { CalendarItem } from '#eas';
import { readItems } from '../read-items.js';
import { serverId } from '../../server-id.js';

/** The UID of a new event and the files of an event are told from here on (MS-ASCAL 2.2.2.46, MS-ASAIRS 2.2.2.14). */
const TOLD_SINCE = 160;

/** Which events are read, and how. */
export interface ToldFrom {
  readonly backend: Backend;
  readonly folder: { readonly id: string; readonly path: string };
  readonly itemClass: PimClass;
  /** Without its text. */
  readonly view: View;
}

export type WrittenFiles = WrittenItem['files'];

/**
 * What the answer to an Add or Change says of the stored event beside its ServerId: the UID of a new one, and where its new
 * files are by the ClientIds they came with. Null where there is nothing to say, or it cannot be read now: Sync tells it then.
 */
export async function toldElements(
  { backend, folder, itemClass, view }: ToldFrom,
  id: string,
  { isNew, files }: { readonly isNew: boolean; readonly files: WrittenFiles },
): Promise<CalendarItem | null> {
  const isTold =
    itemClass === 'Calendar' && view.protocolVersion >= TOLD_SINCE && (isNew || files.length > 0);
  if (!isTold) return null;
  const from = { folder: folder.id, path: folder.path };
  for await (const { item } of readItems(backend, from, [id], view, () => undefined)) {
    const told: CalendarItem = {
      ...attachmentsOf(item, serverId(folder.id, id), files),
      ...(isNew && item.UID !== undefined && { UID: item.UID }),
    };
    return Object.keys(told).length > 0 ? told : null;
  }
  return null;
}

/** Those that came with this command, of the event itself or of the occurrence that it changed. */
function attachmentsOf(
  event: CalendarItem,
  item: string,
  files: WrittenFiles,
): Pick<CalendarItem, 'Attachments'> {
  if (files.length === 0) return {};
  const ids = new Map(files.map(({ part, clientId }) => [`${item}:${part}`, clientId]));
  const all = [event, ...listed(event.Exceptions?.Exception)].flatMap(({ Attachments }) =>
    listed(Attachments?.Attachment),
  );
  const Attachment = all.flatMap((attachment) => {
    const ClientId = ids.get(attachment.FileReference);
    return ClientId === undefined ? [] : [{ ...attachment, ClientId }];
  });
  return Attachment.length > 0 ? { Attachments: { Attachment } } : {};
}

/** What is at hand of a list; items that were read hold no list that is still to come. */
const listed = <T>(items: Iterable<T> | AsyncIterable<T> | undefined): readonly T[] =>
  items && Symbol.iterator in items ? [...items] : [];
