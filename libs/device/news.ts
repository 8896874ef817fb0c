import { BackendError } from '#backend';
import { dayOf, sinceDay } from '#sync';
import { pendingChanges, type CollectionState } from './collection-state.js';
import { fillWindow } from './feed-window.js';
import { owesRestoring } from './restore.js';
import type { DeviceSession } from './session.js';

/**
 * Whether the next Sync of this collection would bring anything. Compared with what the phone has been given (trap 39): an
 * answer whose connection broke counts as not given. Nothing is acknowledged and nothing written.
 */
async function hasNews(session: DeviceSession, id: string, state: CollectionState): Promise<boolean> {
  const { pending } = state;
  if (pending?.undelivered) return true;
  const from = pending ?? state.acked;
  if (from.more || owesRestoring(state)) return true;
  const known = session.knownSet(id, state);
  const overlay = pending ? pendingChanges(pending) : new Map();
  const result = await session.atFolder(id, (backend, place) =>
    fillWindow(backend, known, {
      place,
      from,
      sinceDay: sinceDay(state.itemClass, state.options.filterType, dayOf(session.deps.now())),
      mostItems: state.options.maxItems,
      window: 1,
      known: overlay,
    }),
  );
  return result.refs.length > 0 || result.generation.more;
}

/**
 * Which of the collections have news. One the phone never synced has none (trap 38: ignored, not reported); one whose
 * folder is gone counts as changed, so that the phone asks and learns of it.
 */
export async function changedCollections(session: DeviceSession, ids: readonly string[]): Promise<string[]> {
  const changed: string[] = [];
  for (const id of ids) {
    const state = session.state(id);
    if (!state) continue;
    try {
      if (await hasNews(session, id, state)) changed.push(id);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      if (error.kind === 'gone') changed.push(id);
      // A source beside the mail that is down has no news, and keeps nobody from waiting for that of others.
      else if (error.kind !== 'unsupported' && state.itemClass === 'Email') throw error;
    }
  }
  return changed;
}
