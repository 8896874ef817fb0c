import {
  UNTOUCHED_DAYS,
  type CategoryRow,
  type MailAlias,
  type MailNotesStore,
  type NotePatch,
  type NotedRow,
} from './mail-notes.js';
import type { Json } from './types.js';

interface Row {
  item: string;
  stable: string | null;
  followUp: Json;
  lastVerb: Json;
  revision: string;
  gone: boolean;
  touched: number;
}

const millisecondsPerDay = 86_400_000;
const isEmpty = ({ followUp, lastVerb, stable }: Row): boolean =>
  followUp === null && lastVerb === null && stable === null;
/** As a database would: nobody can change a note by keeping a reference to it. */
const copy = (value: Json): Json => structuredClone(value);

/** The store in memory, for tests of the rooms above. Same contract as the real one (contract/mail-notes-store.ts). */
export class MemoryMailNotesStore implements MailNotesStore {
  /** By account, folder and item. */
  private readonly accounts = new Map<string, Map<string, Map<string, Row>>>();
  private readonly named = new Map<string, CategoryRow[]>();
  private revisions = 0;

  constructor(private readonly now: () => number = Date.now) {}

  async find(account: string, folder: string, items: readonly string[]): Promise<NotedRow[]> {
    const wanted = new Set(items);
    const found = [...this.rows(account, folder).values()].filter(
      ({ item, stable }) => wanted.has(item) || stable !== null,
    );
    for (const row of found) if (!row.gone) row.touched = this.now();
    return found.map(({ touched: _, ...row }) => ({
      ...row,
      followUp: copy(row.followUp),
      lastVerb: copy(row.lastVerb),
    }));
  }

  async aliases(account: string): Promise<MailAlias[]> {
    return [...this.folders(account)].flatMap(([folder, rows]) =>
      [...rows.values()].flatMap(({ item, stable, gone }) =>
        stable === null || gone ? [] : [{ folder, item, stable }],
      ),
    );
  }

  async put(account: string, folder: string, item: string, patch: NotePatch): Promise<string | null> {
    this.sweep(account);
    const rows = this.rows(account, folder);
    const row = rows.get(item) ?? this.row(item, null);
    if (patch.followUp !== undefined) row.followUp = copy(patch.followUp);
    if (patch.lastVerb !== undefined) row.lastVerb = copy(patch.lastVerb);
    row.gone = false;
    if (isEmpty(row)) rows.delete(item);
    else rows.set(item, row);
    return isEmpty(row) ? null : this.revise(row);
  }

  async replace(
    account: string,
    folder: string,
    { stable, from, to }: { readonly stable: string; readonly from: string; readonly to: string },
  ): Promise<string | null> {
    const rows = this.rows(account, folder);
    const known = rows.get(from);
    if (known ? known.gone || (known.stable ?? known.item) !== stable : from !== stable) return null;
    if (!known && [...rows.values()].some((row) => row.stable === stable)) return null;
    const row = known ?? this.row(to, stable);
    rows.delete(from);
    Object.assign(row, { item: to, stable });
    rows.set(to, row);
    return this.revise(row);
  }

  async relocate(
    account: string,
    folder: string,
    target: string,
    moved: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> {
    const revisions = new Map<string, string>();
    for (const [old, item] of moved) {
      const row = this.rows(account, folder).get(old);
      if (!row || (row.followUp === null && row.lastVerb === null)) continue;
      const fresh = { ...row, item, stable: null, gone: false };
      this.rows(account, target).set(item, fresh);
      revisions.set(item, this.revise(fresh));
    }
    await this.forget(account, folder, [...moved.keys()]);
    return revisions;
  }

  async forget(account: string, folder: string, items: readonly string[] | null): Promise<void> {
    const rows = this.rows(account, folder);
    for (const item of items ?? [...rows.keys()]) {
      const row = rows.get(item);
      if (!row || row.stable === null) rows.delete(item);
      else row.gone = true;
    }
  }

  async renameFolders(account: string, paths: ReadonlyMap<string, string>): Promise<void> {
    const folders = this.folders(account);
    await this.forgetFolders(account, [...paths.values()]);
    const moving = [...paths].map(([old, path]) => [old, path, folders.get(old)] as const);
    for (const [old] of moving) folders.delete(old);
    for (const [, path, rows] of moving) if (rows) folders.set(path, rows);
  }

  async forgetFolders(account: string, paths: readonly string[]): Promise<void> {
    for (const path of paths) this.folders(account).delete(path);
  }

  async categories(account: string): Promise<CategoryRow[]> {
    return [...(this.named.get(account) ?? [])];
  }

  async addCategory(account: string, { keyword, name }: CategoryRow): Promise<boolean> {
    const known = this.named.get(account) ?? [];
    if (known.some((row) => row.keyword === keyword || row.name === name)) return false;
    this.named.set(account, [...known, { keyword, name }]);
    return true;
  }

  private row(item: string, stable: string | null): Row {
    return { item, stable, followUp: null, lastVerb: null, revision: '', gone: false, touched: 0 };
  }

  private revise(row: Row): string {
    row.revision = (++this.revisions).toString(36);
    row.touched = this.now();
    return row.revision;
  }

  private sweep(account: string): void {
    const before = this.now() - UNTOUCHED_DAYS * millisecondsPerDay;
    for (const rows of this.folders(account).values())
      for (const [item, { touched }] of rows) if (touched < before) rows.delete(item);
  }

  private folders(account: string): Map<string, Map<string, Row>> {
    const folders = this.accounts.get(account) ?? new Map<string, Map<string, Row>>();
    this.accounts.set(account, folders);
    return folders;
  }

  private rows(account: string, folder: string): Map<string, Row> {
    const folders = this.folders(account);
    const rows = folders.get(folder) ?? new Map<string, Row>();
    folders.set(folder, rows);
    return rows;
  }
}
