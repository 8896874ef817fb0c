import { BackendError } from '#backend';
import { dayOf, INITIAL_KEY, sinceDay } from '#sync';
import { pendingChanges, standingOf, type CollectionState } from './collection-state.js';
import { fillWindow } from './feed-window.js';
import type { EstimateAnswer, EstimateMessage } from './messages.js';
import type { DeviceSession } from './session.js';

type Ask = EstimateMessage['collections'][number];

/** More than any mailbox: an estimate counts everything, and reads no content. */
const EVERYTHING = 10_000_000;

async function estimate(session: DeviceSession, ask: Ask, state: CollectionState): Promise<number> {
  const acknowledged = standingOf(state, ask.key) === 'acknowledges' ? state.pending : null;
  const overlay = acknowledged ? pendingChanges(acknowledged) : new Map();
  const known = session.knownSet(ask.id, state);
  const filterType = ask.filterType ?? state.options.filterType;
  const result = await session.atFolder(ask.id, (backend, place) =>
    fillWindow(backend, known, {
      place,
      from: acknowledged ?? state.acked,
      sinceDay: sinceDay(state.itemClass, filterType, dayOf(session.deps.now())),
      mostItems: state.options.maxItems,
      window: EVERYTHING,
      known: overlay,
    }),
  );
  return result.refs.length;
}

async function answer(session: DeviceSession, ask: Ask): Promise<EstimateAnswer> {
  const nothing = { id: ask.id, estimate: 0 };
  if (!(await session.folder(ask.id))) return { ...nothing, status: 2 };
  const state = session.state(ask.id);
  if (!state || ask.key === INITIAL_KEY) return { ...nothing, status: 3 };
  if (standingOf(state, ask.key) === 'unknown') return { ...nothing, status: 4 };
  try {
    return { id: ask.id, status: 1, estimate: await estimate(session, ask, state) };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    if (error.kind === 'gone') return { ...nothing, status: 2 };
    // A folder that only holds others; or one that cannot be asked now, which is no reason to leave the others unanswered.
    const isBesideMail = state.itemClass !== 'Email';
    if (error.kind === 'unsupported' || isBesideMail) return { ...nothing, status: 1 };
    throw error;
  }
}

/** MS-ASCMD 2.2.1.9 GetItemEstimate: how many commands a Sync with this key would bring. Changes nothing. */
export async function handleEstimate(
  session: DeviceSession,
  message: EstimateMessage,
): Promise<{ collections: EstimateAnswer[] }> {
  const collections: EstimateAnswer[] = [];
  for (const ask of message.collections) collections.push(await answer(session, ask));
  return { collections };
}
