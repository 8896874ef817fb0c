import { Agent } from 'node:http';
import {
  LostAnswer,
  Phone,
  UnexpectedAnswer,
  type Collection,
  type CollectionResult,
  type PhoneOptions,
} from '#phone';
import type { Dovecot } from '../servers/index.js';
import { waitUntil } from '../servers/index.js';
import type { Deployment } from './deployment.js';
import { listFolder, type SeenMail } from './mail-program.js';
import { watchTraffic } from './traffic.js';

/** A new connection for every request: a load balancer may send each one elsewhere. */
const wandering = new Agent({ keepAlive: false });

let devices = 0;

/** A phone that has never been here. */
export const newPhone = ({ url }: Deployment, user: string, options: Partial<PhoneOptions> = {}): Phone =>
  new Phone({
    url,
    user,
    password: 'secret',
    deviceId: `phone${String(++devices).padStart(4, '0')}`,
    agent: wandering,
    onDocument: watchTraffic,
    ...options,
  });

/** A phone that has done its first steps, with an Inbox that is up to date. */
export async function readyPhone(
  deployment: Deployment,
  user: string,
  options: Partial<PhoneOptions> = {},
): Promise<{ phone: Phone; inbox: Collection }> {
  const phone = newPhone(deployment, user, options);
  await phone.provision();
  await phone.folderSync();
  const inbox = phone.inbox();
  await inbox.syncAll();
  return { phone, inbox };
}

/** The phone's folder of this type. */
export function folderOf(phone: Phone, type: number): Collection {
  const folder = phone.hierarchy.ofType(type);
  if (!folder) throw new Error(`there is no folder of type ${type}`);
  return phone.collection(folder.id);
}

/** The phone's folder of this name. */
export function folderNamed(phone: Phone, name: string): Collection {
  const folder = phone.hierarchy.named(name);
  if (!folder) throw new Error(`there is no folder "${name}"`);
  return phone.collection(folder.id);
}

/** What a phone and a mail program must agree on, in an order of its own. */
export type Agreed = Omit<SeenMail, 'uid'>;

const bySubject = (mails: readonly Agreed[]): Agreed[] =>
  [...mails].sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));

const emailOf = (collection: Collection, serverId: string) => collection.items.get(serverId)?.Email ?? {};

/** The same device after it lost an answer: it has the key from before and none of the content after. */
export function twinOf(
  deployment: Deployment,
  phone: Phone,
  collection: Collection,
  key: string,
): { twin: Phone; collection: Collection } {
  const { user, deviceId } = phone.link.identity;
  const twin = newPhone(deployment, user, { deviceId, version: phone.version });
  twin.link.policyKey = phone.policyKey;
  const same = twin.collection(collection.id);
  same.key = key;
  return { twin, collection: same };
}

/** What was said to the phone that must not be said. */
export const anomaliesOf = (phone: Phone) =>
  [...phone.collections.values()].flatMap(({ mailbox }) => mailbox.anomalies);

/** The folder's mails as the phone shows them. */
export const onPhone = (collection: Collection): Agreed[] =>
  bySubject(
    [...collection.items.keys()].map((id) => {
      const { Subject, Read, Flag, DateReceived } = emailOf(collection, id);
      return {
        subject: Subject ?? '',
        read: Read ?? false,
        flagged: Flag?.Status === 2,
        received: DateReceived ?? new Date(0),
      };
    }),
  );

/** The folder's mails as the server has them. */
export const onServer = async (dovecot: Dovecot, user: string, folder = 'INBOX'): Promise<Agreed[]> =>
  bySubject((await listFolder(dovecot, user, folder)).map(({ uid: _uid, ...agreed }) => agreed));

/** The id on the phone of the mail with this subject. */
export function mailOn(collection: Collection, subject: string): string {
  for (const id of collection.items.keys()) {
    if (emailOf(collection, id).Subject === subject) return id;
  }
  throw new Error(`the phone has no mail "${subject}"`);
}

/** The properties of the mail with this subject. */
export const emailOn = (collection: Collection, subject: string) =>
  emailOf(collection, mailOn(collection, subject));

const cutCodes: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** What a phone takes as "not now"; anything else is a fault of the server's. */
export function isPassing(error: unknown): boolean {
  if (error instanceof LostAnswer) return true;
  if (!(error instanceof UnexpectedAnswer)) return cutCodes.has((error as NodeJS.ErrnoException).code);
  const { outcome } = error;
  return (
    outcome.kind === 'lost' ||
    (outcome.kind === 'refused' && outcome.http === 503 && outcome.retryAfter !== undefined)
  );
}

const SERVER_ERROR = 5;

/** Milliseconds until a phone with trouble gives up: a dead actor host is believed alive for ten seconds. */
const PATIENCE = 120_000;

/**
 * Syncs as a phone does to which things happen: what fails for a while is asked again with the same key, until the server
 * has no more. Throws at the first answer that a server in trouble must not give. Resolves to how often it failed.
 */
export async function syncThrough(
  collection: Collection,
  options: Parameters<Collection['sync']>[0] = {},
  page: (result: CollectionResult) => void | Promise<void> = () => undefined,
): Promise<number> {
  let failures = 0;
  await waitUntil(
    'the folder to be complete',
    async () => {
      const result = await collection.sync({ ...options, silence: 20_000 }).catch((error: unknown) => {
        if (!isPassing(error)) throw error;
        return null;
      });
      if (!result || result.isLost || result.status === SERVER_ERROR) {
        failures++;
        return false;
      }
      if (result.status !== 1) throw new Error(`Sync answered Status ${result.status}`);
      await page(result);
      return !result.more;
    },
    PATIENCE,
  );
  return failures;
}
