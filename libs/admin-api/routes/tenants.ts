import { managers, readers, route } from '../route.js';
import { list } from '../schemas/common.js';
import * as people from '../schemas/people.js';
import * as policies from '../schemas/policies.js';
import { ofTenant } from './parameters.js';

/** Tenants and their sources. */
export const tenantRoutes = {
  'GET /tenants': route({ summary: 'Tenants', who: readers, answer: list(people.Tenant) }),
  'GET /tenants/{tenant}': route({
    summary: 'A tenant',
    who: readers,
    params: ofTenant,
    answer: people.Tenant,
  }),
  'PATCH /tenants/{tenant}': route({
    summary: 'Change what becomes of new devices',
    who: managers,
    params: ofTenant,
    body: policies.ChangedTenantSettings,
    answer: people.Tenant,
  }),
  'GET /tenants/{tenant}/health': route({
    summary: 'Whether its sources can be reached, tried now',
    who: readers,
    params: ofTenant,
    answer: list(people.SourceHealth),
  }),
};
