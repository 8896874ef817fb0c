import { FolderType, type FolderSyncResponse, type Infer } from '#eas';

type Changes = NonNullable<Infer<typeof FolderSyncResponse>['Changes']>;

export interface Folder {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly type: number;
}

/** The folders the phone knows, and the key that stands for them. */
export class Hierarchy {
  key = '0';
  readonly folders = new Map<string, Folder>();
  /** Ids that were added twice, changed or deleted without being known, or whose parent is not known (trap 59). */
  readonly anomalies: string[] = [];

  get inbox(): Folder | undefined {
    return this.ofType(FolderType.inbox);
  }

  ofType(type: number): Folder | undefined {
    return [...this.folders.values()].find((folder) => folder.type === type);
  }

  /** Folders of a class, the default one first. */
  ofClass(itemClass: ItemClass): Folder[] {
    const folders = [...this.folders.values()].filter(({ type }) => classOf(type) === itemClass);
    const isDefault = ({ type }: Folder): number => Number(type !== typesOf[itemClass].standard);
    return folders.sort((a, b) => isDefault(a) - isDefault(b));
  }

  named(name: string): Folder | undefined {
    return [...this.folders.values()].find((folder) => folder.name === name);
  }

  /** The phone forgets its folders and asks for all. */
  reset(): void {
    this.key = '0';
    this.folders.clear();
  }

  /** The phone's own change, with the key that came for it: no FolderSync tells it again. */
  made(folder: Folder, key: string | undefined): void {
    this.folders.set(folder.id, folder);
    this.key = key ?? this.key;
  }

  unmade(id: string, key: string | undefined): void {
    this.folders.delete(id);
    this.key = key ?? this.key;
  }

  apply(changes: Changes | undefined, key: string | undefined): void {
    for (const { ServerId } of changes?.Delete ?? []) {
      if (!this.folders.delete(ServerId)) this.anomalies.push(ServerId);
    }
    for (const folder of changes?.Update ?? []) this.#put(folder, true);
    for (const folder of changes?.Add ?? []) this.#put(folder, false);
    if (key !== undefined) this.key = key;
  }

  #put(wire: NonNullable<Changes['Add']>[number], isKnown: boolean): void {
    const { ServerId: id, ParentId: parentId, DisplayName: name, Type: type } = wire;
    if (this.folders.has(id) !== isKnown) this.anomalies.push(id);
    if (parentId !== '0' && !this.folders.has(parentId)) this.anomalies.push(id);
    this.folders.set(id, { id, parentId, name, type });
  }
}

const classes: Readonly<Record<number, ItemClass>> = {
  [FolderType.tasks]: 'Tasks',
  [FolderType.userTasks]: 'Tasks',
  [FolderType.calendar]: 'Calendar',
  [FolderType.userCalendar]: 'Calendar',
  [FolderType.contacts]: 'Contacts',
  [FolderType.userContacts]: 'Contacts',
  [FolderType.recipientCache]: 'Contacts',
  [FolderType.notes]: 'Notes',
  [FolderType.userNotes]: 'Notes',
};

export type ItemClass = 'Email' | 'Calendar' | 'Contacts' | 'Tasks' | 'Notes';

/** The class of items in a folder of this type. */
export const classOf = (type: number): ItemClass => classes[type] ?? 'Email';

/** The types of a class's default folder, and of those that users make (MS-ASCMD 2.2.3.186.3). */
export const typesOf: Readonly<Record<ItemClass, { readonly standard: number; readonly user: number }>> = {
  Email: { standard: FolderType.inbox, user: FolderType.userMail },
  Calendar: { standard: FolderType.calendar, user: FolderType.userCalendar },
  Contacts: { standard: FolderType.contacts, user: FolderType.userContacts },
  Tasks: { standard: FolderType.tasks, user: FolderType.userTasks },
  Notes: { standard: FolderType.notes, user: FolderType.userNotes },
};
