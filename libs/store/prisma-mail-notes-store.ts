import type { Connection } from './connection.js';
import { guarded } from './errors.js';
import type { CategoryRow, MailAlias, MailNotesStore, NotePatch, NotedRow } from './mail-notes.js';
import * as statements from './mail-notes-statements.js';
import type { Json } from './types.js';

interface FoundRow {
  readonly item: string;
  readonly stable: string | null;
  readonly follow_up: Json;
  readonly last_verb: Json;
  readonly revision: string;
  readonly gone: boolean;
  readonly stale: boolean;
}

interface Revised {
  /** A bigint, which the driver tells in decimal digits. */
  readonly revision: string;
}

/** Shorter than decimal digits: revisions stand in versions of items. */
const short = (revision: string): string => BigInt(revision).toString(36);
const json = (value: Json | undefined): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

/** MailNotesStore on PostgreSQL. */
export class PrismaMailNotesStore implements MailNotesStore {
  /** The connection is asked for with each call: a process that needs nothing of it never opens it. */
  constructor(private readonly connection: () => Promise<Connection>) {}

  async find(account: string, folder: string, items: readonly string[]): Promise<NotedRow[]> {
    const rows = await this.query<FoundRow>(statements.findNotes, account, folder, items);
    const stale = rows.filter((row) => row.stale).map(({ item }) => item);
    if (stale.length > 0) await this.query(statements.touchNotes, account, folder, stale);
    return rows.map(({ item, stable, follow_up: followUp, last_verb: lastVerb, revision, gone }) => ({
      item,
      stable,
      followUp,
      lastVerb,
      revision: short(revision),
      gone,
    }));
  }

  async aliases(account: string): Promise<MailAlias[]> {
    const { prisma } = await this.connection();
    const rows = await guarded(() =>
      prisma.mailNote.findMany({
        where: { account, gone: false, stable: { not: null } },
        select: { folder: true, item: true, stable: true },
      }),
    );
    return rows.flatMap(({ stable, ...row }) => (stable === null ? [] : [{ ...row, stable }]));
  }

  async put(account: string, folder: string, item: string, patch: NotePatch): Promise<string | null> {
    const { followUp, lastVerb } = patch;
    const [row] = await this.query<Revised & { empty: boolean }>(
      statements.putNote,
      account,
      folder,
      item,
      followUp !== undefined,
      json(followUp),
      lastVerb !== undefined,
      json(lastVerb),
    );
    if (row?.empty === true) await this.query(statements.dropEmptyNote, account, folder, item);
    return row && !row.empty ? short(row.revision) : null;
  }

  async replace(
    account: string,
    folder: string,
    { stable, from, to }: { readonly stable: string; readonly from: string; readonly to: string },
  ): Promise<string | null> {
    const [noted] = await this.query<Revised>(statements.replaceNoted, account, folder, stable, from, to);
    if (noted) return short(noted.revision);
    if (from !== stable) return null;
    const [row] = await this.query<Revised>(statements.replaceUnnoted, account, folder, stable, to);
    return row ? short(row.revision) : null;
  }

  async relocate(
    account: string,
    folder: string,
    target: string,
    moved: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> {
    const old = [...moved.keys()];
    const rows = await this.query<Revised & { item: string }>(
      statements.copyNotes,
      account,
      folder,
      target,
      old,
      [...moved.values()],
    );
    await this.forget(account, folder, old);
    return new Map(rows.map(({ item, revision }) => [item, short(revision)]));
  }

  async forget(account: string, folder: string, items: readonly string[] | null): Promise<void> {
    await this.query(statements.forgetNotes, account, folder, items);
  }

  async renameFolders(account: string, paths: ReadonlyMap<string, string>): Promise<void> {
    const renamed = [...paths.values()];
    // What stands there is of a folder of that name which was deleted elsewhere.
    await this.forgetFolders(account, renamed);
    await this.query(statements.renameFolders, account, [...paths.keys()], renamed);
  }

  async forgetFolders(account: string, paths: readonly string[]): Promise<void> {
    await this.query(statements.forgetFolders, account, paths);
  }

  async categories(account: string): Promise<CategoryRow[]> {
    const { prisma } = await this.connection();
    return guarded(() =>
      prisma.mailCategory.findMany({ where: { account }, select: { keyword: true, name: true } }),
    );
  }

  async addCategory(account: string, { keyword, name }: CategoryRow): Promise<boolean> {
    return (await this.query(statements.addCategory, account, keyword, name)).length > 0;
  }

  private async query<Row extends object>(
    statement: (typeof statements)[keyof typeof statements],
    ...values: unknown[]
  ): Promise<Row[]> {
    const connection = await this.connection();
    return connection.query<Row>(statement, values);
  }
}
