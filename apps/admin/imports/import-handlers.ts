import { parseLogin, type Tenants } from '#accounts';
import type { BodyOf, Routes } from '#admin-api';
import { initialDeviceState } from '#device';
import { unprovisioned } from '#policy';
import type { DeviceIdentity } from '#store';
import type { HandlersOf } from '../call.js';
import type { AdminParts } from '../parts.js';

type Given = BodyOf<Routes['POST /imports']>['devices'][number];

/** No policy of ours: the key is known, and the phone is told that there is another policy now (Status 143). */
const ELSEWHERE = 'imported';

/** Whose device it is; a text says why nobody's here. */
function identityOf(tenants: Tenants, { tenant: named, user, deviceId }: Given): DeviceIdentity | string {
  const login = parseLogin(user);
  if (!login) return 'the user is no login';
  const tenant = named === undefined ? tenants.find(login) : tenants.named(named);
  if (!tenant) return named === undefined ? 'no tenant has this domain' : 'there is no such tenant';
  return { tenant: tenant.name, user: login.user, deviceId: deviceId.toLowerCase() };
}

/**
 * What the phone shows with its next request is its old policy key: it is no stranger, and provisions without its user.
 * Its folders have other ids here and its sync keys are another server's: it loads its folders anew (Status 3 and 9), which
 * phones do by themselves. Folder ids are therefore taken and not kept.
 */
function stateOf({ policyKey }: Given) {
  const isKey = policyKey !== undefined && policyKey !== '0';
  const policy = isKey
    ? { ...unprovisioned, policy: ELSEWHERE, final: policyKey, acknowledged: ELSEWHERE }
    : null;
  return { ...initialDeviceState, policy };
}

const toImport = (identity: DeviceIdentity, given: Given) => {
  const { deviceType, userAgent, model, os, friendlyName, imei, phoneNumber, protocolVersion, wiped } = given;
  const lastSeenAt = new Date(given.lastSeenAt ?? given.firstSeenAt ?? Date.now());
  return {
    ...{ identity, deviceType, userAgent, wiped, lastSeenAt },
    model: model ?? null,
    os: os ?? null,
    friendlyName: friendlyName ?? null,
    protocolVersion: protocolVersion === undefined ? null : Math.round(Number(protocolVersion) * 10),
    information: {
      ...(model !== undefined && { Model: model }),
      ...(os !== undefined && { OS: os }),
      ...(friendlyName !== undefined && { FriendlyName: friendlyName }),
      ...(imei !== undefined && { IMEI: imei }),
      ...(phoneNumber !== undefined && { PhoneNumber: phoneNumber }),
    },
    state: stateOf(given),
    firstSeenAt: new Date(given.firstSeenAt ?? lastSeenAt),
  };
};

/** Devices of another server. */
export function importHandlers({ core, stores, database }: AdminParts): HandlersOf<'POST /imports'> {
  const { imports } = stores;
  return {
    'POST /imports': async ({ query, body, audit }) => {
      const dryRun = body.dryRun || query.dryRun === true;
      const refused: { user: string; deviceId: string; reason: string }[] = [];
      let [made, known] = [0, 0];
      for (const given of body.devices) {
        const identity = identityOf(core.accounts.tenants, given);
        if (typeof identity === 'string') {
          refused.push({ user: given.user, deviceId: given.deviceId, reason: identity });
          continue;
        }
        if (dryRun) {
          if (await imports.isKnown(identity)) known++;
          else made++;
          continue;
        }
        const id = await imports.make(toImport(identity, given));
        if (id === null) known++;
        else {
          made++;
          await database.devices.addEvent(id, 'imported', {});
        }
      }
      if (!dryRun && made > 0) await audit({ action: 'device.import', details: { made, known } });
      return { made, known, refused };
    },
  };
}
