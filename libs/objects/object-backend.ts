import {
  BackendError,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type Expectation,
  type FolderEditor,
  type FolderEmptier,
  type ItemChange,
  type ItemClass,
  type ItemDeleter,
  type ItemHit,
  type ItemMover,
  type ItemSearcher,
  type ItemWriter,
  type PartReader,
  type ReadResult,
  type View,
  type Watch,
  type WrittenItem,
} from '#backend';
import type { ItemCodec, Owner } from '#formats';
import { FolderIndex } from './folder-index.js';
import type { NameBook } from './name-book.js';
import type { Desk } from './object-desk.js';
import { ObjectDigests } from './object-digests.js';
import { ObjectFeed } from './object-feed.js';
import { ObjectFolders } from './object-folders.js';
import { ObjectMover } from './object-mover.js';
import { ObjectNames } from './object-names.js';
import { readObjectPart } from './object-part.js';
import { ObjectReader } from './object-reader.js';
import { ObjectSearch } from './object-search.js';
import type { FolderEdits, ObjectSource } from './object-source.js';
import { ObjectTexts } from './object-texts.js';
import { ObjectWriter } from './object-writer.js';
import { PictureFitter } from './pictures.js';
import { TextCache } from './text-cache.js';

export interface ObjectBackendOptions {
  readonly names: NameBook;
  readonly owner: () => Promise<Owner>;
  /** Shared by all backends of an account; one of its own if absent. */
  readonly cache?: TextCache;
  /**
   * Other processes may tell of this account's changes, as actors of a cluster do: what this one remembers may be older
   * than what phones were told of, so that every text that is read is fetched. False unless given.
   */
  readonly feedsElsewhere?: boolean;
  readonly now?: () => Date;
}

/**
 * The port for the objects of one class in a source. What only some sources and classes can do (folders to edit, files to
 * open) is there or not as a method, which is how the port asks; what only calendars can do has CalendarObjectBackend.
 */
export class ObjectBackend implements ItemWriter, ItemDeleter, FolderEmptier, ItemMover, ItemSearcher {
  readonly kind: string;
  /** Present where the class has files. */
  readonly readPart?: PartReader['readPart'];
  /** Present, like the other two, where the source has an editor. */
  readonly createFolder?: FolderEditor['createFolder'];
  readonly moveFolder?: FolderEditor['moveFolder'];
  readonly deleteFolder?: FolderEditor['deleteFolder'];
  protected readonly desk: Desk;
  protected readonly writer: ObjectWriter;
  protected readonly searcher: ObjectSearch;
  private readonly feed: ObjectFeed;
  private readonly reader: ObjectReader;
  private readonly mover: ObjectMover;

  constructor(source: ObjectSource, codec: ItemCodec, options: ObjectBackendOptions) {
    this.kind = source.kind;
    this.desk = deskOf(source, codec, options);
    this.feed = new ObjectFeed({ ...this.desk, surveys: codec.surveys });
    this.reader = new ObjectReader(this.desk);
    this.searcher = new ObjectSearch(this.desk);
    this.writer = new ObjectWriter(this.desk, this.searcher);
    this.mover = new ObjectMover(this.desk);
    if (codec.openFile) this.readPart = (...args) => readObjectPart(this.desk, ...args);
    const { editor } = source;
    if (!editor) return;
    this.createFolder = (parent, name, itemClass) => this.create(editor, parent, name, itemClass);
    this.moveFolder = (path, parent, name) => this.edit(() => editor.moveFolder(path, parent, name));
    this.deleteFolder = (path) => this.edit(() => editor.deleteFolder(path));
  }

  folders(): Promise<BackendFolder[]> {
    return this.desk.folders.list();
  }

  changes(request: ChangesRequest): Promise<ChangePage> {
    return this.feed.changes(request);
  }

  read(folder: string, ids: readonly string[], view: View): AsyncIterable<ReadResult> {
    return this.reader.read(folder, ids, view);
  }

  watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    return this.desk.source.watch(folders, notify);
  }

  createItem(folder: string, change: ItemChange, name: string): Promise<WrittenItem> {
    return this.writer.create(folder, change, name);
  }

  changeItem(folder: string, id: string, change: ItemChange, expected: Expectation): Promise<WrittenItem> {
    return this.writer.change(folder, id, change, expected);
  }

  deleteOccurrence(folder: string, id: string, instance: Date, expected: Expectation): Promise<WrittenItem> {
    return this.writer.deleteOccurrence(folder, id, instance, expected);
  }

  deleteItems(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    return this.mover.delete(folder, ids);
  }

  emptyFolder(path: string): Promise<void> {
    return this.mover.empty(path);
  }

  moveItems(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    return this.mover.move(folder, ids, target);
  }

  searchItems(request: Parameters<ItemSearcher['searchItems']>[0]): Promise<readonly ItemHit[]> {
    return this.searcher.search(request);
  }

  close(): Promise<void> {
    return this.desk.source.close();
  }

  private async create(
    editor: FolderEdits,
    parent: string | null,
    name: string,
    itemClass: ItemClass,
  ): Promise<BackendFolder> {
    if (itemClass !== this.desk.codec.itemClass) {
      throw new BackendError('unsupported', `no folders of class ${itemClass} here`);
    }
    return this.edit(() => editor.createFolder(parent, name, itemClass));
  }

  private async edit<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.desk.folders.forget();
    }
  }
}

function deskOf(source: ObjectSource, codec: ItemCodec, options: ObjectBackendOptions): Desk {
  const now = options.now ?? (() => new Date());
  const index = new FolderIndex(source);
  const texts = new ObjectTexts(
    source,
    options.cache ?? new TextCache(),
    now,
    options.feedsElsewhere ?? false,
  );
  return {
    source,
    codec,
    index,
    texts,
    now,
    names: new ObjectNames(options.names, index, now),
    digests: new ObjectDigests(codec, texts),
    folders: new ObjectFolders(source, codec.itemClass, now),
    pictures: new PictureFitter(),
    owner: options.owner,
  };
}
