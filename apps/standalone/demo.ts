import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { createMailFolder, deliver, MaildirStore } from '#backends/maildir';
import type { Configuration } from '#ops';
import { demoFolders, fillDemoItems } from './demo-items.js';
import { demoMails } from './demo-mails.js';

/** The account that is served when nothing is configured: a Maildir and folders of items under the data directory. */
export interface Demo {
  readonly configuration: Configuration;
  readonly user: string;
  readonly password: string;
  readonly maildir: string;
}

const DOMAIN = 'demo.localhost';
const USER = `demo@${DOMAIN}`;

/** Drawn once and kept, so that a phone set up yesterday still fits. */
function passwordIn(folder: string): string {
  const file = join(folder, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(9).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

const FOLDERS = ['Drafts', 'Sent', 'Trash', 'Junk', 'Archive'];

async function fill(maildir: string): Promise<void> {
  await new MaildirStore(maildir).prepare();
  for (const name of FOLDERS) await createMailFolder(maildir, name, null);
  for (const mail of demoMails(USER)) await deliver(maildir, Readable.from([mail]));
}

/**
 * Makes the demo account, with a few mails, contacts, events, tasks and notes in it the first time. It listens on this computer only unless the environment
 * says otherwise: nobody should get a mail server by trying one out.
 */
export async function prepareDemo(configuration: Configuration): Promise<Demo> {
  const folder = resolve(configuration.dataDirectory, 'demo');
  const maildir = join(folder, 'mail', USER);
  const isNew = !existsSync(join(maildir, 'cur'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = passwordIn(folder);
  if (isNew) await fill(maildir);
  // Also for who tried an older version, which had mail only.
  if (!existsSync(join(folder, demoFolders.Contacts))) await fillDemoItems(folder, USER, new Date());
  const files = (name: string) => ({ kind: 'vdir', path: join(folder, name, '{user}') }) as const;
  const tenant: Configuration['tenants'][number] = {
    domains: [DOMAIN],
    name: 'demo',
    provisioning: 'required',
    mail: { kind: 'maildir', path: join(folder, 'mail', '{user}'), passwords: { [USER]: password } },
    submission: { kind: 'local' },
    contacts: files(demoFolders.Contacts),
    calendar: files(demoFolders.Calendar),
    tasks: files(demoFolders.Tasks),
    notes: files(demoFolders.Notes),
    suggestedContacts: true,
    fileAs: 'last-first',
    scheduling: 'auto',
    identities: {},
    autodiscover: {},
    signIn: { appPasswordsOnly: false },
  };
  const host = process.env.GODWIT_LISTEN_HOST ?? '127.0.0.1';
  const signIn = { ...configuration.signIn, defaultDomain: configuration.signIn.defaultDomain ?? DOMAIN };
  const listen = { ...configuration.listen, host };
  return {
    configuration: { ...configuration, listen, signIn, tenants: [tenant] },
    user: USER,
    password,
    maildir,
  };
}
