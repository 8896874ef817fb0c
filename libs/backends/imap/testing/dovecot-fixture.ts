import { rmSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import type { Fixture, OutsideFlags } from '#backend/contract';
import type { Dovecot } from '../../../../tests/servers/index.js';
import { encodeModifiedUtf7 } from '#formats';
import { ImapFactory, type ImapConfig } from '../index.js';

let users = 0;

/** A name nobody has used yet: a fresh mailbox. */
export const freshUser = (): string => `user${++users}`;

export const configOf = (server: Dovecot, more: Partial<ImapConfig> = {}): ImapConfig => ({
  host: server.host,
  port: server.port,
  tls: 'none',
  ...more,
});

/** Somebody else's mail program at the same mailbox. */
export async function outsider(server: Dovecot, user: string): Promise<ImapFlow> {
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

/** The contract's fixture: a fresh account on a running Dovecot. Handles are UIDs. */
export async function dovecotFixture(server: Dovecot, more: Partial<ImapConfig> = {}): Promise<Fixture> {
  const user = freshUser();
  const factory = new ImapFactory(configOf(server, more));
  const backend = await factory.open({ user, password: server.password });
  const client = await outsider(server, user);
  const within = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
    const lock = await client.getMailboxLock(folder);
    try {
      return await work();
    } finally {
      lock.release();
    }
  };
  const wire = (name: string): string => encodeModifiedUtf7(name);
  return {
    backend,
    inbox: 'INBOX',
    deliver: async (folder, message, options = {}) => {
      const appended = await client.append(folder, message, flagsOf(options), options.receivedAt);
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
        const moved = await client.messageMove(uid, target, { uid: true });
        const copy = moved === false ? undefined : moved.uidMap?.get(Number(uid));
        return String(copy ?? 0);
      }),
    createFolder: async (name, parent) => {
      const path = parent === null ? name : `${parent}/${name}`;
      await client.mailboxCreate(path);
      return wire(path);
    },
    renameFolder: async (folder, name) => {
      const path = [...folder.split('/').slice(0, -1), name].join('/');
      await client.mailboxRename(folder, path);
      return wire(path);
    },
    deleteFolder: async (folder) => void (await client.mailboxDelete(folder)),
    renumber: async (folder) => renumber(server, user, folder),
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

/** A mailbox that lost its list of UIDs numbers anew under another UIDVALIDITY. */
function renumber(server: Dovecot, user: string, folder: string): void {
  server.kick(user);
  const maildir = server.maildir(user, folder);
  for (const file of readdirSync(maildir)) {
    if (/^dovecot[-.](?:uidlist|index)/.test(file)) rmSync(join(maildir, file));
  }
}
