import type { Backend, ChangeNotice, ItemClass, Watch } from '#backend';

/** A folder among those of all sources of an account: paths are unique within one source only. */
export const watchedPlace = (itemClass: ItemClass, path: string): string => `${itemClass} ${path}`;

/** The paths of places, by their class. */
function pathsByClass(places: readonly string[]): Map<ItemClass, string[]> {
  const byClass = new Map<ItemClass, string[]>();
  for (const place of places) {
    const blank = place.indexOf(' ');
    const itemClass = place.slice(0, blank) as ItemClass;
    byClass.set(itemClass, [...(byClass.get(itemClass) ?? []), place.slice(blank + 1)]);
  }
  return byClass;
}

type Notify = (notice: ChangeNotice) => void;

/** One class's watch. What cannot be watched now is tried again, and looked at whenever that is. */
class PatientWatch implements Watch {
  private watch: Watch | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(
    private readonly start: () => Promise<Watch>,
    private readonly look: () => void,
    private readonly retry: number,
  ) {}

  async open(): Promise<this> {
    try {
      this.watch = await this.start();
      if (this.isClosed) await this.watch.close();
    } catch {
      // The device's own look at the source tells why; here it only must not keep the others from being watched.
      if (!this.isClosed) this.timer = setTimeout(() => void this.again(), this.retry).unref();
    }
    return this;
  }

  private async again(): Promise<void> {
    await this.open();
    if (!this.isClosed) this.look();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.watch?.close();
  }
}

/**
 * The sources of an account as one that can be watched. That of the mail must be; any other that cannot be watched now keeps
 * nobody from waiting for the rest.
 */
export class WatchedSources implements Pick<Backend, 'watch'> {
  constructor(
    private readonly source: (itemClass: ItemClass) => Promise<Pick<Backend, 'watch'>>,
    /** Milliseconds between two attempts at a source that cannot be watched. */
    private readonly retry = 60_000,
  ) {}

  async watch(places: readonly string[], notify: Notify): Promise<Watch> {
    const watches: Watch[] = [];
    try {
      for (const [itemClass, paths] of pathsByClass(places)) {
        watches.push(await this.watchClass(itemClass, paths, notify));
      }
    } catch (error) {
      await closeAll(watches);
      throw error;
    }
    return { close: () => closeAll(watches) };
  }

  private async watchClass(itemClass: ItemClass, paths: readonly string[], notify: Notify): Promise<Watch> {
    const tell = (folders: readonly string[] | null): void =>
      notify({ folders: (folders ?? paths).map((path) => watchedPlace(itemClass, path)) });
    const start = async (): Promise<Watch> =>
      (await this.source(itemClass)).watch(paths, ({ folders }) => tell(folders));
    return itemClass === 'Email' ? start() : new PatientWatch(start, () => tell(null), this.retry).open();
  }
}

async function closeAll(watches: readonly Watch[]): Promise<void> {
  await Promise.all(watches.map((watch) => watch.close()));
}
