import { FolderDeleteRequest, FolderDeleteResponse } from '#eas';
import type { CommandContext } from './context.js';
import { changeFolder } from './change-folder.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';

/** MS-ASCMD 2.2.1.4 FolderDelete: a folder with all below it and all that is in it. */
export async function folderDelete(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, FolderDeleteRequest);
  const { SyncKey: key, ServerId: id } = value;
  const { answered } = await changeFolder(context, key, { kind: 'delete', id });
  return document(FolderDeleteResponse, answered);
}
