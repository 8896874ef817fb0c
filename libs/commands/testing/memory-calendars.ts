import {
  BackendError,
  type BackendFolder,
  type CalendarObject,
  type CalendarStore,
  type ChangePage,
  type ReadResult,
  type Watch,
  type WrittenItem,
} from '#backend';

interface Stored {
  readonly id: string;
  readonly text: string;
  readonly revision: number;
}

const folder: BackendFolder = {
  path: 'cal',
  parent: null,
  name: 'Calendar',
  itemClass: 'Calendar',
  role: 'default',
  identity: null,
  selectable: true,
  readOnly: false,
};

/** Calendars as scheduling sees them: one folder of objects by name. Their items are nobody's concern here. */
export class MemoryCalendars implements CalendarStore {
  readonly kind = 'memory';
  autoSchedules = false;
  /** Called before each write; may throw, or write something itself. */
  beforeWrite: () => void = () => undefined;
  private readonly objects = new Map<string, Stored>();
  private revisions = 0;

  /** The texts there are. */
  get texts(): string[] {
    return [...this.objects.values()].map(({ text }) => text);
  }

  /** Somebody else writes. Returns the object's id. */
  put(name: string, text: string): string {
    this.revisions++;
    const id = this.objects.get(name)?.id ?? `object${this.revisions.toString().padStart(3, '0')}`;
    this.objects.set(name, { id, text, revision: this.revisions });
    return id;
  }

  async folders(): Promise<BackendFolder[]> {
    return [folder];
  }

  async findByUid(uid: string): Promise<readonly CalendarObject[]> {
    return this.all().filter(({ text }) => text.includes(`\nUID:${uid}\r\n`));
  }

  async calendarObject(path: string, id: string): Promise<CalendarObject | null> {
    return this.all().find((object) => object.folder === path && object.id === id) ?? null;
  }

  async putCalendarObject(
    path: string,
    text: string,
    how: { readonly over: CalendarObject } | { readonly name: string },
  ): Promise<WrittenItem> {
    this.beforeWrite();
    const name = 'over' in how ? this.nameOf(how.over) : how.name;
    if (path !== folder.path || name === null || ('name' in how && this.objects.has(name))) {
      throw new BackendError('conflict', 'somebody else was faster');
    }
    const id = this.put(name, text);
    return { id, version: String(this.revisions), day: null, altered: false, files: [] };
  }

  async deleteCalendarObject(object: CalendarObject): Promise<void> {
    this.beforeWrite();
    const name = this.nameOf(object);
    if (name !== null) this.objects.delete(name);
    else if (this.all().some(({ id }) => id === object.id))
      throw new BackendError('conflict', 'it was changed');
  }

  async *textsDuring(): AsyncGenerator<string> {
    yield* this.texts;
  }

  async schedulesItself(): Promise<boolean> {
    return this.autoSchedules;
  }

  async changes(): Promise<ChangePage> {
    return { changed: [], removed: [], cursor: 'c', more: false };
  }

  async *read(): AsyncGenerator<ReadResult> {
    // No item is ever told of.
  }

  async watch(): Promise<Watch> {
    return { close: async () => undefined };
  }

  async close(): Promise<void> {
    // Nothing is held.
  }

  private all(): CalendarObject[] {
    return [...this.objects.values()].map(({ id, text, revision }) => ({
      folder: folder.path,
      id,
      version: String(revision),
      text,
    }));
  }

  /** By which name it lies there in this version. */
  private nameOf({ id, version }: CalendarObject): string | null {
    for (const [name, stored] of this.objects) {
      if (stored.id === id && String(stored.revision) === version) return name;
    }
    return null;
  }
}
