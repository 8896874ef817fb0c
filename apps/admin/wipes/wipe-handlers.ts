import type { AnswerOf, Routes } from '#admin-api';
import { whyNotApprove, whyNotCancel, whyNotWipe, type WipeRefusal } from '#policy';
import type { WipeableDevice, WipeKind, WipeRecord } from '#store';
import { maySee, Refused, unknown, type Call, type HandlersOf, type Principal } from '../call.js';
import type { AdminParts } from '../parts.js';
import { recoveryPasswordIn } from './recovery-password.js';

type WipeRoutes =
  | 'POST /devices/{device}/wipe'
  | 'POST /devices/{device}/wipe/approval'
  | 'DELETE /devices/{device}/wipe'
  | 'GET /devices/{device}/wipes'
  | 'GET /devices/{device}/recovery-password'
  | 'POST /me/devices/{device}/wipe'
  | 'DELETE /me/devices/{device}/wipe';

type Shown = AnswerOf<Routes['POST /devices/{device}/wipe']>;

const shown = ({ identity, requestedAt, sentAt, finishedAt, ...wipe }: WipeRecord): Shown => ({
  ...wipe,
  ...identity,
  requestedAt: requestedAt.toISOString(),
  sentAt: sentAt?.toISOString() ?? null,
  finishedAt: finishedAt?.toISOString() ?? null,
});

const refused = ({ code, detail }: WipeRefusal): Refused =>
  new Refused(code === 'same-administrator' ? 403 : 409, code, detail);

/** Somebody was faster: the device, or another administrator. */
const overtaken = (): Refused =>
  new Refused(409, 'wipe-changed', 'The wipe went on meanwhile. Look at it again.');

/** What a caller does to the wipe of a device, and why. */
interface Asked {
  readonly id: string;
  readonly principal: Principal;
  readonly reason: string | undefined;
  readonly audit: Call<'POST /devices/{device}/wipe'>['audit'];
}

const askedIn = (
  call: Pick<Call<'POST /devices/{device}/wipe/approval'>, 'params' | 'principal' | 'body' | 'audit'>,
): Asked => ({
  id: call.params.device,
  principal: call.principal,
  reason: call.body.reason,
  audit: call.audit,
});

/** Wipes of devices: asked for, agreed to, cancelled. Carrying them out is the device actors' part. */
class WipeDesk {
  constructor(private readonly parts: AdminParts) {}

  /** Throws Refused 404 for what the caller may not see. */
  async device({ id, principal }: Pick<Asked, 'id' | 'principal'>): Promise<WipeableDevice> {
    const device = await this.parts.stores.wipes.device(id);
    if (!device || !maySee(principal, device.identity.tenant, device.identity.user)) throw unknown('device');
    return device;
  }

  async request(asked: Asked, kind: WipeKind): Promise<Shown> {
    const device = await this.device(asked);
    if (kind === 'device' && asked.principal.role === 'helpdesk')
      throw new Refused(403, 'forbidden', 'The helpdesk may wipe accounts from devices, not whole devices.');
    const why = whyNotWipe(kind, device);
    if (why) throw refused(why);
    const waits = kind === 'device' && this.parts.core.configuration.admin.twoPersonWipe;
    const wipe = await this.parts.stores.wipes.request({
      deviceRowId: asked.id,
      kind,
      waits,
      reason: asked.reason ?? null,
      by: asked.principal.name,
    });
    if (!wipe) throw overtaken();
    return this.done(asked, wipe, 'device.wipe', waits ? 'wipe-waiting' : 'wipe-requested');
  }

  async approve(asked: Asked): Promise<Shown> {
    const { wipe } = await this.device(asked);
    const { wipes } = this.parts.stores;
    const [latest] = await wipes.ofDevice(asked.id);
    const by = asked.principal.name;
    const why = whyNotApprove(wipe, { requestedBy: latest?.requestedBy ?? by, by });
    if (why || !wipe) throw why ? refused(why) : overtaken();
    const approved = await wipes.step(wipe.id, 'approve', by);
    if (!approved) throw overtaken();
    return this.done(asked, approved, 'device.wipe.approve', 'wipe-requested');
  }

  async cancel(asked: Asked): Promise<Shown> {
    const { wipe } = await this.device(asked);
    const why = whyNotCancel(wipe);
    if (why || !wipe) throw why ? refused(why) : overtaken();
    const cancelled = await this.parts.stores.wipes.step(wipe.id, 'cancel');
    if (!cancelled) throw overtaken();
    return this.done(asked, cancelled, 'device.wipe.cancel', 'wipe-cancelled');
  }

  async history(asked: Pick<Asked, 'id' | 'principal'>): Promise<Shown[]> {
    await this.device(asked);
    return (await this.parts.stores.wipes.ofDevice(asked.id)).map(shown);
  }

  /** Wakes the device wherever it waits, and writes down who did what. */
  private async done(asked: Asked, wipe: WipeRecord, action: string, event: string): Promise<Shown> {
    const { bus, database } = this.parts;
    const { tenant, user, deviceId } = wipe.identity;
    bus.publish('device-changed', { tenant, user, device: deviceId });
    const { reason } = asked;
    const details = { wipe: wipe.id, kind: wipe.kind };
    await asked.audit({ action, tenant, user, deviceId, reason, details: { ...details, state: wipe.state } });
    await database.devices.addEvent(asked.id, event, { ...details, by: asked.principal.name });
    return shown(wipe);
  }
}

/** Wipes, and the password that unlocks a device. */
export function wipeHandlers(parts: AdminParts): HandlersOf<WipeRoutes> {
  const desk = new WipeDesk(parts);
  return {
    'POST /devices/{device}/wipe': (call) => desk.request(askedIn(call), call.body.kind),
    'POST /devices/{device}/wipe/approval': (call) => desk.approve(askedIn(call)),
    'DELETE /devices/{device}/wipe': (call) => desk.cancel(askedIn(call)),
    'GET /devices/{device}/wipes': async ({ principal, params }) => ({
      items: await desk.history({ id: params.device, principal }),
    }),
    'GET /devices/{device}/recovery-password': async ({ principal, params, audit }) => {
      const device = await desk.device({ id: params.device, principal });
      const recoveryPassword = recoveryPasswordIn(parts.core, device);
      // Written down before it is told: nobody learns it unseen.
      await audit({ action: 'device.recovery-password', ...device.identity });
      return { recoveryPassword };
    },
    // A caller of role `me` sees his own devices only.
    'POST /me/devices/{device}/wipe': (call) => desk.request(askedIn(call), call.body.kind),
    'DELETE /me/devices/{device}/wipe': (call) => desk.cancel(askedIn(call)),
  };
}
