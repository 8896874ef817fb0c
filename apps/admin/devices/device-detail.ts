import { describeFolders, namesOf } from '#device';
import type { DeviceWhole, Json } from '#store';
import { maySee, unknown, type Principal } from '../call.js';
import type { AdminParts } from '../parts.js';
import { healthOf } from './device-health.js';
import { isoOf, setAsideItemOf, summaryOf, type DeviceDetail } from './device-shapes.js';

/** Items and wipes in one answer; all of them are behind routes of their own. */
const SHOWN = 200;

/** The device of a number, if the caller may see it. Throws Refused 404. */
export async function deviceFor(
  { stores }: AdminParts,
  principal: Principal,
  id: string,
): Promise<DeviceWhole> {
  const device = await stores.devices.find(id);
  if (!device || !maySee(principal, device.tenant, device.user)) throw unknown('device');
  return device;
}

/** All that is known of a device, as every route answers that changed it. Throws Refused 404. */
export async function deviceDetail(
  parts: AdminParts,
  principal: Principal,
  id: string,
): Promise<DeviceDetail> {
  const { stores } = parts;
  const device = await deviceFor(parts, principal, id);
  const [collections, segments, setAside, wipes, shares] = await Promise.all([
    stores.devices.collections(id),
    stores.devices.segments(id),
    stores.devices.setAside({ device: id }, { limit: SHOWN }),
    stores.devices.wipes(id, SHOWN),
    stores.devices.shares(device.accountId, id),
  ]);
  const folders = describeFolders({ collections, segments });
  const names = namesOf(collections);
  return {
    ...summaryOf(device),
    facts: factsOf(device.information),
    accountEnabled: device.accountEnabled,
    exempt: device.exempt,
    policy: policyOf(device),
    hasRecoveryPassword: device.hasRecoveryPassword,
    folders,
    setAside: setAside.items.map((item) => setAsideItemOf(item, names.get(item.folder) ?? null)),
    shares: shares.map((share) => ({ ...share, createdAt: share.createdAt.toISOString() })),
    wipes: wipes.map(({ requestedAt, sentAt, finishedAt, ...wipe }) => ({
      ...wipe,
      requestedAt: requestedAt.toISOString(),
      sentAt: isoOf(sentAt),
      finishedAt: isoOf(finishedAt),
    })),
    traceUntil: isoOf(device.traceUntil),
    health: healthOf({ device, folders, setAside: setAside.items.length }, Date.now()),
  };
}

/** MS-ASCMD 2.2.3.43 DeviceInformation, as the phone sent it. */
function factsOf(information: Json): DeviceDetail['facts'] {
  const told = (name: string): string | null => {
    const value =
      information !== null && typeof information === 'object' && name in information
        ? (information as { readonly [key: string]: Json })[name]
        : null;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    imei: told('IMEI'),
    phoneNumber: told('PhoneNumber'),
    mobileOperator: told('MobileOperator'),
    osLanguage: told('OSLanguage'),
  };
}

function policyOf({ policyId, policyName, policyState }: DeviceWhole): DeviceDetail['policy'] {
  return {
    id: policyName === null ? null : policyId,
    name: policyName ?? 'configuration',
    acknowledged: policyState === 'applied' || policyState === 'partial',
  };
}
