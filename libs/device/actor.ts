import { RuntimeUnavailable, type Actor, type MessageContext } from '#actors';
import { inSpan } from '#ops';
import { StaleState, type DeviceSeen } from '#store';
import { ProvisionRequired, type DeviceDependencies } from './dependencies.js';
import { HIERARCHY, type DeviceState, type HierarchyState } from './device-state.js';
import { isRecipientCache } from './folder-change-status.js';
import { handleEstimate } from './handle-estimate.js';
import { handleFolderChange } from './handle-folder-change.js';
import { handleFolderSync } from './handle-folder-sync.js';
import { foldersOfPing, handlePing } from './handle-ping.js';
import {
  handleProvision,
  handleRecoveryPassword,
  markPolicy,
  requireNoWipe,
  unproven,
} from './handle-provision.js';
import { handleMoved, handleMovedBefore, handleSettle, handleUndelivered } from './handle-settle.js';
import { foldersOfSync, handleSync } from './handle-sync.js';
import type { DeviceAnswers, DeviceMessage, Envelope, ResolvedFolder } from './messages.js';
import { changedCollections } from './news.js';
import { SeenNotes } from './seen.js';
import { DeviceSession, nothingRemembered, type Remembered } from './session.js';
import { SourceHealth } from './source-health.js';
import { factsOf, requireStanding, StandingDesk } from './standing.js';

/** Messages a phone may send before it has provisioned; the rest of them are the gateway's own reports. */
const BEFORE_PROVISIONING: ReadonlySet<DeviceMessage['type']> = new Set<DeviceMessage['type']>([
  'Admit',
  'Provision',
  'Information',
  'Settle',
  'Undelivered',
  'Moved',
  'Outcome',
]);

/** A Ping carries no policy key (MS-ASPROV 3.1.5.1), nor do the looks for news while it is held. */
const WITHOUT_POLICY_KEY: ReadonlySet<string> = new Set<DeviceMessage['type']>(['Ping', 'News']);

/** How often a message is begun again after another host wrote a newer state. */
const STALE_ATTEMPTS = 3;

type Handlers = {
  readonly [Type in DeviceMessage['type']]: (
    session: DeviceSession,
    body: Extract<DeviceMessage, { type: Type }>,
  ) => Promise<DeviceAnswers[Type]>;
};

/** Who answers what. */
const handlers: Handlers = {
  Admit: async () => null,
  Sync: handleSync,
  FolderSync: handleFolderSync,
  FolderChange: handleFolderChange,
  Ping: handlePing,
  News: async (session, { folders }) => ({ changed: await changedCollections(session, folders) }),
  Estimate: handleEstimate,
  Resolve: async (session, { folders }) => ({ folders: await resolved(session, folders) }),
  Folders: async (session, { refresh }) => ({ folders: await allFolders(session, refresh) }),
  Settle: handleSettle,
  Undelivered: handleUndelivered,
  Moved: handleMoved,
  MovedBefore: handleMovedBefore,
  Provision: handleProvision,
  RecoveryPassword: handleRecoveryPassword,
  Information: (session, { information }) => touch(session, { information }),
  Claim: async ({ deps, device }, { key, ttl, result, replacing }) => ({
    recorded: await deps.store.claim(device.id, key, ttl, { result, replacing }),
  }),
  Outcome: async ({ deps, device }, { key, result }) => {
    await deps.store.settle(device.id, key, result);
    return null;
  },
  Reload: async () => null,
};

const handle = <Type extends DeviceMessage['type']>(
  session: DeviceSession,
  body: Extract<DeviceMessage, { type: Type }>,
): Promise<DeviceAnswers[Type]> => handlers[body.type](session, body);

/**
 * All that is decided for one device, one message at a time. The actor decides what is to be sent; content is read and
 * streamed by the node that asks.
 */
export class DeviceActor implements Actor {
  private remembered: Remembered = nothingRemembered();
  private readonly health = new SourceHealth();
  private readonly seen: SeenNotes;
  private readonly desk: StandingDesk;

  constructor(private readonly deps: DeviceDependencies) {
    this.desk = new StandingDesk(deps);
    this.seen = new SeenNotes(deps);
  }

  receive(message: unknown, context?: MessageContext): Promise<unknown> {
    const envelope = message as Envelope;
    const { type } = envelope.body;
    const work = (): Promise<unknown> => this.answered(envelope, context);
    return inSpan('message', type, { 'godwit.message': type }, work, envelope.trace);
  }

  private async answered(envelope: Envelope, context?: MessageContext): Promise<unknown> {
    // During an upgrade a newer node may ask what this one has not learned yet; one that has will be asked in its turn.
    if (!Object.hasOwn(handlers, envelope.body.type))
      throw new RuntimeUnavailable(`this host is older than the message ${envelope.body.type}`);
    if (envelope.body.type === 'Reload') {
      this.remembered = nothingRemembered();
      return null;
    }
    for (let attempt = 1; ; attempt++) {
      if (this.deps.scope === 'shared') this.forget();
      const session = new DeviceSession(envelope, this.deps, this.remembered, this.health);
      try {
        const answer = await this.answer(session, envelope.body);
        if (envelope.unproven) return answer;
        await this.seen.answered(session, envelope.body.type, (synced) => touch(session, { synced }));
        return session.quarantine ? { quarantine: session.quarantine, answer } : answer;
      } catch (error) {
        this.remembered = nothingRemembered();
        if (!(error instanceof StaleState) || attempt >= STALE_ATTEMPTS) {
          // The error itself says more than that it could not be noted.
          if (!envelope.unproven) await this.seen.failed(session, error).catch(() => undefined);
          throw error;
        }
        this.deps.events.staleState(envelope.identity);
        // A host that was overtaken leaves it at that: whoever has the device now does the same message, or did it already.
        if ((await context?.holds?.()) === false)
          throw new RuntimeUnavailable('another host has taken the device over');
      } finally {
        session.release();
      }
    }
  }

  /** Another host may have written since the last message: only the folder list may be old (a stale path heals itself). */
  private forget(): void {
    this.remembered = { ...nothingRemembered(), folders: this.remembered.folders };
  }

  private async answer(
    session: DeviceSession,
    body: DeviceMessage,
  ): Promise<DeviceAnswers[DeviceMessage['type']]> {
    await this.prepare(session, body);
    return handle(session, body);
  }

  private async prepare(session: DeviceSession, body: DeviceMessage): Promise<void> {
    await this.loadFor(session, body);
    requireNoWipe(session, body);
    // Who has proved nothing can do nothing but ask for the wipe.
    if (session.envelope.unproven) return;
    await this.requireStanding(session, body);
    if (!BEFORE_PROVISIONING.has(body.type)) await this.requirePolicy(session, body);
  }

  private async requireStanding(session: DeviceSession, body: DeviceMessage): Promise<void> {
    const device = await this.desk.review(session.device, session.envelope);
    this.remembered.device = device;
    requireStanding(device, body);
    session.quarantine = await this.desk.notice(device);
    // Which of the folders is the Inbox, the device was told.
    if (session.quarantine) await session.load([HIERARCHY]);
  }

  private async requirePolicy(session: DeviceSession, body: DeviceMessage): Promise<void> {
    const { envelope, deviceState } = session;
    const policyKey = WITHOUT_POLICY_KEY.has(body.type) ? undefined : envelope.policyKey;
    const { policy } = this.deps;
    const { exempt } = session.device.control;
    const { status, state } = policy.check(envelope.identity, policyKey, deviceState.policy, exempt);
    if (state !== deviceState.policy) await session.save({ device: { ...deviceState, policy: state } });
    await markPolicy(session);
    if (status !== null && !envelope.exempt) throw new ProvisionRequired(status);
  }

  /** Loads the rows the message needs, and makes the device known at its first message. */
  private async loadFor(session: DeviceSession, body: DeviceMessage): Promise<void> {
    await session.load(foldersNamedIn(body), needsFolders(body));
    if (!this.remembered.device) {
      if (session.envelope.unproven) throw unproven();
      const { identity, deviceType } = session.envelope;
      this.remembered.device = await this.desk.admit(session.envelope);
      this.deps.events.deviceCreated(identity, deviceType);
    }
    // What the request leaves unsaid is only known now.
    await session.load(foldersImpliedBy(body, session.deviceState));
  }
}

/** The gateway's reports and claims name no folder of the account. */
const needsFolders = ({ type }: DeviceMessage): boolean =>
  !BEFORE_PROVISIONING.has(type) && type !== 'Claim' && type !== 'RecoveryPassword';

function foldersNamedIn(body: DeviceMessage): string[] {
  switch (body.type) {
    case 'Sync':
      return foldersOfSync(body, null);
    case 'FolderSync':
    case 'FolderChange':
    case 'Resolve':
    case 'Folders':
      return [HIERARCHY];
    case 'Ping':
      return [...(body.folders ?? []), HIERARCHY];
    case 'News':
      return [...body.folders];
    case 'Estimate':
      return body.collections.map((item) => item.id);
    case 'Settle':
      return [body.folder];
    case 'Undelivered':
      return body.keys.map((item) => item.folder);
    case 'Moved':
      return [...new Set(body.items.flatMap((item) => [item.from, item.to]))];
    default:
      return [];
  }
}

function foldersImpliedBy(body: DeviceMessage, state: DeviceState): string[] {
  if (body.type === 'Sync') return foldersOfSync(body, state.lastSync);
  if (body.type === 'Ping') return foldersOfPing(body, state.ping);
  return [];
}

/** As this device was told last. */
function isCache(session: DeviceSession, id: string): boolean {
  const state = session.state<HierarchyState>(HIERARCHY);
  const [, , type] = (state?.pending ?? state?.acked)?.folders[id] ?? [];
  return type !== undefined && isRecipientCache({ type });
}

async function resolved(
  session: DeviceSession,
  ids: readonly string[],
): Promise<Record<string, ResolvedFolder>> {
  const folders: Record<string, ResolvedFolder> = {};
  for (const id of ids) {
    const row = await session.folder(id);
    if (!row) continue;
    const itemClass = row.itemClass as ResolvedFolder['itemClass'];
    folders[id] = { path: row.path, itemClass, ...(isCache(session, id) && { isRecipientCache: true }) };
  }
  return folders;
}

async function allFolders(session: DeviceSession, refresh: boolean): Promise<Record<string, ResolvedFolder>> {
  if (refresh || (await session.folders()).size === 0) await session.refreshFolders();
  return resolved(session, [...(await session.folders()).keys()]);
}

async function touch(
  session: DeviceSession,
  more: Pick<DeviceSeen, 'information' | 'synced'>,
): Promise<null> {
  const { userAgent, protocolVersion } = session.envelope;
  const at = new Date(session.deps.now());
  await session.deps.store.touch(session.device.id, { at, userAgent, protocolVersion, ...more });
  const { facts, noted } = session.device;
  session.remember({
    facts: { ...factsOf(session.envelope, facts), deviceType: facts.deviceType },
    noted: { seen: at, synced: more.synced ? at : noted.synced },
  });
  return null;
}
