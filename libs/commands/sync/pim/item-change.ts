import type { ChangeManner, ItemChange, PimClass, PimData } from '#backend';
import { parseDateTime, type CalendarData, type SyncClientCommand } from '#eas';
import { parseFileReference } from '../../server-id.js';

type ApplicationData = NonNullable<Extract<SyncClientCommand, { Add: unknown }>['Add']['ApplicationData']>;

/** The phone's words are none that its folder's class allows: Status 6 for this item. */
export class MalformedItem extends Error {
  override readonly name = 'MalformedItem';
}

/** What an Add or Change says, in the parts that decide what it means. */
export interface WrittenCommand {
  readonly Class?: string | undefined;
  readonly ApplicationData?: ApplicationData | undefined;
  readonly InstanceId?: string | undefined;
}

/** What of it is of the folder's class; null where nothing is. */
function dataOf(itemClass: PimClass, said: ApplicationData): PimData | null {
  switch (itemClass) {
    case 'Contacts':
      return said.Contacts ? { itemClass, data: said.Contacts } : null;
    case 'Calendar':
      return said.Calendar ? { itemClass, data: said.Calendar } : null;
    case 'Tasks':
      return said.Tasks ? { itemClass, data: said.Tasks } : null;
    case 'Notes':
      return said.Notes ? { itemClass, data: said.Notes } : null;
  }
}

/** Attachments as the source knows them: by part, as it told them, and only those with content. */
function withParts(data: CalendarData, item: string | null): CalendarData {
  if (!data.Attachments) return data;
  const { Add, Delete } = data.Attachments;
  return {
    ...data,
    Attachments: {
      ...data.Attachments,
      // iOS sends some without content when the event changes its calendar meanwhile (quirks 4.1): the event is what counts.
      ...(Add && { Add: Add.filter(({ Content }) => Content !== undefined) }),
      ...(Delete && {
        Delete: Delete.map(({ FileReference }) => ({ FileReference: partOf(FileReference, item) })),
      }),
    },
  };
}

function partOf(reference: string, item: string | null): string {
  const address = parseFileReference(reference);
  if (!address || address.item !== item) throw new MalformedItem(`${reference} is no file of this item`);
  return address.part;
}

/** The occurrence a command is about; null for the item itself. Throws MalformedItem. */
export function instanceOf(
  { InstanceId }: Pick<WrittenCommand, 'InstanceId'>,
  itemClass: PimClass,
): Date | null {
  if (InstanceId === undefined) return null;
  const instance = itemClass === 'Calendar' ? parseDateTime(InstanceId) : undefined;
  if (!instance) throw new MalformedItem(`there is no occurrence ${InstanceId}`);
  return instance;
}

/**
 * What a command asks of the source. `item` is null for one that is not there yet. Throws MalformedItem for what is of
 * another class than its folder.
 */
export function itemChange(
  command: WrittenCommand,
  itemClass: PimClass,
  item: string | null,
  manner: ChangeManner,
): ItemChange {
  if (command.Class !== undefined && command.Class !== itemClass) {
    throw new MalformedItem(`an item of class ${command.Class}`);
  }
  const said = dataOf(itemClass, command.ApplicationData ?? {});
  if (!said) throw new MalformedItem(`nothing in it is of class ${itemClass}`);
  const instance = instanceOf(command, itemClass);
  if (said.itemClass !== 'Calendar') return { ...said, manner, instance };
  return { itemClass: 'Calendar', data: withParts(said.data, item), manner, instance };
}
