import { namesOf } from '#device';
import { InvalidCursor } from '#store';
import { invalid, tenantFor, type Call, type HandlersOf } from '../call.js';
import type { AdminParts } from '../parts.js';
import { deviceDetail, deviceFor } from './device-detail.js';
import { setAsideItemOf, summaryOf } from './device-shapes.js';
import { sendDevicesCsv } from './devices-csv.js';

type Looks =
  | 'GET /devices'
  | 'GET /devices.csv'
  | 'GET /devices/{device}'
  | 'GET /devices/{device}/timeline'
  | 'GET /set-aside'
  | 'GET /me/devices';

/** A list that is asked for from a place it does not have: 422. */
export async function listed<T>(list: Promise<T>): Promise<T> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof InvalidCursor) throw invalid('cursor', 'is not one that this list gave out');
    throw error;
  }
}

/** What there is of devices. */
export function deviceHandlers(parts: AdminParts): HandlersOf<Looks> {
  const { devices } = parts.stores;
  return {
    'GET /devices': async ({ query, principal }) => {
      const { sort, order, cursor, limit, ...filter } = query;
      const tenant = tenantFor(principal, filter.tenant);
      const page = await listed(devices.page({ ...filter, tenant }, { sort, order, cursor, limit }));
      return { items: page.items.map(summaryOf), next: page.next };
    },
    'GET /devices.csv': async ({ query, principal, response }) => {
      const tenant = tenantFor(principal, query.tenant);
      await sendDevicesCsv(response, devices.all({ ...query, tenant }));
    },
    'GET /devices/{device}': ({ params, principal }) => deviceDetail(parts, principal, params.device),
    'GET /devices/{device}/timeline': async ({ params, query, principal }) => {
      const { id } = await deviceFor(parts, principal, params.device);
      const page = await listed(devices.timeline(id, query));
      const items = page.items.map(({ at, details, ...event }) => ({
        ...event,
        at: at.toISOString(),
        details: detailsOf(details),
      }));
      return { items, next: page.next };
    },
    'GET /set-aside': (call) => setAside(parts, call),
    'GET /me/devices': async ({ principal: { tenant, user } }) => {
      if (tenant === null || user === null) return { items: [] };
      // Whoever has more than this has no use for a list.
      const page = await devices.page({ tenant, user }, { sort: 'lastSeenAt', limit: 500 });
      return { items: page.items.map(summaryOf) };
    },
  };
}

type Details = Readonly<Record<string, never>>;

const detailsOf = (details: unknown): Details =>
  typeof details === 'object' && details !== null && !Array.isArray(details) ? (details as Details) : {};

async function setAside(parts: AdminParts, { query, principal }: Call<'GET /set-aside'>) {
  const { devices } = parts.stores;
  const { user, cursor, limit } = query;
  const tenant = tenantFor(principal, query.tenant);
  const page = await listed(devices.setAside({ tenant, user }, { cursor, limit }));
  const names = await folderNames(parts, [...new Set(page.items.map(({ device }) => device))]);
  const items = page.items.map((item) =>
    setAsideItemOf(item, names.get(`${item.device} ${item.folder}`) ?? null),
  );
  return { items, next: page.next };
}

/** Names of folders as each of these devices knows them, by device and folder. */
async function folderNames({ stores }: AdminParts, ids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { device, state } of await stores.devices.hierarchies(ids)) {
    for (const [folder, name] of namesOf([{ folderId: 'hierarchy', state }]))
      names.set(`${device} ${folder}`, name);
  }
  return names;
}
