import { ImapFlow } from 'imapflow';
import type { Fixture, OutsideFlags } from '#backend/contract';
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '#formats';
import { ImapFactory, type ImapConfig } from '../index.js';

/** A running test server. */
export interface ImapServer {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export const configOf = (server: ImapServer, more: Partial<ImapConfig> = {}): ImapConfig => ({
  host: server.host,
  port: server.port,
  tls: 'none',
  ...more,
});

/** Somebody else's mail program at the same mailbox. */
export async function outsider(server: ImapServer, user: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: server.password },
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The contract's fixture: an account nobody has used yet. Handles are UIDs. `more` is what only this server can do. */
export async function imapFixture(
  server: ImapServer,
  user: string,
  config: Partial<ImapConfig> = {},
  more: Partial<Pick<Fixture, 'renumber' | 'unnameable'>> = {},
): Promise<Fixture> {
  const factory = new ImapFactory(configOf(server, config));
  const backend = await factory.open({ user, password: server.password });
  const client = await outsider(server, user);
  const within = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
    const lock = await client.getMailboxLock(readable(folder));
    try {
      return await work();
    } finally {
      lock.release();
    }
  };
  // imapflow encodes names itself.
  const readable = decodeModifiedUtf7;
  const wire = (name: string): string => encodeModifiedUtf7(name);
  return {
    backend,
    inbox: 'INBOX',
    deliver: async (folder, message, options = {}) => {
      const appended = await client.append(readable(folder), message, flagsOf(options), options.receivedAt);
      if (appended === false || appended.uid === undefined) throw new Error('APPEND told no UID');
      return String(appended.uid);
    },
    setFlags: (folder, uid, { seen, flagged, keywords = [] }) =>
      within(folder, async () => {
        if (keywords.length > 0) await client.messageFlagsAdd(uid, [...keywords], { uid: true });
        for (const [flag, on] of [
          ['\\Seen', seen],
          ['\\Flagged', flagged],
        ] as const) {
          if (on === true) await client.messageFlagsAdd(uid, [flag], { uid: true });
          if (on === false) await client.messageFlagsRemove(uid, [flag], { uid: true });
        }
      }),
    flagNames: (folder) =>
      within(folder, async () => {
        await client.noop();
        const first = await client.fetchOne('1', { flags: true });
        return first === false ? [] : [...(first.flags ?? [])];
      }),
    expunge: (folder, uid) =>
      within(folder, async () => void (await client.messageDelete(uid, { uid: true }))),
    move: (folder, uid, target) =>
      within(folder, async () => {
        const moved = await client.messageMove(uid, readable(target), { uid: true });
        const copy = moved === false ? undefined : moved.uidMap?.get(Number(uid));
        return String(copy ?? 0);
      }),
    createFolder: async (name, parent) => {
      const path = parent === null ? name : `${readable(parent)}/${name}`;
      // Cyrus makes some at the first sign-in, and says that one exists in words only.
      await client.mailboxCreate(path).catch(() => client.status(path, { messages: true }));
      return wire(path);
    },
    renameFolder: async (folder, name) => {
      const path = [...readable(folder).split('/').slice(0, -1), name].join('/');
      await client.mailboxRename(readable(folder), path);
      return wire(path);
    },
    deleteFolder: async (folder) => void (await client.mailboxDelete(readable(folder))),
    delimiter: '/',
    ...more,
    stop: async () => {
      await backend.close();
      await factory.close();
      client.close();
    },
  };
}

const flagsOf = ({ seen, flagged, keywords = [] }: OutsideFlags): string[] => [
  ...keywords,
  ...(seen === true ? ['\\Seen'] : []),
  ...(flagged === true ? ['\\Flagged'] : []),
];
