/**
 * Who waits for what. A phone that waits for news (Ping, Sync with a Wait) is held by the WatchHub: one small object,
 * no timer, no thread. All waiting phones of an account share one watch of its source. When the source tells of
 * something (or its server does, where nothing need be open for it), and no more has come for a moment, each waiter is asked whether it is news for its device; only then the
 * phone wakes.
 */
export type { EndReason, Folders, Held, Waiter } from './hold.js';
export { WatchHub, type HoldRequest, type Moment, type WatchHubOptions } from './hub.js';
export { PushedSources, type PushedSourcesOptions } from './pushed-sources.js';
export type { StandingWatch, WatchedBackend, WatchObserver } from './room.js';
export {
  NewestRequests,
  type DeviceRequest,
  type NewestRequestsOptions,
  type RequestsCame,
} from './newest-requests.js';
export { watchedPlace, WatchedSources } from './watched-sources.js';
