import type { BackendFolder, FolderRole, ItemClass } from '#backend';
import type { FolderRow } from '#store';
import type { WireFolder } from './messages.js';

/** Folder ids are a letter and digits: some phones take plain digits for a number and drop leading zeros (4.3). */
const LETTER: Readonly<Record<ItemClass, string>> = {
  Email: 'm',
  Calendar: 'c',
  Contacts: 'p',
  Tasks: 't',
  Notes: 'n',
};
const CLASS = new Map(Object.entries(LETTER).map(([itemClass, letter]) => [letter, itemClass as ItemClass]));

export const folderId = (row: Pick<FolderRow, 'itemClass' | 'number'>): string =>
  `${LETTER[row.itemClass as ItemClass]}${row.number}`;

/** The class a folder id speaks of; null for an id that is not ours. */
export const classOfFolderId = (id: string): ItemClass | null =>
  /^[a-z][1-9][0-9]{0,8}$/.test(id) ? (CLASS.get(id[0]!) ?? null) : null;

/** MS-ASCMD 2.2.3.186.3 Type: the one default folder of each kind. */
const DEFAULT_TYPE: Partial<Record<ItemClass, Partial<Record<FolderRole, number>>>> = {
  Email: { inbox: 2, drafts: 3, trash: 4, sent: 5, outbox: 6 },
  Tasks: { default: 7 },
  Calendar: { default: 8 },
  // The recipient information cache is one of a kind, too.
  Contacts: { default: 9, suggested: 19 },
  Notes: { default: 10 },
};
const USER_TYPE: Readonly<Record<ItemClass, number>> = {
  Email: 12,
  Calendar: 13,
  Contacts: 14,
  Tasks: 15,
  Notes: 17,
};

/** Trap 60: one folder each of the default types; a second claimant becomes a folder of the user's. */
function typeOf(folder: BackendFolder, taken: Set<number>): number {
  const type = folder.role ? DEFAULT_TYPE[folder.itemClass]?.[folder.role] : undefined;
  if (type === undefined || taken.has(type)) return USER_TYPE[folder.itemClass];
  taken.add(type);
  return type;
}

const TOP = '0';

/** The hierarchy as phones see it, parents before children (trap 59). Both lists must be of the same moment. */
export function wireFolders(folders: readonly BackendFolder[], rows: readonly FolderRow[]): WireFolder[] {
  const ids = new Map(rows.map((row) => [`${row.itemClass} ${row.path}`, folderId(row)]));
  const idOf = (itemClass: ItemClass, path: string): string | undefined => ids.get(`${itemClass} ${path}`);
  const taken = new Set<number>();
  const shown: WireFolder[] = [];
  for (const folder of folders) {
    const id = idOf(folder.itemClass, folder.path);
    if (id === undefined) continue;
    const parent = folder.parent === null ? TOP : (idOf(folder.itemClass, folder.parent) ?? TOP);
    shown.push({ id, parent, name: folder.name, type: typeOf(folder, taken) });
  }
  return parentsFirst(shown);
}

function parentsFirst(folders: readonly WireFolder[]): WireFolder[] {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const sorted = new Map<string, WireFolder>();
  const place = (folder: WireFolder, path: ReadonlySet<string>): void => {
    if (sorted.has(folder.id) || path.has(folder.id)) return;
    const parent = byId.get(folder.parent);
    if (parent) place(parent, new Set([...path, folder.id]));
    sorted.set(folder.id, folder);
  };
  for (const folder of folders) place(folder, new Set());
  return [...sorted.values()];
}
