import type { BodyOf, Routes } from '#admin-api';
import { MOST_SHARES, type ShareOwner, type ShareView } from '#store';
import { Refused, requireTenant, unknown, type Call, type HandlersOf, type Principal } from '../call.js';
import { deviceFor } from '../devices/device-detail.js';
import type { AdminParts } from '../parts.js';
import { sharedPlace } from './shared-place.js';

type OfUser = 'GET /users/{tenant}/{user}/shares' | 'POST /users/{tenant}/{user}/shares';
type RemoveOfUser = 'DELETE /users/{tenant}/{user}/shares/{share}';
type OfDevice = 'POST /devices/{device}/shares' | 'DELETE /devices/{device}/shares/{share}';
type Wanted = BodyOf<Routes['POST /devices/{device}/shares']>;

/** To whom a folder is shown, and the DeviceId for people where it is one device. */
interface Owner extends ShareOwner {
  readonly deviceId: string | null;
}

/** What a change needs of its call, whatever the route. */
type Caller = Pick<Call<OfUser>, 'principal' | 'audit'>;

/** Folders of somebody else that users and devices are shown. */
export function shareHandlers(parts: AdminParts): HandlersOf<OfUser | RemoveOfUser | OfDevice> {
  const desk = new ShareDesk(parts);
  const device = async ({ principal }: Caller, id: string): Promise<Owner> => {
    const { tenant, user, deviceId } = await deviceFor(parts, principal, id);
    return { tenant, user, device: id, deviceId };
  };
  return {
    'GET /users/{tenant}/{user}/shares': async ({ principal, params }) => {
      const { tenant, user } = userOf(principal, params);
      return { items: (await parts.stores.shares.ofUser(tenant, user)).map(shown) };
    },
    'POST /users/{tenant}/{user}/shares': (call) =>
      desk.add(userOf(call.principal, call.params), call.body, call),
    'DELETE /users/{tenant}/{user}/shares/{share}': (call) =>
      desk.remove(userOf(call.principal, call.params), call.params.share, call.body.reason, call),
    'POST /devices/{device}/shares': async (call) =>
      desk.add(await device(call, call.params.device), call.body, call),
    'DELETE /devices/{device}/shares/{share}': async (call) =>
      desk.remove(await device(call, call.params.device), call.params.share, call.body.reason, call),
  };
}

class ShareDesk {
  constructor(private readonly parts: AdminParts) {}

  async add(owner: Owner, { itemClass, path, name, reason }: Wanted, caller: Caller) {
    const { core, stores } = this.parts;
    const tenant = core.accounts.tenants.named(owner.tenant);
    if (!tenant) throw unknown('tenant');
    const added = await stores.shares.add(owner, {
      itemClass,
      name: name ?? null,
      path: sharedPlace(tenant.settings, { itemClass, path }),
      createdBy: caller.principal.name,
    });
    if (added === 'exists') throw new Refused(409, 'exists', 'This folder is shown there already.');
    if (added === 'too-many')
      throw new Refused(409, 'too-many', `A user and his devices have ${MOST_SHARES} such folders at most.`);
    await this.tell(owner);
    await caller.audit({ ...about(owner, added), action: 'share.add', reason });
    return shown(added);
  }

  async remove(owner: Owner, id: string, reason: string | undefined, caller: Caller): Promise<void> {
    const removed = await this.parts.stores.shares.remove(owner, id);
    if (!removed) throw unknown('share');
    await this.tell(owner);
    await caller.audit({ ...about(owner, removed), action: 'share.remove', reason });
  }

  /**
   * All devices of the user are told, also of a folder for one of them: their actors must know of it, so that it is not gone
   * to them. Those that wait come back, and Ping says that the folders changed.
   */
  private async tell({ tenant, user }: Owner): Promise<void> {
    for (const device of await this.parts.stores.people.deviceIds(tenant, user))
      this.parts.bus.publish('device-changed', { tenant, user, device });
  }
}

function userOf(principal: Principal, params: { readonly tenant: string; readonly user: string }): Owner {
  requireTenant(principal, params.tenant);
  return { tenant: params.tenant, user: params.user.toLowerCase(), device: null, deviceId: null };
}

const about = ({ tenant, user, deviceId }: Owner, { id, itemClass, path, name }: ShareView) => ({
  tenant,
  user,
  deviceId,
  target: path,
  details: { id, itemClass, path, name },
});

const shown = ({ createdAt, ...share }: ShareView) => ({ ...share, createdAt: createdAt.toISOString() });
