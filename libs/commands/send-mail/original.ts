import { BackendError, canReadPart, canUpdateState, type Backend, type MailState } from '#backend';
import { CommonStatus } from '#eas';
import { classOfFolderId } from '#device';
import { invitationMail, takeIn, type TakenMessage } from '#formats';
import type { AccountLease, CommandContext } from '../context.js';
import { calendarsOf, ownerOf } from '../scheduling/calendars-of.js';
import { parseServerId, type ItemAddress } from '../server-id.js';
import { asRefusal, refused, type SendingCommand } from './refusal.js';

/** The mail that is answered or forwarded, as the phone names it (MS-ASCMD 2.2.3.173); up to 12.1 in the query. */
export interface SourceName {
  readonly FolderId?: string | undefined;
  readonly ItemId?: string | undefined;
  readonly LongId?: string | undefined;
  readonly InstanceId?: string | undefined;
}

/** Where the original lies; of a series in a calendar perhaps one occurrence, by its original start. */
export interface OriginalAddress extends ItemAddress {
  readonly instance: Date | null;
}

/** With punctuation, as the specification wants it (MS-ASCMD 2.2.3.92.2). */
const INSTANCE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** Which mail that is. Throws EasStatusError 104, 105, 106, 146, 150 (trap 75). */
export function addressOf(command: SendingCommand, name: SourceName): OriginalAddress {
  const { FolderId, ItemId, LongId, InstanceId } = name;
  const instance = instanceOf(command, InstanceId);
  const id = LongId ?? ItemId;
  if (id === undefined || (LongId !== undefined && (FolderId ?? ItemId ?? InstanceId) !== undefined)) {
    throw refused(
      command,
      CommonStatus.InvalidCombinationOfIDs,
      'either ItemId or LongId names the original',
    );
  }
  const address = parseServerId(id);
  if (!address) throw refused(command, CommonStatus.InvalidIDs, 'not an id of ours');
  if (FolderId !== undefined && FolderId !== address.folder) {
    throw refused(command, CommonStatus.ItemNotFound, 'the folder has no such mail');
  }
  // A mail is no series, whatever meeting it invites to.
  if (instance && classOfFolderId(address.folder) !== 'Calendar')
    throw refused(command, CommonStatus.NoRecurrenceInCalendar, 'a mail has no occurrences');
  return { ...address, instance };
}

function instanceOf(command: SendingCommand, text: string | undefined): Date | null {
  if (text === undefined) return null;
  const instance = new Date(text);
  if (INSTANCE.test(text) && !Number.isNaN(instance.getTime())) return instance;
  throw refused(command, CommonStatus.InvalidDateTime, 'InstanceId is no date');
}

/** The original, taken into a spool, and where it came from. */
export interface Original {
  readonly message: TakenMessage;
  /** Marks it. Throws BackendError. */
  mark(state: MailState): Promise<void>;
}

/** Reads the whole original. Throws EasStatusError: 150 if it is gone, 111 if it may be read later, 121 if never. */
export async function openOriginal(
  context: CommandContext,
  command: SendingCommand,
  lease: AccountLease,
  address: OriginalAddress,
): Promise<Original> {
  const { folder, item } = address;
  const { folders } = await context.devices.ask(context.asker, { type: 'Resolve', folders: [folder] });
  const resolved = folders[folder];
  if (!resolved) throw refused(command, CommonStatus.ItemNotFound, `there is no folder ${folder}`);
  try {
    if (resolved.itemClass === 'Calendar') return await openMeeting(context, lease, resolved.path, address);
    const backend = await lease.backend(resolved.itemClass);
    const message = await read(backend, resolved.path, item, context.limits.mailBytes);
    return { message, mark: (state) => mark(backend, resolved.path, item, state) };
  } catch (error) {
    throw asRefusal(command, 'original', error);
  }
}

/** A meeting of a calendar as the mail that invites to it (MS-ASCMD 2.2.1.19); nothing of it is marked. */
async function openMeeting(
  { limits }: CommandContext,
  lease: AccountLease,
  path: string,
  { item, instance }: OriginalAddress,
): Promise<Original> {
  const object = await (await calendarsOf(lease))?.calendarObject(path, item);
  if (!object) throw new BackendError('gone', 'there is no such event', { reason: 'no-such-item' });
  const how = { instance, at: new Date(), maxSize: limits.mailBytes };
  const message = await invitationMail(object.text, await ownerOf(lease), how);
  return { message, mark: async () => undefined };
}

async function read(backend: Backend, path: string, item: string, maxSize: number): Promise<TakenMessage> {
  if (!canReadPart(backend)) throw new BackendError('unsupported', 'this source hands out no whole messages');
  const { content, size } = await backend.readPart(path, item, '');
  return takeIn(whole(content, size), { maxSize });
}

/** A source that ends early, and does not say so, must not become half an attachment. */
export async function* whole(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const piece of content) {
    left -= piece.length;
    yield piece;
  }
  if (left > 0)
    throw new BackendError('unavailable', `${left} bytes of the original are missing`, {
      reason: 'cut-short',
    });
}

async function mark(backend: Backend, path: string, item: string, state: MailState): Promise<void> {
  if (canUpdateState(backend)) await backend.updateState(path, item, state);
}
