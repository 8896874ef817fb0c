import { createHash } from 'node:crypto';
import type { QuarantineNotice } from '#backend';
import { shownInformation, TooManyDevices, type DeviceFacts, type DeviceRow, type Judgement } from '#store';
import { DeviceRefused, type AccessRulings, type DeviceDependencies } from './dependencies.js';
import { initialDeviceState } from './device-state.js';
import type { DeviceMessage, Envelope } from './messages.js';

/** Reports of the gateway on what it has begun already: they bring the phone nothing. */
export const REPORTS: ReadonlySet<string> = new Set<DeviceMessage['type']>([
  'Settle',
  'Undelivered',
  'Moved',
  'Outcome',
]);

/** What a quarantined device may ask: enough to be set up, to see the one mail and to wait. */
const IN_QUARANTINE: ReadonlySet<string> = new Set<DeviceMessage['type']>([
  'Admit',
  'Provision',
  'Information',
  'FolderSync',
  'Sync',
  'Estimate',
  'Ping',
  'News',
  'Resolve',
  'Folders',
]);

/** What the device is by its request: model and operating system it tells now and then, and they are remembered. */
export function factsOf(
  { deviceType, userAgent, protocolVersion, body }: Envelope,
  before: Pick<DeviceFacts, 'model' | 'os'>,
): DeviceFacts {
  const { model, os } = body.type === 'Information' ? shownInformation(body.information) : before;
  return { deviceType, userAgent, protocolVersion, model: model ?? '', os: os ?? '' };
}

const sameFacts = (a: DeviceFacts, b: DeviceFacts): boolean =>
  a.deviceType === b.deviceType &&
  a.userAgent === b.userAgent &&
  a.protocolVersion === b.protocolVersion &&
  a.model === b.model &&
  a.os === b.os;

/**
 * Whether a device is served, as rules and administrators have it. What they decided stands in the device's row; what rules
 * come to is held against it with every message, so that a device which was judged by older ones (made while they changed,
 * or by a host that had not heard) does not stay so. A host whose own rules are old finds that it may not write.
 */
export class StandingDesk {
  private judged: {
    readonly facts: DeviceFacts;
    readonly by: AccessRulings;
    readonly judgement: Judgement;
  } | null = null;

  constructor(private readonly deps: Pick<DeviceDependencies, 'store' | 'access' | 'now'>) {}

  /** Makes a device known. Throws DeviceRefused 177, and StoreUnavailable while no rules are known. */
  async admit(envelope: Envelope): Promise<DeviceRow> {
    const { access, store } = this.deps;
    const { identity, deviceType, userAgent } = envelope;
    const facts = factsOf(envelope, { model: '', os: '' });
    const rulings = await access.rulings();
    const judgement = rulings.judge({ identity, facts });
    const { maxDevices } = rulings.settings(identity.tenant);
    const admission = { judgement, maxDevices: judgement.standing === 'blocked' ? null : maxDevices };
    try {
      const row = await store.create(identity, { deviceType, userAgent }, initialDeviceState, admission);
      if (row.control.standing !== 'allowed') await this.told(row);
      return row;
    } catch (error) {
      if (error instanceof TooManyDevices) throw new DeviceRefused(177);
      throw error;
    }
  }

  /** The row as it stands now: another one if rules see the device otherwise. */
  async review(row: DeviceRow, envelope: Envelope): Promise<DeviceRow> {
    const { control } = row;
    const { access, store } = this.deps;
    if (REPORTS.has(envelope.body.type) || control.decision !== null || control.standingReason === 'wiped')
      return row;
    const facts = factsOf(envelope, row.facts);
    const rulings = await access.rulings();
    const judgement = this.judge(row, facts, rulings);
    const { standing, standingReason, exempt } = control;
    if (
      standing === judgement.standing &&
      standingReason === judgement.standingReason &&
      exempt === judgement.exempt
    )
      return row;
    if (await store.judge(row.id, judgement, rulings.revision))
      return { ...row, control: { ...control, ...judgement } };
    access.refresh();
    return row;
  }

  /** Remembered: most messages of a device find it and the rules as they were. */
  private judge({ identity }: DeviceRow, facts: DeviceFacts, by: AccessRulings): Judgement {
    const { judged } = this;
    if (judged?.by === by && sameFacts(judged.facts, facts)) return judged.judgement;
    const judgement = by.judge({ identity, facts });
    this.judged = { facts, by, judgement };
    return judgement;
  }

  private told({ id, control }: DeviceRow): Promise<void> {
    return this.deps.store.addEvent(id, control.standing, { reason: control.standingReason });
  }

  /** The one mail of a device in quarantine; null if it is in none. */
  async notice({ identity, control, facts }: DeviceRow): Promise<QuarantineNotice | null> {
    if (control.standing !== 'quarantined') return null;
    const { quarantineText: text } = (await this.deps.access.rulings()).settings(identity.tenant);
    const device = { id: identity.deviceId, type: facts.deviceType, model: facts.model };
    const digest = createHash('sha256')
      .update(JSON.stringify([text, identity]))
      .digest('hex');
    return { id: `q-${digest.slice(0, 10)}`, text, device, at: this.deps.now() };
  }
}

/** Throws DeviceRefused if the message is none that a device of this standing may send. */
export function requireStanding({ control, facts }: DeviceRow, { type }: DeviceMessage): void {
  if (REPORTS.has(type)) return;
  if (!control.accountEnabled) throw new DeviceRefused(126);
  if (control.standing === 'blocked' && !mayIntroduceItself(type, control.standingReason, facts))
    throw new DeviceRefused(129);
  if (control.standing === 'quarantined' && !IN_QUARANTINE.has(type)) throw new DeviceRefused(130);
}

/**
 * What a device is administrators want to know of a blocked one, too. And rules that let models in can only do so once the
 * device told its model: one that is shut out because no rule knows it yet may provision, as some phones tell it after that.
 */
const mayIntroduceItself = (
  type: DeviceMessage['type'],
  standingReason: string,
  { model, os }: DeviceFacts,
): boolean =>
  type === 'Information' ||
  (type === 'Provision' && standingReason === 'default' && model === '' && os === '');
