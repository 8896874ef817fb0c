import { BackendError, type MailState } from '#backend';
import {
  compose,
  parseAddresses,
  threadFields,
  transportable,
  type HeaderBlock,
  type TakenMessage,
} from '#formats';
import type { AccountLease, CommandContext } from '../context.js';
import type { MadeMail } from './deliver.js';
import { addressOf, openOriginal, type Original, type SourceName } from './original.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** What a phone wrote, without the fields that say what its content is. */
export const headerOf = (written: TakenMessage): HeaderBlock =>
  written.header.without((name) => name.startsWith('content-'));

/** LastVerbExecuted (MS-ASEMAIL 2.2.2.44). */
const Verb = { replyToSender: 1, replyToAll: 2, forward: 3 } as const;

/** Where the original is named: in the document, up to 12.1 in the query (MS-ASHTTP 2.2.1.1.1.2.5). */
export const sourceOf = (
  { query }: CommandContext,
  value: { readonly Source: SourceName } | null,
): SourceName =>
  value?.Source ?? {
    FolderId: query.collectionId,
    ItemId: query.itemId,
    LongId: query.longId,
    InstanceId: query.occurrence,
  };

const addressesOf = (header: HeaderBlock, ...names: string[]): Set<string> =>
  new Set(
    names.flatMap((name) => parseAddresses(header.list(name)).map(({ address }) => address.toLowerCase())),
  );

/** A reply to all goes to somebody whom the original only names beside its sender and oneself. */
async function replyVerb(
  lease: AccountLease,
  { header }: TakenMessage,
  { recipients }: OutgoingMessage,
): Promise<1 | 2> {
  const others = addressesOf(header, 'to', 'cc');
  for (const address of addressesOf(header, 'from', 'reply-to')) others.delete(address);
  for (const { address } of await lease.identities()) others.delete(address);
  return recipients.some((address) => others.has(address.toLowerCase()))
    ? Verb.replyToAll
    : Verb.replyToSender;
}

/** Trap 76: after the sending, for all devices; what fails here is told and changes nothing. */
export async function markOriginal(
  context: CommandContext,
  original: Original,
  state: MailState,
): Promise<void> {
  try {
    await original.mark(state);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    context.events.notMarked(error.message);
  }
}

/** What a Smart command is made of besides the phone's message. */
export interface SmartOrder {
  readonly command: 'SmartReply' | 'SmartForward';
  readonly source: SourceName;
  /** The phone's message has the original in it already (trap 75). */
  readonly replaceMime: boolean;
  readonly written: TakenMessage;
}

/** Reads the original and makes one mail of both. Throws EasStatusError before anything is sent. */
export async function makeSmart(
  context: CommandContext,
  lease: AccountLease,
  { command, source, replaceMime, written }: SmartOrder,
): Promise<MadeMail> {
  const original = await openOriginal(context, command, lease, addressOf(command, source));
  try {
    const kind = command === 'SmartReply' ? 'reply' : 'forward';
    const composition =
      (replaceMime ? null : await compose(kind, written, original.message)) ?? (await transportable(written));
    const header = headerOf(written);
    return {
      header: header.adding(threadFields(header, original.message)),
      composition,
      sent: async (message) =>
        markOriginal(context, original, await stateAfter(kind, lease, original, message)),
      dispose: () => original.message.dispose(),
    };
  } catch (error) {
    original.message.dispose();
    throw error;
  }
}

async function stateAfter(
  kind: 'reply' | 'forward',
  lease: AccountLease,
  original: Original,
  message: OutgoingMessage,
): Promise<MailState> {
  if (kind === 'forward') return forwardedNow();
  const verb = await replyVerb(lease, original.message, message);
  return { answered: true, lastVerb: { verb, at: new Date() } };
}

export const forwardedNow = (): MailState => ({
  forwarded: true,
  lastVerb: { verb: Verb.forward, at: new Date() },
});
