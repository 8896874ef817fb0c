import { createHash } from 'node:crypto';
import { canDelete, canWriteItems, keepsCalendars, type Backend } from '#backend';
import { isScheduledByServer } from '#formats';
import { MeetingWriter, schedulingRule, type Intentions } from '#scheduling';
import type { AccountLease, CommandContext } from '../context.js';
import { ownerOf } from './calendars-of.js';
import { carrierOf, sendJob } from './scheduling-work.js';

/** Since when the server sends what a change of an event means for others (MS-ASCMD 2.2.1.21, trap 89). */
const SERVER_SENDS_SINCE = 160;
/** Seconds for which a write that did not end is remembered. */
const REMEMBERED = 86_400;

/** The backend of events as this phone writes to it: with the mails that Godwit sends for it, if it is Godwit that does. */
export async function scheduledBackend(
  context: CommandContext,
  lease: AccountLease,
  backend: Backend,
): Promise<Backend> {
  const isAble = keepsCalendars(backend) && canWriteItems(backend) && canDelete(backend);
  if (context.version < SERVER_SENDS_SINCE || !isAble) return backend;
  if ((await schedulingRule(lease.scheduling, backend)) !== 'godwit') return backend;
  const schedulesItself = await backend.schedulesItself();
  const writer = new MeetingWriter(backend, {
    owner: await ownerOf(lease),
    intentions: intentionsOf(context),
    send: (message, key) =>
      context.jobs.add(context.account.key, [sendJob(message, key)], carrierOf(context)),
    now: () => new Date(),
    isServers: (text) => schedulesItself && isScheduledByServer(text),
  });
  return writer.told;
}

function intentionsOf({ devices, asker }: CommandContext): Intentions {
  const named = (key: string): string => `meeting ${createHash('sha256').update(key).digest('base64url')}`;
  return {
    begin: async (key, before) => {
      const claim = { type: 'Claim', key: named(key), ttl: REMEMBERED, result: { before } } as const;
      const { recorded } = await devices.ask(asker, claim);
      const earlier = recorded?.result as { readonly before: string | null } | null | undefined;
      return earlier ? earlier.before : before;
    },
    end: async (key) => {
      await devices.ask(asker, { type: 'Outcome', key: named(key) });
    },
  };
}
