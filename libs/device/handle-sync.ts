import { RuntimeUnavailable } from '#actors';
import { BackendError, type ItemClass } from '#backend';
import type { CollectionSave } from '#store';
import { INITIAL_KEY } from '#sync';
import { collect, type Collected } from './collect.js';
import {
  DEFAULT_OPTIONS,
  initialState,
  keyOf,
  pendingChanges,
  standingOf,
  toDelta,
  type CollectionState,
} from './collection-state.js';
import type { DeviceState, LastSync } from './device-state.js';
import { classOfFolderId } from './folder-ids.js';
import type { CollectionAnswer, CollectionAsk, SyncAnswer, SyncMessage } from './messages.js';
import { basisOf } from './restore.js';
import { sameJson } from './same-json.js';
import type { DeviceSession } from './session.js';
import { forgetDelivered, putSetAside } from './set-aside.js';
import { noteLoop } from './sync-loop.js';

/** Trap 43: 0 and everything above the largest window is the largest. */
const windowOf = (asked: number, max: number): number => (asked < 1 || asked > max ? max : asked);

/** The folders whose rows a Sync needs: those named, and for a repeated or partial request the remembered ones. */
export function foldersOfSync(message: SyncMessage, remembered: LastSync | null): string[] {
  const named = message.collections?.map((item) => item.id) ?? [];
  const implied = message.collections === null || message.partial ? (remembered?.collections ?? []) : [];
  return [...new Set([...named, ...implied.map((item) => item.id)])];
}

/** The request with what it leaves unsaid filled in from the last one (traps 31, 33); null if there was none. */
function merged(
  message: SyncMessage,
  last: LastSync | null,
): (LastSync & { asks: readonly CollectionAsk[] }) | null {
  if (message.collections !== null && !message.partial) {
    // What the first ask of the request made of a Partial one holds for its second, too.
    const windowSize = message.phase === 'collect' && last ? last.windowSize : message.windowSize;
    const { wait } = message;
    return { windowSize, wait, asks: message.collections, collections: remember(message.collections) };
  }
  if (!last) return null;
  const named = new Map(message.collections?.map((item) => [item.id, item]));
  const inherited = last.collections
    .filter((item) => !named.has(item.id))
    .map((item) => ({ ...item, key: null, options: null }));
  const asks = [...named.values(), ...inherited];
  return {
    asks,
    collections: remember(asks),
    windowSize: message.windowSize ?? last.windowSize,
    wait: message.wait ?? last.wait,
  };
}

const remember = (asks: readonly CollectionAsk[]): LastSync['collections'] =>
  asks.map(({ id, getChanges, windowSize }) => ({ id, getChanges, windowSize }));

/** The key a collection was last presented with: what a request means that does not name it. */
const presentedKey = (ask: CollectionAsk, state: CollectionState | undefined): string =>
  ask.key ?? (state ? keyOf(state, state.acked) : INITIAL_KEY);

interface Outcome {
  readonly answer: CollectionAnswer;
  readonly save: CollectionSaveOf | null;
}
type CollectionSaveOf = Omit<CollectionSave, 'expected' | 'state'> & { readonly state: CollectionState };

function failure(ask: CollectionAsk, key: string, status: 3 | 4 | 5 | 12): Outcome {
  const itemClass = classOfFolderId(ask.id) ?? 'Email';
  const { id, getChanges, windowSize } = ask;
  const nothing = { path: '', refs: [], more: false, journal: null, supported: null, known: {} };
  const base = { id, itemClass, presented: key, key, getChanges, windowSize, ...nothing };
  return { answer: { ...base, status, options: ask.options ?? DEFAULT_OPTIONS }, save: null };
}

/** Answers key 0: a new key, nothing else (trap 20); all that was known is forgotten. */
async function begin(session: DeviceSession, ask: CollectionAsk): Promise<Outcome> {
  const row = await session.folder(ask.id);
  if (!row) return failure(ask, INITIAL_KEY, 12);
  if (ask.getChanges === true) return failure(ask, INITIAL_KEY, 4);
  const itemClass = row.itemClass as ItemClass;
  const { options, supported = null } = ask;
  const state = initialState(itemClass, session.deps.epoch(), options ?? DEFAULT_OPTIONS, supported);
  return {
    answer: {
      id: ask.id,
      status: 1,
      itemClass,
      path: row.path,
      presented: INITIAL_KEY,
      key: keyOf(state, state.acked),
      refs: [],
      more: false,
      options: state.options,
      getChanges: ask.getChanges,
      windowSize: ask.windowSize,
      journal: null,
      supported,
      known: {},
    },
    save: { folderId: ask.id, state, dropAll: true },
  };
}

/** Sync of one running Sync request: what is left of the global window is shared in request order. */
class SyncRun {
  private left: number;
  private failures: BackendError[] = [];
  /** To be done once the states are saved. */
  readonly settled: (() => Promise<void>)[] = [];
  private readonly outcomes: Outcome[] = [];

  constructor(
    private readonly session: DeviceSession,
    private readonly message: SyncMessage,
    globalWindow: number | null,
  ) {
    const { max } = session.deps.window;
    this.left = windowOf(globalWindow ?? max, max);
  }

  async answer(ask: CollectionAsk): Promise<void> {
    this.outcomes.push(await this.outcomeOf(ask));
  }

  /** All answers, unless nothing at all could be reached; that a source beside the mail is down its folders say by themselves. */
  finish(): readonly Outcome[] {
    const [first] = this.failures;
    if (first && this.failures.length === this.outcomes.length) throw first;
    return this.outcomes;
  }

  private async outcomeOf(ask: CollectionAsk): Promise<Outcome> {
    const state = this.session.state(ask.id);
    const key = presentedKey(ask, state);
    if ((!state || state.reset) && ask.key === null) return this.neverBegun(ask, key);
    if (key === INITIAL_KEY) {
      // The second ask of a request whose first one began the collection.
      if (this.message.phase === 'collect') return failure(ask, key, 3);
      if (state)
        this.settled.push(() => forgetDelivered(this.session, ask.id, state, { ...state, failed: {} }));
      return begin(this.session, ask);
    }
    if (!state) return this.neverBegun(ask, key);
    this.requireNewest(ask, state);
    const standing = standingOf(state, key);
    if (standing === 'unknown') {
      this.session.deps.events.collectionReset(
        this.session.envelope.identity,
        ask.id,
        `key ${key} is not live`,
      );
      return failure(ask, key, 3);
    }
    try {
      return this.message.phase === 'open'
        ? await this.open(ask, key, state)
        : await this.collected(ask, key, state);
    } catch (error) {
      return this.failed(ask, key, error);
    }
  }

  /**
   * The phone may have hung up and asked again while a source was slow to obey. An answer that comes after that of its later
   * request must not take the place of the one the phone has: its key would be dead. What this one did at the source the
   * phone is told as if somebody else had done it. Throws RuntimeUnavailable: whoever still listens is to ask again.
   */
  private requireNewest({ id, answers }: CollectionAsk, { last }: CollectionState): void {
    if (this.message.phase !== 'collect' || answers === undefined || answers === last) return;
    throw new RuntimeUnavailable(`another request for ${id} was answered meanwhile`);
  }

  private async neverBegun(ask: CollectionAsk, key: string): Promise<Outcome> {
    return failure(ask, key, (await this.session.folder(ask.id)) ? 3 : 12);
  }

  private failed(ask: CollectionAsk, key: string, error: unknown): Outcome {
    if (!(error instanceof BackendError)) throw error;
    if (error.kind === 'gone') return failure(ask, key, 12);
    this.session.trouble = { what: classOfFolderId(ask.id) ?? 'Email', error };
    const isMail = classOfFolderId(ask.id) === 'Email';
    if (isMail && !error.retryable) throw error;
    if (isMail) this.failures.push(error);
    return failure(ask, key, 5);
  }

  private async open(ask: CollectionAsk, key: string, state: CollectionState): Promise<Outcome> {
    const row = await this.session.folder(ask.id);
    if (!row) return failure(ask, key, 12);
    const retried = standingOf(state, key) === 'retries' ? state.pending : null;
    const answer = this.part(ask, key, row.path, { key, refs: [], more: false, state });
    const known = await this.knownOf(ask, key, state);
    return { answer: { ...answer, journal: retried?.journal ?? null, known }, save: null };
  }

  /** What the phone had of the items when it wrote its commands: with an answer it did not get, only its own part of that. */
  private async knownOf(
    { id, touched = [] }: CollectionAsk,
    key: string,
    state: CollectionState,
  ): Promise<Record<string, string>> {
    if (touched.length === 0) return {};
    const { pending } = state;
    const known = this.session.knownSet(id, state);
    await known.need(touched);
    const isGiven = standingOf(state, key) === 'acknowledges';
    const view = known.view(
      pending ? (isGiven ? pendingChanges(pending) : toDelta(pending.imports)) : new Map(),
    );
    return Object.fromEntries(
      touched.flatMap((item) => {
        const version = view.get(item)?.version;
        return version === undefined ? [] : [[item, basisOf(version)]];
      }),
    );
  }

  private async collected(ask: CollectionAsk, key: string, state: CollectionState): Promise<Outcome> {
    const sizes = this.session.deps.window;
    const window = Math.min(windowOf(ask.windowSize ?? sizes.default, sizes.max), this.left);
    const wantsChanges = ask.getChanges ?? true;
    const known = this.session.knownSet(ask.id, state);
    let path = '';
    const result = await this.session.atFolder(ask.id, (backend, place) => {
      path = place.path;
      return collect(backend, {
        state,
        known,
        key,
        place,
        window,
        wantsChanges: wantsChanges && window > 0,
        options: ask.options,
        imports: ask.imports ?? [],
        named: ask.named ?? {},
        written: ask.written ?? [],
        restore: ask.restore ?? [],
        journal: ask.journal ?? null,
        now: this.session.deps.now(),
      });
    });
    this.left -= result.refs.length;
    if (result.setAside) await putSetAside(this.session, ask.id, result.setAside.id, result.setAside.item);
    await noteLoop(this.session, ask.id, state, result.state);
    this.settled.push(() => forgetDelivered(this.session, ask.id, state, result.state));
    // Without room nothing is told, not even that there is more: what changed still counts as changed (traps 43, 45).
    const save = result.save && { ...result.save, folderId: ask.id, state: result.state };
    return { answer: this.part(ask, key, path, result), save };
  }

  private part(
    ask: CollectionAsk,
    presented: string,
    path: string,
    { key, refs, more, state }: Pick<Collected, 'key' | 'refs' | 'more' | 'state'>,
  ): CollectionAnswer {
    const { itemClass, options } = state;
    return {
      id: ask.id,
      status: 1,
      itemClass,
      path,
      presented,
      key,
      refs,
      more,
      options: ask.options ?? options,
      getChanges: ask.getChanges,
      windowSize: ask.windowSize,
      journal: null,
      supported: state.supported ?? null,
      known: {},
      answers: state.last,
    };
  }
}

/** MS-ASCMD 2.2.1.21 Sync, as far as it is decided in one place for one device. */
export async function handleSync(session: DeviceSession, message: SyncMessage): Promise<SyncAnswer> {
  const request = merged(message, session.deviceState.lastSync);
  if (!request) return { status: 13, collections: [], wait: null };
  const run = new SyncRun(session, message, request.windowSize);
  for (const ask of request.asks) await run.answer(ask);
  const outcomes = run.finish();
  await session.save({
    collections: outcomes.flatMap(({ save }) => (save ? [save] : [])),
    ...remembered(session.deviceState, message, request, outcomes),
  });
  for (const settle of run.settled) await settle();
  return { status: 1, collections: outcomes.map(({ answer }) => answer), wait: request.wait };
}

/** A request with a body replaces what an empty one repeats, and straying is counted; written only when it differs. */
function remembered(
  state: DeviceState,
  message: SyncMessage,
  request: LastSync,
  outcomes: readonly Outcome[],
): { device?: DeviceState } {
  const { collections, windowSize, wait } = request;
  const isRepeated = message.collections === null || message.phase === 'collect';
  const lastSync = isRepeated ? state.lastSync : { collections, windowSize, wait };
  const strays = outcomes.some(({ answer }) => answer.status === 12);
  if (!strays && sameJson(lastSync, state.lastSync)) return {};
  return { device: { ...state, lastSync, ...(strays && { strayed: (state.strayed ?? 0) + 1 }) } };
}
