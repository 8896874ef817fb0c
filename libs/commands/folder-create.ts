import { FolderCreateRequest, FolderCreateResponse } from '#eas';
import type { CommandContext } from './context.js';
import { changeFolder } from './change-folder.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';

/** MS-ASCMD 2.2.1.3 FolderCreate. The answer's key is the hierarchy's new one (trap 57). */
export async function folderCreate(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, FolderCreateRequest);
  const { SyncKey: key, ParentId: parent, DisplayName: name, Type: folderType } = value;
  const { answered, id: made } = await changeFolder(context, key, {
    kind: 'create',
    parent,
    name,
    folderType,
  });
  return document(FolderCreateResponse, { ...answered, ...(made !== null && { ServerId: made }) });
}
