import { accessHandlers } from './access/access-handlers.js';
import { Rejudging } from './access/rejudging.js';
import { appPasswordHandlers } from './app-passwords/app-password-handlers.js';
import { auditHandlers } from './audit/audit-handlers.js';
import type { Handlers } from './call.js';
import { deviceHandlers } from './devices/device-handlers.js';
import { repairHandlers } from './devices/repair-handlers.js';
import { importHandlers } from './imports/import-handlers.js';
import { assignmentHandlers } from './policies/assignment-handlers.js';
import { policyHandlers } from './policies/policy-handlers.js';
import { liveHandlers } from './live/live-handlers.js';
import type { AdminParts } from './parts.js';
import { traceHandlers } from './traces/trace-handlers.js';
import { oidcHandlers } from './oidc/oidc-handlers.js';
import { openApiHandlers } from './openapi-handlers.js';
import { sessionHandlers } from './sign-in/session-handlers.js';
import { shareHandlers } from './shares/share-handlers.js';
import { statisticsHandlers } from './statistics/statistics-handlers.js';
import { tenantHandlers } from './tenants/tenant-handlers.js';
import { tokenHandlers } from './tokens/token-handlers.js';
import { webhookHandlers } from './webhooks/webhook-handlers.js';
import { testHandlers } from './users/test-handlers.js';
import { userHandlers } from './users/user-handlers.js';
import { wipeHandlers } from './wipes/wipe-handlers.js';

/** What answers each route, by subject. One that nobody answers does not compile. */
export function handlersOf(parts: AdminParts): Handlers {
  const rejudging = new Rejudging({
    ...parts,
    report: (error) => parts.core.log.event('store.unavailable', { error }),
  });
  return {
    ...accessHandlers(parts, rejudging),
    ...tenantHandlers(parts, rejudging),
    ...policyHandlers(parts),
    ...assignmentHandlers(parts),
    ...liveHandlers(parts),
    ...traceHandlers(parts),
    ...appPasswordHandlers(parts),
    ...auditHandlers(parts),
    ...oidcHandlers(parts),
    ...openApiHandlers(),
    ...sessionHandlers(parts),
    ...tokenHandlers(parts),
    ...webhookHandlers(parts),
    ...deviceHandlers(parts),
    ...repairHandlers(parts),
    ...shareHandlers(parts),
    ...userHandlers(parts),
    ...testHandlers(parts),
    ...wipeHandlers(parts),
    ...statisticsHandlers(parts),
    ...importHandlers(parts),
  };
}
