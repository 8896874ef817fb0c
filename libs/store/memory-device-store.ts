import { isDeepStrictEqual } from 'node:util';
import {
  shownInformation,
  TooManyDevices,
  undecided,
  unmarked,
  type Admission,
  type DeviceControl,
  type DeviceFacts,
  type DeviceWipe,
  type Judgement,
  type PolicyMark,
  type SharedFolderRow,
} from './device-control.js';
import { planFolders, planRelocation, type SeenFolder } from './folder-plan.js';
import {
  ERROR_STANDS,
  StaleState,
  type ClaimTerms,
  type CollectionSave,
  type DeviceIdentity,
  type DeviceNoted,
  type DeviceRow,
  type DeviceSeen,
  type DeviceSave,
  type DeviceStore,
  type FolderRow,
  type Json,
  type LoadedDevice,
  type Segment,
  type SetAsideItem,
} from './types.js';
import { afterStep, type WipeStep } from './wipe-steps.js';

interface Collection {
  version: number;
  state: string;
  segments: Map<string, Uint8Array>;
}

interface Device {
  readonly id: string;
  readonly accountId: string;
  readonly identity: DeviceIdentity;
  version: number;
  state: string;
  readonly collections: Map<string, Collection>;
  readonly claims: Map<string, { result: string; expires: number }>;
  readonly setAside: Map<string, SetAsideItem>;
  attributes: { deviceType: string; userAgent: string; protocolVersion?: number; information?: Json };
  noted: DeviceNoted;
  lastError: { error: string; at: Date } | null;
  control: DeviceControl;
  policy: PolicyMark;
  recoveryPassword: string | null;
  readonly doubted: Set<string>;
  readonly events: { kind: string; details: Json }[];
}

interface ForDevice {
  /** Undefined: all devices of the account. */
  readonly deviceId?: string;
}

// States are kept as text, so that nobody can change one by keeping a reference to it.
const freeze = (state: Json): string => JSON.stringify(state);
const thaw = (text: string): Json => JSON.parse(text) as Json;

function factsOf({ attributes }: Device): DeviceFacts {
  const { deviceType, userAgent, protocolVersion = null, information } = attributes;
  const { model, os } = shownInformation(information);
  return { deviceType, userAgent, protocolVersion, model: model ?? '', os: os ?? '' };
}

/** The store in memory, for tests of the rooms above. Same contract as the real one (contract/device-store.ts). */
export class MemoryDeviceStore implements DeviceStore {
  private readonly accounts = new Map<string, string>();
  private readonly devices = new Map<string, Device>();
  private readonly folderRows = new Map<string, FolderRow[]>();
  private readonly shares = new Map<string, readonly (Omit<SharedFolderRow, 'isShown'> & ForDevice)[]>();
  private nextId = 1;
  /** Of the access rules in force. */
  accessRevision = '0';

  async load(
    identity: DeviceIdentity,
    folderIds: readonly string[],
    withFolders = false,
  ): Promise<LoadedDevice | null> {
    const device = this.find(identity);
    if (!device) return null;
    const collections = [...new Set(folderIds)].flatMap((folderId) => {
      const collection = device.collections.get(folderId);
      return collection ? [{ folderId, version: collection.version, state: thaw(collection.state) }] : [];
    });
    const folders = withFolders ? await this.folders(device.accountId) : null;
    return { device: this.row(device), collections, folders };
  }

  async create(
    identity: DeviceIdentity,
    attributes: { deviceType: string; userAgent: string },
    state: Json,
    admission?: Admission,
  ): Promise<DeviceRow> {
    const found = this.find(identity);
    if (found) return this.row(found);
    this.requireRoom(identity, admission);
    const account = `${identity.tenant}\0${identity.user}`;
    const accountId = this.accounts.get(account) ?? String(this.nextId++);
    this.accounts.set(account, accountId);
    const device: Device = {
      id: String(this.nextId++),
      accountId,
      identity,
      version: 1,
      state: freeze(state),
      collections: new Map(),
      claims: new Map(),
      setAside: new Map(),
      attributes: { ...attributes },
      noted: { seen: new Date(), synced: null },
      lastError: null,
      control: { ...undecided, ...admission?.judgement },
      policy: unmarked,
      recoveryPassword: null,
      doubted: new Set(),
      events: [],
    };
    this.devices.set(device.id, device);
    return this.row(device);
  }

  async save(change: DeviceSave): Promise<void> {
    const device = this.devices.get(change.deviceRowId);
    const collections = change.collections ?? [];
    if (!device) throw new StaleState('the device does not exist any more');
    if (change.device && change.device.expected !== device.version)
      throw new StaleState('the device changed');
    for (const { folderId, expected } of collections) {
      if ((device.collections.get(folderId)?.version ?? null) !== expected) {
        throw new StaleState(`collection ${folderId} changed`);
      }
    }
    if (change.device) {
      device.version += 1;
      device.state = freeze(change.device.state);
    }
    for (const collection of collections) this.saveCollection(device, collection);
  }

  async segments(deviceRowId: string, folderId: string, firsts: readonly string[]): Promise<Segment[]> {
    const stored = this.devices.get(deviceRowId)?.collections.get(folderId)?.segments;
    return [...new Set(firsts)].sort().flatMap((first) => {
      const data = stored?.get(first);
      return data ? [{ first, data: data.slice() }] : [];
    });
  }

  async folders(accountId: string): Promise<FolderRow[]> {
    return [...(this.folderRows.get(accountId) ?? [])];
  }

  async registerFolders(accountId: string, seen: readonly SeenFolder[]): Promise<FolderRow[]> {
    const rows = this.folderRows.get(accountId) ?? [];
    const plan = planFolders(rows, seen);
    const gone = rows
      .filter((row) => row.gone || plan.gone.includes(row.number))
      .map((row) => ({ ...row, gone: true }));
    this.folderRows.set(
      accountId,
      [...gone, ...plan.present].sort((a, b) => a.number - b.number),
    );
    return [...plan.present];
  }

  async relocateFolders(
    accountId: string,
    moves: readonly { number: number; path: string }[],
  ): Promise<void> {
    const rows = this.folderRows.get(accountId) ?? [];
    const changed = new Map(planRelocation(rows, moves).map((row) => [row.number, row]));
    this.folderRows.set(
      accountId,
      rows.map((row) => changed.get(row.number) ?? row),
    );
  }

  async claim(
    deviceRowId: string,
    key: string,
    ttl: number,
    { result = null, replacing }: ClaimTerms = {},
  ): Promise<{ result: Json } | null> {
    const claims = this.devices.get(deviceRowId)?.claims;
    const held = claims?.get(key);
    const recorded = held && held.expires > Date.now() ? { result: thaw(held.result) } : null;
    if (recorded && !(replacing !== undefined && isDeepStrictEqual(recorded.result, replacing)))
      return recorded;
    claims?.set(key, { result: freeze(result), expires: Date.now() + ttl * 1000 });
    return null;
  }

  async settle(deviceRowId: string, key: string, result: Json | undefined): Promise<void> {
    const claims = this.devices.get(deviceRowId)?.claims;
    const held = claims?.get(key);
    if (!held) return;
    if (result === undefined) claims?.delete(key);
    else held.result = freeze(result);
  }

  async putSetAside(deviceRowId: string, item: SetAsideItem): Promise<void> {
    this.devices.get(deviceRowId)?.setAside.set(`${item.folderId}\0${item.itemId}`, item);
  }

  async judge(deviceRowId: string, judgement: Judgement, revision: string): Promise<boolean> {
    const device = this.devices.get(deviceRowId);
    if (!device || revision !== this.accessRevision) return false;
    const { decision, standing, standingReason } = device.control;
    if (decision !== null || standingReason === 'wiped') return false;
    device.control = { ...device.control, ...judgement };
    if (standing !== judgement.standing)
      device.events.push({ kind: judgement.standing, details: { reason: judgement.standingReason } });
    return true;
  }

  async addEvent(deviceRowId: string, kind: string, details: Json): Promise<void> {
    this.devices.get(deviceRowId)?.events.push({ kind, details });
  }

  async stepWipe(wipeId: string, step: WipeStep): Promise<boolean> {
    const device = [...this.devices.values()].find(({ control }) => control.wipe?.id === wipeId);
    const wipe = device?.control.wipe;
    const next = wipe ? afterStep(wipe.state, step) : null;
    if (!device || !wipe || next === null) return false;
    const standing: Partial<DeviceControl> =
      next === 'confirmed' ? { decision: null, standing: 'blocked', standingReason: 'wiped' } : {};
    const kept: DeviceWipe | null = next === 'cancelled' ? null : { ...wipe, state: next };
    device.control = { ...device.control, ...standing, wipe: kept };
    return true;
  }

  async doubtWipe(wipeId: string): Promise<boolean> {
    const device = [...this.devices.values()].find(({ control }) => control.wipe?.id === wipeId);
    if (!device || device.doubted.has(wipeId)) return false;
    device.doubted.add(wipeId);
    return true;
  }

  async markPolicy(deviceRowId: string, mark: PolicyMark): Promise<void> {
    const device = this.devices.get(deviceRowId);
    if (device) device.policy = mark;
  }

  async keepRecoveryPassword(deviceRowId: string, sealed: string | null): Promise<void> {
    const device = this.devices.get(deviceRowId);
    if (device) device.recoveryPassword = sealed;
  }

  /** The sealed recovery password, for tests. */
  recoveryPasswordOf(identity: DeviceIdentity): string | null {
    return this.find(identity)?.recoveryPassword ?? null;
  }

  /** As an administrator would, for tests: decides about a device. */
  decide(identity: DeviceIdentity, control: Partial<DeviceControl>): void {
    const device = this.find(identity);
    if (!device) throw new Error('no such device');
    device.control = { ...device.control, ...control };
  }

  /** As an administrator would, for tests: these are all the shared folders of a user. */
  share(
    { tenant, user }: Pick<DeviceIdentity, 'tenant' | 'user'>,
    shares: readonly (Omit<SharedFolderRow, 'isShown'> & ForDevice)[],
  ): void {
    this.shares.set(`${tenant}\0${user}`, shares);
  }

  /** The device's timeline, for tests. */
  eventsOf(identity: DeviceIdentity): readonly { kind: string; details: Json }[] {
    return this.find(identity)?.events ?? [];
  }

  async touch(deviceRowId: string, seen: DeviceSeen): Promise<void> {
    const device = this.devices.get(deviceRowId);
    if (!device) return;
    const { at, synced = false, ...attributes } = seen;
    device.noted = { seen: at, synced: synced ? at : device.noted.synced };
    device.attributes = { ...device.attributes, ...attributes };
    if (synced && (device.lastError?.at.getTime() ?? 0) <= at.getTime() - ERROR_STANDS)
      device.lastError = null;
  }

  async noteError(deviceRowId: string, error: string, at: Date): Promise<void> {
    const device = this.devices.get(deviceRowId);
    if (device) device.lastError = { error, at };
  }

  async dropSetAside(
    deviceRowId: string,
    folderId: string,
    itemIds: readonly string[] | null,
  ): Promise<void> {
    const setAside = this.devices.get(deviceRowId)?.setAside;
    for (const [key, item] of setAside ?? [])
      if (item.folderId === folderId && (itemIds?.includes(item.itemId) ?? true)) setAside?.delete(key);
  }

  /** What the device could not be given, for tests. */
  setAsideOf(identity: DeviceIdentity): readonly SetAsideItem[] {
    return [...(this.find(identity)?.setAside.values() ?? [])];
  }

  /** What could not be done for the device, for tests. */
  errorOf(identity: DeviceIdentity): string | null {
    return this.find(identity)?.lastError?.error ?? null;
  }

  private requireRoom({ tenant, user }: DeviceIdentity, admission: Admission | undefined): void {
    const most = admission?.maxDevices ?? null;
    const own = [...this.devices.values()].filter(
      ({ identity, control }) =>
        identity.tenant === tenant && identity.user === user && control.standing !== 'blocked',
    );
    if (most !== null && own.length >= most) throw new TooManyDevices(`the user has ${own.length} devices`);
  }

  private find(identity: DeviceIdentity): Device | undefined {
    return [...this.devices.values()].find(
      (device) =>
        device.identity.tenant === identity.tenant &&
        device.identity.user === identity.user &&
        device.identity.deviceId === identity.deviceId,
    );
  }

  private row(device: Device): DeviceRow {
    const { id, accountId, identity, version, state, control, policy, noted } = device;
    const shares = this.shares.get(`${identity.tenant}\0${identity.user}`) ?? [];
    return {
      id,
      accountId,
      identity,
      version,
      state: thaw(state),
      control,
      policy,
      shares: shares.map(({ deviceId, ...share }) => ({
        ...share,
        isShown: deviceId === undefined || deviceId === identity.deviceId,
      })),
      facts: factsOf(device),
      noted,
    };
  }

  private saveCollection(device: Device, change: CollectionSave): void {
    const collection = device.collections.get(change.folderId) ?? {
      version: 0,
      state: '',
      segments: new Map<string, Uint8Array>(),
    };
    collection.version += 1;
    collection.state = freeze(change.state);
    if (change.dropAll) collection.segments.clear();
    for (const first of change.drop ?? []) collection.segments.delete(first);
    for (const { first, data } of change.put ?? []) collection.segments.set(first, data.slice());
    device.collections.set(change.folderId, collection);
  }
}
