import type { Connection } from '../connection.js';

/** Opens the connection when it is first needed. Throws StoreUnavailable. */
export type OpenConnection = () => Promise<Connection>;

/**
 * What administrators decide and see, one small store a subject. Every method throws StoreUnavailable while the database
 * is away.
 */
export class AdministrationStores {
  constructor(protected readonly open: OpenConnection) {}
}
