import type { ScheduledJob, ScheduledMailStore } from './scheduled-mail.js';
import type { Json } from './types.js';

interface Row {
  work: Json | undefined;
  attempts: number;
  dueAt: number;
}

/** Keys kept of an account; a process without a database has no mails of years to remember. */
const MOST_KEPT = 10_000;

/** The store in memory, for tests and for processes without a database. Same contract as the real one (contract/scheduled-mail-store.ts). */
export class MemoryScheduledMailStore implements ScheduledMailStore {
  private readonly accounts = new Map<string, Map<string, Row>>();

  constructor(private readonly now: () => number = Date.now) {}

  async add(account: string, jobs: readonly { readonly key: string; readonly work: Json }[]): Promise<void> {
    const rows = this.rows(account);
    for (const { key, work } of jobs) {
      if (!rows.has(key)) rows.set(key, { work: structuredClone(work), attempts: 0, dueAt: this.now() });
    }
    for (const [key, { work }] of rows) {
      if (rows.size <= MOST_KEPT) break;
      if (work === undefined) rows.delete(key);
    }
  }

  async due(accounts: readonly string[]): Promise<string[]> {
    const isDue = ({ work, dueAt }: Row): boolean => work !== undefined && dueAt <= this.now();
    return accounts.filter((account) => [...(this.accounts.get(account)?.values() ?? [])].some(isDue));
  }

  async claim(account: string, limit: number, seconds: number): Promise<ScheduledJob[]> {
    const claimed: ScheduledJob[] = [];
    for (const [key, row] of this.rows(account)) {
      if (claimed.length >= limit) break;
      if (row.work === undefined || row.dueAt > this.now()) continue;
      row.attempts += 1;
      row.dueAt = this.now() + seconds * 1000;
      claimed.push({ key, work: structuredClone(row.work), attempts: row.attempts });
    }
    return claimed;
  }

  async settle(account: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const attempts = this.rows(account).get(key)?.attempts ?? 0;
      this.rows(account).set(key, { work: undefined, attempts, dueAt: this.now() });
    }
  }

  async postpone(account: string, key: string, seconds: number): Promise<void> {
    const row = this.rows(account).get(key);
    if (row) row.dueAt = this.now() + seconds * 1000;
  }

  async isSettled(account: string, key: string): Promise<boolean> {
    const row = this.rows(account).get(key);
    return row !== undefined && row.work === undefined;
  }

  private rows(account: string): Map<string, Row> {
    const rows = this.accounts.get(account) ?? new Map<string, Row>();
    this.accounts.set(account, rows);
    return rows;
  }
}
