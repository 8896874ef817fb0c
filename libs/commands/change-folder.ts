import type { FolderChange } from '#device';
import type { CommandContext } from './context.js';

/** Has the actor change the folder list; what FolderCreate, FolderUpdate and FolderDelete answer alike. */
export async function changeFolder(
  context: CommandContext,
  key: string,
  change: FolderChange,
): Promise<{
  readonly answered: { readonly Status: number; readonly SyncKey?: string };
  /** Of a folder that was made. */
  readonly id: string | null;
}> {
  const answer = await context.devices.ask(context.asker, { type: 'FolderChange', key, change });
  const SyncKey = answer.key === null ? {} : { SyncKey: answer.key };
  return { answered: { Status: answer.status, ...SyncKey }, id: answer.id };
}
