import { ImapFlow } from 'imapflow';
import type { Dovecot, SeedMail } from '../tests/servers/index.js';

/** The accounts behind the measured servers. */
export interface Mailboxes {
  readonly imap: { readonly host: string; readonly port: number } | null;
  /** Puts mails into the Inbox, once for each user. */
  seed(user: string, mails: () => Iterable<SeedMail>): Promise<void>;
  /** Resolves when the mail is in the Inbox. */
  deliver(user: string, mail: string): Promise<void>;
  /** A signed-in IMAP connection; the caller ends it. Null where no IMAP server is known. */
  connect(user: string): Promise<ImapFlow | null>;
}

const open = async (host: string, port: number, user: string, pass: string): Promise<ImapFlow> => {
  const client = new ImapFlow({ host, port, secure: port === 993, auth: { user, pass }, logger: false });
  await client.connect();
  return client;
};

/** Mailboxes of our own Dovecot: seeded as files, delivered to by LMTP. */
export class PrivateMailboxes implements Mailboxes {
  readonly imap: { host: string; port: number };
  readonly #dovecot: Dovecot;
  readonly #seeded = new Set<string>();

  constructor(dovecot: Dovecot) {
    this.#dovecot = dovecot;
    this.imap = { host: dovecot.host, port: dovecot.port };
  }

  async seed(user: string, mails: () => Iterable<SeedMail>): Promise<void> {
    if (this.#seeded.has(user)) return;
    this.#seeded.add(user);
    this.#dovecot.seed(user, mails());
    // The server's own index is built here, so that nobody measured pays for it.
    const client = await this.connect(user);
    await client.status('INBOX', { messages: true, unseen: true });
    await client.mailboxOpen('INBOX');
    for await (const _mail of client.fetch('1:*', { envelope: true, bodyStructure: true }));
    await client.logout();
  }

  deliver(user: string, mail: string): Promise<void> {
    return this.#dovecot.deliver(user, mail);
  }

  connect(user: string): Promise<ImapFlow> {
    return open(this.#dovecot.host, this.#dovecot.port, user, this.#dovecot.password);
  }
}

/** Mailboxes somewhere else, known by IMAP only, if at all. */
export class RemoteMailboxes implements Mailboxes {
  readonly imap: { host: string; port: number } | null;
  readonly #password: string;
  readonly #maySeed: boolean;

  constructor(address: string | undefined, password: string, maySeed: boolean) {
    const [host = '', port = '143'] = address?.split(':') ?? [];
    this.imap = host === '' ? null : { host, port: Number(port) };
    this.#password = password;
    this.#maySeed = maySeed;
  }

  async seed(user: string, mails: () => Iterable<SeedMail>): Promise<void> {
    if (!this.#maySeed) return;
    const client = await this.#needed(user);
    const { exists: messages } = await client.mailboxOpen('INBOX');
    let index = 0;
    for (const { source, date, flags } of mails()) {
      if (index++ < messages) continue;
      await client.append('INBOX', Buffer.from(source), flags === 'S' ? ['\\Seen'] : [], date);
    }
    await client.logout();
  }

  async deliver(user: string, mail: string): Promise<void> {
    const client = await this.#needed(user);
    await client.append('INBOX', mail);
    await client.logout();
  }

  async connect(user: string): Promise<ImapFlow | null> {
    return this.imap ? open(this.imap.host, this.imap.port, user, this.#password) : null;
  }

  async #needed(user: string): Promise<ImapFlow> {
    const client = await this.connect(user);
    if (!client) throw new Error('this needs --imap HOST:PORT');
    return client;
  }
}
