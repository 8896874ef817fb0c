import type { QueryOf, Routes } from '#admin-api';
import type { LiveRequest } from '#bus';
import { maySee, tenantFor, type Principal } from '../call.js';

export type LiveFilter = (request: LiveRequest) => boolean;

/**
 * What of all requests is shown to a caller who asks so: never more than he may see. A request that has not signed in
 * belongs to no tenant yet, and is for those who see all. Throws Refused 403.
 */
export function liveFilter(principal: Principal, query: QueryOf<Routes['GET /live']>): LiveFilter {
  const tenant = tenantFor(principal, query.tenant);
  const user = query.user?.toLowerCase();
  const device = query.deviceId?.toLowerCase();
  const command = query.command?.toLowerCase();
  return (request) =>
    (tenant === undefined || request.tenant === tenant) &&
    (user === undefined || request.user === user) &&
    (device === undefined || request.device === device) &&
    (command === undefined || request.command.toLowerCase() === command) &&
    (request.tenant === null
      ? principal.tenant === null && principal.user === null
      : maySee(principal, request.tenant, request.user ?? ''));
}
