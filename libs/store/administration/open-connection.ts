import type { Connection } from '../connection.js';

/** Opens the connection when it is first needed. Throws StoreUnavailable. */
export type OpenConnection = () => Promise<Connection>;
