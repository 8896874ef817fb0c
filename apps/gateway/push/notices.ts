import { z } from 'zod';
import type { AccountHappening } from '#bus';

const LONGEST_LOGIN = 320;
const LONGEST_PATH = 2000;
const MOST_FOLDERS = 500;
const MOST_NOTICES = 1000;

const login = z.string().min(1).max(LONGEST_LOGIN);
const path = z.string().min(1).max(LONGEST_PATH);
const folders = z.array(path).max(MOST_FOLDERS);

/** What Dovecot's OX driver sends (`folder`), and what a script of Dovecot's may (`folders`). */
const dovecotNotice = z.object({ user: login, folder: path.optional(), folders: folders.optional() });

const changeNotice = z.strictObject({
  user: login,
  folders: folders.optional(),
  class: z.enum(['Email', 'Calendar', 'Tasks', 'Contacts', 'Notes']).default('Email'),
});
const changeNotices = z.union([
  changeNotice.transform((notice) => [notice]),
  z.array(changeNotice).min(1).max(MOST_NOTICES),
]);

/** Servers do not agree on the case of names, and phones do not either. */
const nameOf = (user: string): string => user.trim().normalize('NFC').toLowerCase();

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** What Dovecot tells of one account's mail; null if it cannot be read. */
export function readDovecotNotice(tenant: string, body: Uint8Array): AccountHappening[] | null {
  const { data } = dovecotNotice.safeParse(parsed(body));
  if (!data) return null;
  const told = [...(data.folders ?? []), ...(data.folder === undefined ? [] : [data.folder])];
  return [{ tenant, login: nameOf(data.user), class: 'Email', folders: told.length > 0 ? told : null }];
}

/** What a signed notice, or a list of them, tells; null if it cannot be read. */
export function readChangeNotices(tenant: string, body: Uint8Array): AccountHappening[] | null {
  const { data } = changeNotices.safeParse(parsed(body));
  return (
    data?.map((notice) => ({
      tenant,
      login: nameOf(notice.user),
      class: notice.class,
      folders: notice.folders?.length ? notice.folders : null,
    })) ?? null
  );
}
