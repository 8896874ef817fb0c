import type { ReadResult } from '#backend';
import type { MailFlags } from '#formats';
import { errorCode } from './deliver.js';
import { MailFile } from './mail-file.js';
import { type MaildirFolder } from './maildir-folder.js';

export interface OpenMail {
  readonly file: MailFile;
  readonly flags: MailFlags;
}

type Failure = Extract<ReadResult, { failure: unknown }>;

/** Opens a message's file wherever it is now: another program may have renamed it since the directory was read. */
export async function openMail(folder: MaildirFolder, id: string): Promise<OpenMail | Failure> {
  for (let attempt = 1; ; attempt++) {
    const log = await folder.current();
    const entry = log.byId(id);
    const path = entry ? folder.pathOf(entry) : null;
    if (!entry || path === null) return { id, failure: 'gone', reason: 'removed' };
    try {
      return { file: await MailFile.open(path), flags: log.flagsOf(entry) };
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'ENOENT') return { id, failure: 'unreadable', reason: code || 'open' };
      if (attempt === 3) return { id, failure: 'gone', reason: 'vanished' };
      folder.distrust();
    }
  }
}
