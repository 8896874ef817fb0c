import { BackendError, canReadPart, type Item, type PartContent } from '#backend';
import type { ResolvedFolder } from '#device';
import type { ItemOperation, ItemOperationsResult } from '#eas';
import type { AccountLease, CommandContext } from '../context.js';
import { parseRange, type Range } from '../range.js';
import { parseFileReference, parseServerId, type ItemAddress, type PartAddress } from '../server-id.js';
import { readItems, type Missing } from '../sync/read-items.js';
import { bodyOptions, viewOf } from '../view.js';
import { base64Text } from './base64-text.js';
import type { MultipartBodies } from './multipart-bodies.js';

type FetchRequest = Extract<ItemOperation, { Fetch: unknown }>['Fetch'];
type FetchAnswer = Extract<ItemOperationsResult, { Fetch: unknown }>['Fetch'];

/** MS-ASCMD 2.2.3.177.8. */
const FetchStatus = {
  success: 1,
  protocolError: 2,
  serverError: 3,
  notFound: 6,
  badRange: 8,
  unknownStore: 9,
  conversionFailed: 14,
  badAttachment: 15,
  accessDenied: 16,
} as const;

const NOT_READ = {
  gone: FetchStatus.notFound,
  unreadable: FetchStatus.conversionFailed,
  unsent: FetchStatus.serverError,
} as const;

/** The properties a Schema names; without one all of them. */
function chosen(item: Item, schema: readonly string[] | undefined): Item {
  if (!schema?.length) return item;
  const names = new Set(schema.map((name) => name.slice(name.indexOf(':') + 1)));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

/** A search's LongId is the ServerId (MS-ASCMD 2.2.3.98.1); some phones fetch hits by it without a CollectionId (4.3). */
const itemOf = (request: FetchRequest): string | undefined => request.ServerId ?? request.LongId;

/** Answers Fetches one by one; `bodies` takes contents out of the document in a multipart answer. */
export class Fetcher {
  private reading: ReturnType<typeof readItems> | null = null;

  constructor(
    private readonly context: CommandContext,
    private readonly lease: AccountLease,
    private readonly folders: Readonly<Record<string, ResolvedFolder>>,
    private readonly bodies: MultipartBodies | null,
  ) {}

  /** Ends the reading of the item fetched last. */
  async close(): Promise<void> {
    await this.reading?.return(undefined);
    this.reading = null;
  }

  /** The folders these Fetches speak of. */
  static foldersOf(fetches: readonly FetchRequest[]): string[] {
    const named = fetches.map((fetch) =>
      fetch.FileReference === undefined
        ? parseServerId(itemOf(fetch) ?? '')?.folder
        : parseFileReference(fetch.FileReference)?.folder,
    );
    return [...new Set(named.filter((folder) => folder !== undefined))];
  }

  async fetch(request: FetchRequest): Promise<FetchAnswer> {
    const named = {
      ...(request.CollectionId !== undefined && { CollectionId: request.CollectionId }),
      ...(request.ServerId !== undefined && { ServerId: request.ServerId }),
      ...(request.LongId !== undefined && { LongId: request.LongId }),
      ...(request.LinkId !== undefined && { LinkId: request.LinkId }),
      ...(request.FileReference !== undefined && { FileReference: request.FileReference }),
    };
    try {
      return { ...named, ...(await this.content(request)) };
    } catch (error) {
      const isAttachment = request.FileReference !== undefined;
      return { ...named, Status: this.statusOf(error, isAttachment) };
    }
  }

  private statusOf(error: unknown, isAttachment: boolean): number {
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    switch (error.kind) {
      case 'gone':
        return isAttachment ? FetchStatus.badAttachment : FetchStatus.notFound;
      case 'invalid':
        return isAttachment ? FetchStatus.badRange : FetchStatus.conversionFailed;
      case 'conflict':
      case 'unsupported':
        return FetchStatus.accessDenied;
      case 'unavailable':
      case 'throttled':
        return FetchStatus.serverError;
    }
  }

  private async content(request: FetchRequest): Promise<Omit<FetchAnswer, 'FileReference'>> {
    if (request.Store !== undefined && request.Store.toLowerCase() !== 'mailbox') {
      return { Status: FetchStatus.unknownStore };
    }
    if (request.FileReference !== undefined) return this.attachment(request, request.FileReference);
    const id = itemOf(request);
    if (id === undefined) return { Status: FetchStatus.protocolError };
    const address = parseServerId(id);
    return address ? this.item(request, address) : { Status: FetchStatus.notFound };
  }

  private async item(request: FetchRequest, { folder, item: id }: ItemAddress) {
    const resolved = this.folders[folder];
    if (!resolved) return { Status: FetchStatus.notFound };
    if (resolved.isRecipientCache) return { Status: FetchStatus.accessDenied };
    const backend = await this.lease.backend(resolved.itemClass);
    const view = viewOf(bodyOptions(request.Options ?? {}, 'ItemOperations'), this.context, 'full');
    const missing: Missing[] = [];
    // The reading stays open until `close`: a streamed body is read while it is sent.
    this.reading = readItems(backend, { folder, path: resolved.path }, [id], view, (item) =>
      missing.push(item),
    );
    const first = await this.reading.next();
    if (first.done) return { Status: NOT_READ[missing[0]?.failure ?? 'gone'] };
    const item = chosen(first.value.item, request.Options?.Schema);
    return {
      Status: FetchStatus.success,
      Class: resolved.itemClass,
      Properties: {
        [resolved.itemClass]: this.bodies ? await this.outsourced(item, this.bodies) : item,
      },
    };
  }

  /** In a multipart answer the body's text is a part of its own. */
  private async outsourced(item: Item, bodies: MultipartBodies): Promise<Item> {
    const { Body } = item;
    if (Body?.Data === undefined) return item;
    const { Data, ...rest } = Body;
    return { ...item, Body: { ...rest, Part: await bodies.addText(Data) } };
  }

  private async attachment(request: FetchRequest, reference: string) {
    const address = parseFileReference(reference);
    if (!address) return { Status: FetchStatus.badAttachment };
    const asked = request.Options?.Range;
    const range = asked === undefined ? null : parseRange(asked);
    if (asked !== undefined && !range) return { Status: FetchStatus.badRange };
    const part = await this.part(address, range);
    return part ? this.described(part, range) : { Status: FetchStatus.badAttachment };
  }

  private async part({ folder, item, part }: PartAddress, range: Range | null): Promise<PartContent | null> {
    const resolved = this.folders[folder];
    if (!resolved) return null;
    const backend = await this.lease.backend(resolved.itemClass);
    if (!canReadPart(backend)) return null;
    return backend.readPart(resolved.path, item, part, range ?? undefined);
  }

  /** Range and Total are only told to a phone that asked for a range: iOS 10 fails on them otherwise (trap 69). */
  private described(part: PartContent, range: Range | null) {
    const last = range && Math.min(range.last, part.size - 1);
    const length = range ? last! - range.first + 1 : part.size;
    const about = {
      ...(range && { Range: `${range.first}-${last}`, Total: part.size }),
      ContentType: part.contentType,
    };
    const content = this.bodies
      ? { Part: this.bodies.add({ length, content: part.content }) }
      : { Data: part.base64?.() ?? base64Text(part.content) };
    return { Status: FetchStatus.success, Properties: { ...about, ...content } };
  }
}
