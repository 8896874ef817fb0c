import { FolderSyncRequest, FolderSyncResponse } from '#eas';
import type { WireFolder } from '#device';
import { INITIAL_KEY } from '#sync';
import type { CommandContext } from './context.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';
import { serverHeaders } from './server-headers.js';

const shown = ({ id, parent, name, type }: WireFolder) => ({
  ServerId: id,
  ParentId: parent,
  DisplayName: name,
  Type: type,
});

/** MS-ASCMD 2.2.1.5 FolderSync. Its Status for a bad key is 9, not 3 (trap 29). */
export async function folderSync(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, FolderSyncRequest);
  const answer = await context.devices.ask(context.asker, { type: 'FolderSync', key: value.SyncKey });
  // A phone that begins anew also learns what this server speaks, as from OPTIONS (MS-ASHTTP 2.2.1.2.2).
  const headers = value.SyncKey === INITIAL_KEY ? { headers: serverHeaders(context.client) } : {};
  if (answer.status !== 1) return document(FolderSyncResponse, { Status: answer.status }, headers);
  const { add, update, remove } = answer;
  return document(
    FolderSyncResponse,
    {
      Status: 1,
      SyncKey: answer.key,
      Changes: {
        Count: add.length + update.length + remove.length,
        Update: update.map(shown),
        Delete: remove.map((id) => ({ ServerId: id })),
        Add: add.map(shown),
      },
    },
    headers,
  );
}
