import type { KnownItem } from '#sync';
import {
  keyOf,
  MAX_FAILURES,
  standingOf,
  toDelta,
  type CollectionState,
  type FailedItem,
} from './collection-state.js';
import type { MovedBeforeMessage, MovedMessage, SettleMessage, UndeliveredMessage } from './messages.js';
import { classOfFolderId } from './folder-ids.js';
import { basisOf, OF_ITS_OWN } from './restore.js';
import type { DeviceSession } from './session.js';
import { forgetDelivered, putSetAside } from './set-aside.js';

type Report = SettleMessage['items'][number];

/** Takes what the phone did not get out of the pending answer. `gone` needs no second offer: the feed will tell. */
function settled(state: CollectionState, items: readonly Report[]): CollectionState {
  const pending = state.pending!;
  const reports = new Map(items.map((item) => [item.id, item]));
  const failed: Record<string, FailedItem> = { ...state.failed };
  for (const [id, version, day] of pending.delta) {
    const report = reports.get(id);
    if (!report) continue;
    // A restored item that is gone by now is no longer owed; the feed tells the rest.
    if (report.failure === 'gone') delete failed[id];
    if (report.failure === 'gone' || version === null) continue;
    const before = state.failed[id]?.version === version ? state.failed[id].count : 0;
    failed[id] = {
      version,
      day,
      count: before + (report.failure === 'unreadable' ? 1 : 0),
      reason: report.reason,
    };
  }
  // An answer that was asked for again was sent more than once, and this report may be late and of another one than the phone
  // got: what it may have it has to be told the going of. A phone that hears of one it never had passes over it.
  const isSure = pending.retries === 0;
  const delta = pending.delta.filter(([id]) => {
    const report = reports.get(id);
    return !report || (report.failure === 'gone' && !isSure);
  });
  const unsent = items.some((item) => item.failure !== 'gone');
  return { ...state, failed, pending: { ...pending, delta, more: pending.more || unsent } };
}

/** Items of an answer that were left out of it. An answer that is pending no more has nothing to settle. */
export async function handleSettle(session: DeviceSession, message: SettleMessage): Promise<null> {
  const state = session.state(message.folder);
  if (!state?.pending || keyOf(state, state.pending) !== message.key) return null;
  const next = settled(state, message.items);
  await session.save({ collections: [{ folderId: message.folder, state: next }] });
  for (const { id } of message.items) {
    const failed = next.failed[id];
    if (!failed || failed.count < MAX_FAILURES) continue;
    await putSetAside(session, message.folder, id, failed);
  }
  await forgetDelivered(session, message.folder, state, next);
  return null;
}

/** The phone hung up before the answer was out. It may have it all the same: only Ping's patience changes. */
export async function handleUndelivered(session: DeviceSession, message: UndeliveredMessage): Promise<null> {
  const collections = message.keys.flatMap(({ folder, key }) => {
    const state = session.state(folder);
    if (!state?.pending || standingOf(state, key) !== 'acknowledges') return [];
    return [{ folderId: folder, state: { ...state, pending: { ...state.pending, undelivered: true } } }];
  });
  await session.save({ collections });
  return null;
}

type Move = MovedMessage['items'][number];

/** The version of a copy that a phone made of its copy. */
const copied = (version: string): string => (version === OF_ITS_OWN ? version : basisOf(version));

/** Makes the known sets say what the phone did by MoveItems: outside of any key, since its answer is the acknowledgement. */
async function moved(session: DeviceSession, folder: string, moves: readonly Move[]) {
  const state = session.state(folder);
  if (!state) return [];
  const away = moves.filter((move) => move.from === folder);
  const here = moves.filter((move) => move.to === folder);
  const known = session.knownSet(folder, state);
  const before = await knownBefore(session, here);
  const isMail = classOfFolderId(folder) === 'Email';
  const arrived = ({ id, newId, version }: Move) => {
    const item = before.get(id);
    // The phone takes along what it had of the mail. What somebody else changed meanwhile it has to be told of.
    const shown = isMail && item ? copied(item.version) : version;
    return [newId, { version: shown, day: item?.day ?? null }] as const;
  };
  const delta = new Map([...away.map((move) => [move.id, null] as const), ...here.map(arrived)]);
  const { directory, put, drop } = await known.folded(delta);
  const pending = state.pending && {
    ...state.pending,
    delta: state.pending.delta.filter(([id]) => !delta.has(id)),
    imports: state.pending.imports.filter(([id]) => !delta.has(id)),
  };
  return [{ folderId: folder, state: { ...state, directory, pending }, put, drop }];
}

/**
 * What the phone had of the moved items: its own changes, and what the last answer told, if it got that; where the two
 * differ, nobody knows. A move keeps INTERNALDATE, and so the day by which the filter judges them.
 */
async function knownBefore(session: DeviceSession, moves: readonly Move[]): Promise<Map<string, KnownItem>> {
  const items = new Map<string, KnownItem>();
  for (const { from, id } of moves) {
    const state = session.state(from);
    if (!state) continue;
    const known = session.knownSet(from, state);
    await known.need([id]);
    const own = known.view(toDelta(state.pending?.imports ?? [])).get(id);
    const told = toDelta(state.pending?.delta ?? []).get(id);
    const item =
      own && told && own.version !== told.version ? { ...told, version: OF_ITS_OWN } : (told ?? own);
    if (item) items.set(id, item);
  }
  return items;
}

/** How long a phone may take to ask again for a move whose answer it did not get. Seconds. */
const MOVES_REMEMBERED = 86_400;

const moveKey = ({ from, id, to }: Pick<Move, 'from' | 'id' | 'to'>): string => `move ${from}:${id} ${to}`;

export async function handleMovedBefore(
  session: DeviceSession,
  message: MovedBeforeMessage,
): Promise<{ newId: string | null }> {
  const { store } = session.deps;
  const { device } = session;
  const recorded = await store.claim(device.id, moveKey(message), MOVES_REMEMBERED, { result: DENIED });
  return { newId: typeof recorded?.result === 'string' ? recorded.result : null };
}

/** What is remembered of a move that the phone was told did not happen. */
const DENIED = false;

/** False if the phone was told meanwhile that the item is not there: it keeps it until a Sync tells of its going. */
async function rememberMove(session: DeviceSession, move: Move): Promise<boolean> {
  const { store } = session.deps;
  const before = await store.claim(session.device.id, moveKey(move), MOVES_REMEMBERED);
  await store.settle(session.device.id, moveKey(move), move.newId);
  return before?.result !== DENIED;
}

export async function handleMoved(session: DeviceSession, message: MovedMessage): Promise<null> {
  // First: should this end in the middle, the phone asks again, and must not hear that the item was never there while the
  // known set says that the phone has let go of it. The other way round the next Sync tells of the move, and no harm is done.
  const items: Move[] = [];
  for (const move of message.items) if (await rememberMove(session, move)) items.push(move);
  const folders = [...new Set(items.flatMap((item) => [item.from, item.to]))];
  const saves = await Promise.all(folders.map((folder) => moved(session, folder, items)));
  await session.save({ collections: saves.flat() });
  return null;
}
