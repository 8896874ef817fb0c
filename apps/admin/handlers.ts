import { routes, type RouteName } from '#admin-api';
import { Refused, type Handlers } from './call.js';
import { deviceHandlers } from './devices/device-handlers.js';
import type { AdminParts } from './parts.js';

/** What answers each route, by subject. */
export function handlersOf(parts: AdminParts): Handlers {
  const missing = async (): Promise<never> => {
    throw new Refused(503, 'not-yet', `No handler on ${parts.core.node}.`);
  };
  const fallback: Handlers = Object.fromEntries(
    Object.keys(routes).map((name) => [name as RouteName, missing]),
  ) as never;
  return {
    ...fallback,
    ...deviceHandlers(parts),
  };
}
