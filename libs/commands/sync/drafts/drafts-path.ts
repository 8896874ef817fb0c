import type { Backend } from '#backend';
import type { SyncClientCommand } from '#eas';
import { writesOnDraft } from './draft-change.js';

/** Drafts are written by phones from here on (trap 79). */
export const DRAFTS_SINCE = 160;

/** Whether a command writes a draft, if its folder is the one for drafts. */
export function isForDraft(command: SyncClientCommand): boolean {
  if ('Add' in command) return true;
  if (!('Change' in command)) return false;
  const { Send, ApplicationData } = command.Change;
  return Send === true || writesOnDraft(ApplicationData?.Email ?? {});
}

/** Path of the drafts folder; null where there is none. */
export const draftsPath = async (backend: Backend): Promise<string | null> =>
  (await backend.folders()).find(({ role }) => role === 'drafts')?.path ?? null;
