import type { Connection } from './connection.js';
import type { ScheduledJob, ScheduledMailStore } from './scheduled-mail.js';
import * as statements from './scheduled-mail-statements.js';
import type { Json } from './types.js';

interface ClaimedRow extends ScheduledJob {
  readonly noted_at: Date;
}

const isBefore = (one: ClaimedRow, other: ClaimedRow): number =>
  one.noted_at.getTime() - other.noted_at.getTime() || (one.key < other.key ? -1 : 1);

/** ScheduledMailStore on PostgreSQL. */
export class PrismaScheduledMailStore implements ScheduledMailStore {
  /** The connection is asked for with each call: a process that needs nothing of it never opens it. */
  constructor(private readonly connection: () => Promise<Connection>) {}

  async add(account: string, jobs: readonly { readonly key: string; readonly work: Json }[]): Promise<void> {
    // One row a statement: the same key twice is one piece of work.
    const byKey = [...new Map(jobs.map(({ key, work }) => [key, JSON.stringify(work)]))].sort();
    if (byKey.length === 0) return;
    const values = [account, byKey.map(([key]) => key), byKey.map(([, work]) => work)];
    await (await this.connection()).query(statements.addWork, values);
  }

  async due(accounts: readonly string[]): Promise<string[]> {
    const connection = await this.connection();
    const rows = await connection.query<{ account: string }>(statements.dueAccounts, [accounts]);
    return rows.map(({ account }) => account);
  }

  async claim(account: string, limit: number, seconds: number): Promise<ScheduledJob[]> {
    const connection = await this.connection();
    const rows = await connection.query<ClaimedRow>(statements.claimWork, [account, limit, seconds]);
    return rows.sort(isBefore).map(({ key, work, attempts }) => ({ key, work, attempts }));
  }

  async settle(account: string, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await (await this.connection()).query(statements.settleWork, [account, [...new Set(keys)].sort()]);
  }

  async postpone(account: string, key: string, seconds: number): Promise<void> {
    await (await this.connection()).query(statements.postponeWork, [account, key, seconds]);
  }

  async isSettled(account: string, key: string): Promise<boolean> {
    const connection = await this.connection();
    return (await connection.query(statements.settledWork, [account, key])).length > 0;
  }
}
