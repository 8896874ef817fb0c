import type { Connection } from './connection.js';
import type { ObjectNamesStore } from './object-names.js';
import * as statements from './object-names-statements.js';

/** ObjectNamesStore on PostgreSQL. */
export class PrismaObjectNamesStore implements ObjectNamesStore {
  /** The connection is asked for with each call: a process that needs nothing of it never opens it. */
  constructor(private readonly connection: () => Promise<Connection>) {}

  async find(account: string, folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const connection = await this.connection();
    const rows = await connection.query<{ id: string; name: string }>(statements.findNames, [
      account,
      folder,
      ids,
    ]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  async add(account: string, folder: string, names: ReadonlyMap<string, string>): Promise<void> {
    const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
    const connection = await this.connection();
    await connection.query(statements.addNames, [
      account,
      folder,
      sorted.map(([id]) => id),
      sorted.map(([, name]) => name),
    ]);
  }
}
