import { chownSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mail to be put into a mailbox as if it had always been there. */
export interface SeedMail {
  readonly source: string | Uint8Array;
  /** Becomes INTERNALDATE. */
  readonly date?: Date;
  /** Maildir flag letters in ASCII order (`F` flagged, `R` answered, `S` seen, `T` deleted). */
  readonly flags?: string;
}

let serial = 0;

/**
 * Writes mails straight into a Maildir, thousands a second. `owner` is what the files shall belong to when the caller
 * is root. The server gives UIDs in the order of the mails when it next looks.
 */
export function seedMaildir(
  maildir: string,
  mails: Iterable<SeedMail>,
  owner: { uid: number; gid: number },
): number {
  const isRoot = process.getuid?.() === 0;
  for (const folder of [maildir, join(maildir, 'tmp'), join(maildir, 'new'), join(maildir, 'cur')]) {
    if (existsSync(folder)) continue;
    mkdirSync(folder, { recursive: true });
    if (isRoot) chownSync(folder, owner.uid, owner.gid);
  }
  let count = 0;
  for (const mail of mails) {
    const bytes = typeof mail.source === 'string' ? Buffer.from(mail.source) : mail.source;
    const date = mail.date ?? new Date();
    // The serial number leads the name's sort order within one second, which is the order of the UIDs.
    const unique = `${Math.floor(date.getTime() / 1000)}.M${String(++serial).padStart(9, '0')}P${process.pid}.seed`;
    const path = join(maildir, 'cur', `${unique},S=${bytes.length}:2,${mail.flags ?? ''}`);
    writeFileSync(path, bytes);
    utimesSync(path, date, date);
    if (isRoot) chownSync(path, owner.uid, owner.gid);
    count += 1;
  }
  return count;
}
