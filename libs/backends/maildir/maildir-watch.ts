import { watch as watchDirectory, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangeNotice, Watch } from '#backend';

/** Events of one delivery come in threes and fours: they are told as one. */
const settleTime = 40;
/** Network file systems tell nothing, and a directory that is replaced takes its watch along: so look now and then. */
const lookInterval = 15_000;

/** Watches folders (path to directory) by the system's events, and by looking at the directories' times as a safety net. */
export class MaildirWatch implements Watch {
  private readonly watchers: FSWatcher[] = [];
  private readonly dirty = new Set<string>();
  private readonly times = new Map<string, string>();
  private settling: NodeJS.Timeout | null = null;
  private readonly looking: NodeJS.Timeout;
  private closed = false;

  constructor(
    private readonly folders: ReadonlyMap<string, string>,
    private readonly notify: (notice: ChangeNotice) => void,
    interval = lookInterval,
  ) {
    for (const [path, directory] of folders) this.attach(path, directory);
    this.looking = setInterval(() => void this.look(), interval);
    this.looking.unref();
  }

  /** Remembers how the directories are now; changes from here on are noticed. */
  async begin(): Promise<this> {
    for (const [path, directory] of this.folders) this.times.set(path, await timesOf(directory));
    return this;
  }

  private attach(path: string, directory: string): void {
    for (const part of ['new', 'cur']) {
      try {
        const watcher = watchDirectory(join(directory, part), { persistent: false }, () => this.mark(path));
        // The system's limit on watches, or the directory going away: looking goes on.
        watcher.on('error', () => this.mark(path));
        this.watchers.push(watcher);
      } catch {
        this.mark(path);
      }
    }
  }

  private async look(): Promise<void> {
    for (const [path, directory] of this.folders) {
      const times = await timesOf(directory);
      if (this.times.get(path) !== times) this.mark(path);
      this.times.set(path, times);
    }
  }

  private mark(path: string): void {
    if (this.closed) return;
    this.dirty.add(path);
    this.settling ??= setTimeout(() => this.tell(), settleTime);
  }

  private tell(): void {
    this.settling = null;
    const folders = [...this.dirty];
    this.dirty.clear();
    if (!this.closed) this.notify({ folders });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.looking);
    if (this.settling) clearTimeout(this.settling);
    for (const watcher of this.watchers.splice(0)) watcher.close();
  }
}

async function timesOf(directory: string): Promise<string> {
  const found = await Promise.all(
    ['new', 'cur'].map((part) => stat(join(directory, part), { bigint: true }).catch(() => null)),
  );
  return found.map((status) => (status ? `${status.ino}.${status.mtimeNs}` : '-')).join(' ');
}
