import { sessionRoutes } from './routes/session.js';
import { overviewRoutes } from './routes/overview.js';
import { deviceRoutes } from './routes/devices.js';
import { userRoutes } from './routes/users.js';
import { tenantRoutes } from './routes/tenants.js';
import { policyRoutes } from './routes/policies.js';
import { accessRoutes } from './routes/access-rules.js';
import { operationRoutes } from './routes/operations.js';
import { selfRoutes } from './routes/me.js';

/** Every route under /admin/v1, by method and path. */
export const routes = {
  ...sessionRoutes,
  ...overviewRoutes,
  ...deviceRoutes,
  ...userRoutes,
  ...tenantRoutes,
  ...policyRoutes,
  ...accessRoutes,
  ...operationRoutes,
  ...selfRoutes,
};

export type Routes = typeof routes;
export type RouteName = keyof Routes;
/** Where they all begin. */
export const API_BASE = '/admin/v1';
