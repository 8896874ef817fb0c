import type { Bus } from '#bus';
import type { AdministrationStores, Database } from '#store';
import type { Core } from '../assembly/core.js';
import type { SignInParts } from './sign-in/sign-in-parts.js';
import type { EventStreams } from './live/event-streams.js';
import type { KnownNodes } from './live/known-nodes.js';
import type { LiveView } from './live/live-view.js';
import type { NodeWatch } from './statistics/node-watch.js';
import type { TraceKeeper } from './traces/trace-keeper.js';

/** What the routes of the API work with. */
export interface AdminParts {
  readonly core: Core;
  readonly bus: Bus;
  readonly database: Database;
  readonly stores: AdministrationStores;
  readonly signIn: SignInParts;
  /** The processes of the installation. */
  readonly nodes: KnownNodes;
  /** How they do. */
  readonly watch: NodeWatch;
  /** The requests of all of them. */
  readonly live: LiveView;
  readonly traces: TraceKeeper;
  readonly streams: EventStreams;
}
