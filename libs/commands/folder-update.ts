import { FolderUpdateRequest, FolderUpdateResponse } from '#eas';
import type { CommandContext } from './context.js';
import { changeFolder } from './change-folder.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';

/** MS-ASCMD 2.2.1.6 FolderUpdate: renames a folder, moves it, or both. Its ServerId stays (trap 56). */
export async function folderUpdate(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, FolderUpdateRequest);
  const { SyncKey: key, ServerId: id, ParentId: parent, DisplayName: name } = value;
  const { answered } = await changeFolder(context, key, { kind: 'update', id, parent, name });
  return document(FolderUpdateResponse, answered);
}
