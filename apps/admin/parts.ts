import type { Bus } from '#bus';
import type { AdministrationStores, Database } from '#store';
import type { Core } from '../assembly/core.js';

/** What the routes of the API work with. */
export interface AdminParts {
  readonly core: Core;
  readonly bus: Bus;
  readonly database: Database;
  readonly stores: AdministrationStores;
}
