import type { AdminClient } from '#admin-api';
import type { DeviceIdentity, DeviceRow } from '#store';
import { sealRecoveryPassword } from '../../assembly/recovery-password.js';
import { AdminStage } from '../testing/admin-stage.js';

let stage: AdminStage;
let tenant: AdminClient;
let helpdesk: AdminClient;
beforeAll(async () => {
  stage = await AdminStage.open({ configuration: { admin: { twoPersonWipe: true } } });
  tenant = await stage.as({ role: 'tenant' });
  helpdesk = await stage.as({ role: 'helpdesk' });
});
afterAll(() => stage.close());

let serial = 0;
/** A device that spoke this version last. */
async function device(protocolVersion = 161, user = 'ada', owner = 'acme'): Promise<DeviceRow> {
  const row = await stage.device(`lost${(serial += 1)}`, user, owner);
  await stage.database.devices.touch(row.id, { at: new Date(), protocolVersion });
  return row;
}

const wipe = (who: AdminClient, { id }: DeviceRow, kind: 'account' | 'device', reason = 'stolen') =>
  who.call('POST /devices/{device}/wipe', { params: { device: id }, body: { kind, reason } });
const cancel = (who: AdminClient, { id }: DeviceRow) =>
  who.call('DELETE /devices/{device}/wipe', { params: { device: id }, body: {} });
const approve = (who: AdminClient, { id }: DeviceRow) =>
  who.call('POST /devices/{device}/wipe/approval', { params: { device: id }, body: {} });
const historyOf = async ({ id }: DeviceRow) =>
  (await stage.first.call('GET /devices/{device}/wipes', { params: { device: id } })).items;
const control = async ({ identity }: DeviceRow) =>
  (await stage.database.devices.load(identity, []))!.device.control;
const isTold = async ({ deviceId }: DeviceIdentity) =>
  (await stage.database.administration.wipes.inForce()).some((one) => one.deviceId === deviceId);

const refusal = (status: number, code: string) => ({ status, problem: { code } });

describe('a wipe', () => {
  it('is asked for, wakes the device, is carried out once it says so, and every step is on record', async () => {
    const lost = await device();
    const woken: unknown[] = [];
    const leave = stage.core.bus.subscribe('device-changed', (message) => woken.push(message));
    const asked = await wipe(helpdesk, lost, 'account');
    leave();
    const { tenant: acme, user, deviceId } = lost.identity;
    expect(woken).toEqual([{ tenant: acme, user, device: deviceId }]);
    expect(asked).toMatchObject({
      kind: 'account',
      state: 'requested',
      reason: 'stolen',
      sentAt: null,
      deviceId,
    });
    expect(await isTold(lost.identity)).toBe(true);
    expect((await control(lost)).wipe).toEqual({ id: asked.id, kind: 'account', state: 'requested' });
    const { devices } = stage.database;
    expect(await devices.stepWipe(asked.id, 'send')).toBe(true);
    await expect(cancel(stage.first, lost)).rejects.toMatchObject(refusal(409, 'wipe-sent'));
    expect(await devices.doubtWipe(asked.id)).toBe(true);
    expect(await devices.doubtWipe(asked.id)).toBe(false);
    expect(await historyOf(lost)).toMatchObject([{ state: 'sent', verified: false }]);
    expect(await devices.stepWipe(asked.id, 'confirm', true)).toBe(true);
    expect(await devices.stepWipe(asked.id, 'confirm', true)).toBe(false);
    expect(await control(lost)).toMatchObject({
      standing: 'blocked',
      standingReason: 'wiped',
      decision: null,
    });
    expect(await isTold(lost.identity)).toBe(false);
    const [done] = await historyOf(lost);
    expect(done).toMatchObject({ state: 'confirmed', verified: true, requestedBy: asked.requestedBy });
    expect([done?.sentAt, done?.finishedAt]).not.toContain(null);
    const { items } = await stage.first.call('GET /audit', { query: { action: 'device.wipe' } });
    expect(items[0]).toMatchObject({ action: 'device.wipe', deviceId, reason: 'stolen' });
  });

  it('of an account is refused, and nothing else done in its place, where the device cannot do it', async () => {
    for (const version of [121, 160]) {
      const old = await device(version);
      await expect(wipe(tenant, old, 'account')).rejects.toMatchObject(
        refusal(409, 'account-wipe-unsupported'),
      );
      expect((await control(old)).wipe).toBeNull();
    }
  });

  it('may be cancelled until the device was told, and asked for again then', async () => {
    const lost = await device();
    await wipe(tenant, lost, 'account');
    await expect(wipe(tenant, lost, 'account')).rejects.toMatchObject(refusal(409, 'wipe-under-way'));
    expect(await cancel(helpdesk, lost)).toMatchObject({ state: 'cancelled' });
    expect((await control(lost)).wipe).toBeNull();
    await expect(cancel(helpdesk, lost)).rejects.toMatchObject(refusal(409, 'no-wipe'));
    await wipe(tenant, lost, 'account');
    expect((await historyOf(lost)).map(({ state }) => state)).toEqual(['requested', 'cancelled']);
  });

  it('is never both sent and cancelled, nor asked for twice, by those who come at once', async () => {
    for (let round = 0; round < 10; round++) {
      const lost = await device();
      const asked = await Promise.allSettled([1, 2, 3].map(() => wipe(tenant, lost, 'account')));
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [{ id } = { id: '' }] = await historyOf(lost);
      const steps = await Promise.all([
        stage.database.devices.stepWipe(id, 'send'),
        stage.database.devices.stepWipe(id, 'send'),
        stage.database.devices.stepWipe(id, 'cancel'),
      ]);
      expect(steps.filter(Boolean)).toHaveLength(1);
      const cancelled = steps[2] === true;
      expect((await control(lost)).wipe?.state ?? 'cancelled').toBe(cancelled ? 'cancelled' : 'sent');
      expect(await historyOf(lost)).toMatchObject([{ state: cancelled ? 'cancelled' : 'sent' }]);
    }
  });
});

describe('a wipe of a whole device', () => {
  it('is not for the helpdesk', async () => {
    const lost = await device();
    await expect(wipe(helpdesk, lost, 'device')).rejects.toMatchObject({ status: 403 });
    expect(await historyOf(lost)).toEqual([]);
  });

  it('waits for a second administrator, where the installation wants it', async () => {
    const lost = await device(121);
    expect(await wipe(tenant, lost, 'device')).toMatchObject({ state: 'waiting' });
    expect(await isTold(lost.identity)).toBe(false);
    await expect(approve(tenant, lost)).rejects.toMatchObject(refusal(403, 'same-administrator'));
    expect(await approve(stage.first, lost)).toMatchObject({
      state: 'requested',
      approvedBy: 'first administrator',
    });
    expect(await isTold(lost.identity)).toBe(true);
    await expect(approve(stage.first, lost)).rejects.toMatchObject(refusal(409, 'wipe-not-waiting'));
  });
});

describe('whose wipe it is', () => {
  it('users wipe their own devices, and know of no others', async () => {
    const me = await stage.as({ role: 'me' });
    const own = await device();
    const mine = (method: 'POST' | 'DELETE', { id }: DeviceRow) =>
      method === 'POST'
        ? me.call('POST /me/devices/{device}/wipe', { params: { device: id }, body: { kind: 'account' } })
        : me.call('DELETE /me/devices/{device}/wipe', { params: { device: id }, body: {} });
    expect(await mine('POST', own)).toMatchObject({ state: 'requested' });
    expect(await mine('DELETE', own)).toMatchObject({ state: 'cancelled' });
    for (const other of [await device(161, 'bob'), await device(161, 'ada', 'globex')]) {
      await expect(mine('POST', other)).rejects.toMatchObject(refusal(404, 'unknown-device'));
      await expect(mine('DELETE', other)).rejects.toMatchObject(refusal(404, 'unknown-device'));
    }
  });

  it('administrators of a tenant reach no device of another', async () => {
    const other = await device(161, 'ada', 'globex');
    for (const asked of [
      () => wipe(tenant, other, 'account'),
      () => cancel(tenant, other),
      () => approve(tenant, other),
    ])
      await expect(asked()).rejects.toMatchObject(refusal(404, 'unknown-device'));
  });
});

describe('the password that unlocks a device', () => {
  const read = (who: AdminClient, { id }: DeviceRow) =>
    who.call('GET /devices/{device}/recovery-password', { params: { device: id } });

  it('is read by those who manage, on record, and stands nowhere else', async () => {
    const lost = await device();
    await expect(read(tenant, lost)).rejects.toMatchObject(refusal(404, 'no-recovery-password'));
    const sealed = sealRecoveryPassword(stage.core, lost.identity, '0815-4711');
    await stage.database.devices.keepRecoveryPassword(lost.id, sealed);
    expect(await read(tenant, lost)).toEqual({ recoveryPassword: '0815-4711' });
    await expect(read(helpdesk, lost)).rejects.toMatchObject({ status: 403 });
    const audit = await stage.first.call('GET /audit', {});
    const told = audit.items.filter(({ action }) => action === 'device.recovery-password');
    expect(told.map(({ deviceId }) => deviceId)).toEqual([lost.identity.deviceId]);
    const shown = await stage.first.call('GET /devices/{device}', { params: { device: lost.id } });
    expect(shown.hasRecoveryPassword).toBe(true);
    for (const text of [JSON.stringify(audit), JSON.stringify(shown)]) {
      expect(text).not.toContain('0815');
      expect(text).not.toContain(sealed);
    }
  });

  it('of one device cannot be read as that of another', async () => {
    const [one, other] = [await device(), await device(161, 'bob')];
    await stage.database.devices.keepRecoveryPassword(
      other.id,
      sealRecoveryPassword(stage.core, one.identity, '0815'),
    );
    await expect(read(tenant, other)).rejects.toMatchObject(refusal(409, 'recovery-password-sealed'));
  });
});
