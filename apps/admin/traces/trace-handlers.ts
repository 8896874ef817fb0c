import type { TraceEntry } from '#bus';
import type { TracedDevice } from '#store';
import { invalid, maySee, unknown, type Change, type HandlersOf, type Principal } from '../call.js';
import type { AdminParts } from '../parts.js';

type TraceRoutes =
  | 'PUT /devices/{device}/trace'
  | 'DELETE /devices/{device}/trace'
  | 'GET /devices/{device}/trace'
  | 'GET /devices/{device}/trace/live';

const MINUTE = 60_000;

/** What a device sends and is sent: switched on for a while, read, followed, forgotten. */
export function traceHandlers({
  stores,
  traces,
  streams,
}: Pick<AdminParts, 'stores' | 'traces' | 'streams'>): HandlersOf<TraceRoutes> {
  const find = async (principal: Principal, id: string): Promise<TracedDevice> => {
    const device = await stores.traces.find(id);
    if (!device || !maySee(principal, device.identity.tenant, device.identity.user)) throw unknown('device');
    return device;
  };
  return {
    'PUT /devices/{device}/trace': async (call) => {
      const { principal, params, body } = call;
      const device = await find(principal, params.device);
      const until = new Date(Date.now() + body.minutes * MINUTE);
      if (!(await traces.start(device, until))) throw unknown('device');
      await call.audit({
        ...changeOf('device.trace', device),
        reason: body.reason,
        details: { minutes: body.minutes },
      });
      return { until: until.toISOString() };
    },
    'DELETE /devices/{device}/trace': async (call) => {
      const { principal, params, body } = call;
      const device = await find(principal, params.device);
      await traces.stop(device);
      await call.audit({ ...changeOf('device.trace.end', device), reason: body.reason });
    },
    'GET /devices/{device}/trace': async ({ principal, params, query }) => {
      const device = await find(principal, params.device);
      const after = query.cursor ?? '0';
      if (!/^\d{1,18}$/.test(after)) throw invalid('cursor', 'is not one that this list gave out');
      const rows = await traces.page(device, after, query.limit);
      const items = rows.flatMap(({ entry }) => (entry ? [textOf(entry)] : []));
      return { items, next: rows.length < query.limit ? null : (rows.at(-1)?.id ?? null) };
    },
    'GET /devices/{device}/trace/live': async (call) => {
      const device = await find(call.principal, call.params.device);
      const stream = streams.begin(call);
      // A reader that does not keep up misses entries; they are all in the list.
      stream.onEnd(traces.follow(device, (entry) => void stream.send('entry', textOf(entry))));
    },
  };
}

const changeOf = (action: string, { identity }: TracedDevice): Change => ({ action, ...identity });

const textOf = ({ at, node, kind, request, command, status, text }: TraceEntry) => ({
  at: new Date(at).toISOString(),
  node,
  kind,
  request,
  command,
  status: status ?? null,
  text,
});
