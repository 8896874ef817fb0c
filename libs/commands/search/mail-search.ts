import { BackendError, canSearchMail, type Backend, type MailHit, type MailQuery, type View } from '#backend';
import type { ClientProfile } from '#clients';
import type { ResolvedFolder } from '#device';
import type { EmailItem } from '#eas';
import type { AccountLease, CommandContext } from '../context.js';
import { serverId, type ItemAddress } from '../server-id.js';
import { readItems } from '../sync/read-items.js';
import { conversationHits } from './conversation-hits.js';
import type { Range } from '../range.js';

/** What Search and Find look for. */
export interface MailWanted {
  /** As the phone names them; empty is every folder. */
  readonly collections: readonly string[];
  /** Whether folders below those are meant, too. */
  readonly isDeep: boolean;
  readonly query: MailQuery;
  /** Only mails of this conversation. */
  readonly conversation: Uint8Array | null;
  /** Which of the hits, newest first. */
  readonly range: Range;
}

/** A mail that was found, where its phones and its source know it. */
export interface FoundMail extends ItemAddress {
  readonly path: string;
}

export interface MailsFound {
  /** How many there are in all. */
  readonly total: number;
  /** Those of the range. */
  readonly mails: readonly FoundMail[];
}

export interface FoundItem {
  /** Names the hit: the ServerId of Sync. */
  readonly longId: string;
  readonly folder: string;
  readonly item: EmailItem;
}

type Folders = Readonly<Record<string, ResolvedFolder>>;

const EVERY_FOLDER = '0';

/** Some phones name a folder 0 and mean all of them (quirks 4.4). */
export const isEveryFolder = (
  { zeroIsEveryFolder }: Pick<ClientProfile, 'zeroIsEveryFolder'>,
  collections: readonly string[],
): boolean => zeroIsEveryFolder && collections.includes(EVERY_FOLDER);

/** Mails found in an account, as Search and Find give them: by the wire's ids, though the device never synced a folder. */
export class MailSearch {
  constructor(
    private readonly context: CommandContext,
    private readonly lease: AccountLease,
  ) {}

  /** Throws BackendError: `gone` for a folder nobody knows, `invalid` for what the source cannot look for. */
  async find(wanted: MailWanted): Promise<MailsFound> {
    try {
      return await this.attempt(wanted, await this.folders(false), true);
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind !== 'gone') throw error;
      // Another client may have made, renamed or deleted folders since anybody looked.
      return this.attempt(wanted, await this.folders(true), false);
    }
  }

  /** Reads mails in their order, one by one; those that vanished meanwhile are left out. */
  async *read(mails: readonly FoundMail[], view: View): AsyncGenerator<FoundItem> {
    const backend = await this.lease.backend('Email');
    for (const run of sameFolder(mails)) {
      const { folder, path } = run[0]!;
      const ids = run.map(({ item }) => item);
      const items = readItems(backend, { folder, path }, ids, view, ({ id, failure, reason }) => {
        if (failure !== 'gone') this.context.events.readFailed(folder, id, reason);
      });
      for await (const { id, item } of items) yield { longId: serverId(folder, id), folder, item };
    }
  }

  private async folders(refresh: boolean): Promise<Folders> {
    return (await this.context.devices.ask(this.context.asker, { type: 'Folders', refresh })).folders;
  }

  /** `isFirst`: a path without an id means that the list is old. */
  private async attempt(wanted: MailWanted, known: Folders, isFirst: boolean): Promise<MailsFound> {
    const backend = await this.lease.backend('Email');
    const paths = await this.paths(wanted, known, backend);
    if (paths?.length === 0) return { total: 0, mails: [] };
    const { total, hits } = await search(backend, paths, wanted);
    const ids = new Map(
      Object.entries(known).flatMap(([id, { path, itemClass }]) =>
        itemClass === 'Email' ? [[path, id]] : [],
      ),
    );
    if (isFirst && hits.some(({ folder }) => !ids.has(folder))) {
      throw new BackendError('gone', 'mail was found in a folder that has no id yet');
    }
    const shown = hits.slice(wanted.range.first, wanted.range.last + 1);
    const mails = shown.flatMap(({ folder: path, id: item }) => {
      const folder = ids.get(path);
      return folder === undefined ? [] : [{ folder, item, path }];
    });
    return { total, mails };
  }

  /** Null is every folder. Those that hold no mail have none to be found. */
  private async paths(
    { collections, isDeep }: MailWanted,
    known: Folders,
    backend: Backend,
  ): Promise<readonly string[] | null> {
    if (collections.length === 0 || isEveryFolder(this.context.client, collections)) return null;
    const named = new Set<string>();
    for (const id of collections) {
      const folder = known[id];
      if (!folder) throw new BackendError('gone', `there is no folder ${id}`);
      if (folder.itemClass === 'Email') named.add(folder.path);
    }
    if (!isDeep) return [...named];
    // Parents come before their children.
    for (const { path, parent } of await backend.folders()) {
      if (parent !== null && named.has(parent)) named.add(path);
    }
    return [...named];
  }
}

async function search(
  backend: Backend,
  folders: readonly string[] | null,
  { query, conversation, range }: MailWanted,
): Promise<{ total: number; hits: readonly MailHit[] }> {
  if (!canSearchMail(backend)) throw new BackendError('unsupported', 'the source cannot search');
  return conversation === null
    ? backend.searchMail({ folders, query, limit: range.last + 1 })
    : conversationHits(backend, folders, query, conversation);
}

/** Neighbours in one folder are read together. */
function* sameFolder(mails: readonly FoundMail[]): Generator<readonly FoundMail[]> {
  let run: FoundMail[] = [];
  for (const mail of mails) {
    if (run.length > 0 && run[0]!.folder !== mail.folder) {
      yield run;
      run = [];
    }
    run.push(mail);
  }
  if (run.length > 0) yield run;
}
