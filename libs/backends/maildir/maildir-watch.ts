import { watch as watchDirectory, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SettledNotice, type ChangeNotice, type Watch } from '#backend';

/** Events of one delivery come in threes and fours: they are told as one. */
const settleTime = 40;
/** Network file systems tell nothing, and a directory that is replaced takes its watch along: so look now and then. */
const lookInterval = 15_000;

/** Watches folders (path to directory) by the system's events, and by looking at the directories' times as a safety net. */
export class MaildirWatch implements Watch {
  private readonly watchers: FSWatcher[] = [];
  private readonly times = new Map<string, Times>();
  /** When the system last told of a folder. Milliseconds since 1970. */
  private readonly toldAt = new Map<string, number>();
  private readonly notice: SettledNotice;
  private readonly looking: NodeJS.Timeout;

  constructor(
    private readonly folders: ReadonlyMap<string, string>,
    notify: (notice: ChangeNotice) => void,
    interval = lookInterval,
  ) {
    this.notice = new SettledNotice(notify, settleTime);
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
        const watcher = watchDirectory(join(directory, part), { persistent: false }, () => {
          this.toldAt.set(path, Date.now());
          this.notice.mark(path);
        });
        // The system's limit on watches, or the directory going away: looking goes on.
        watcher.on('error', () => this.notice.mark(path));
        this.watchers.push(watcher);
      } catch {
        this.notice.mark(path);
      }
    }
  }

  private async look(): Promise<void> {
    for (const [path, directory] of this.folders) {
      const [before, times] = [this.times.get(path), await timesOf(directory)];
      const isTold =
        before?.directories === times.directories && times.latest <= (this.toldAt.get(path) ?? -Infinity);
      if (before?.stamp !== times.stamp && !isTold) this.notice.mark(path);
      this.times.set(path, times);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.looking);
    this.notice.close();
    for (const watcher of this.watchers.splice(0)) watcher.close();
  }
}

interface Times {
  /** Which directories they are, by inode. */
  readonly directories: string;
  readonly stamp: string;
  /** When something last changed. Milliseconds since 1970; infinite where there is nothing. */
  readonly latest: number;
}

async function timesOf(directory: string): Promise<Times> {
  const found = await Promise.all(
    ['new', 'cur'].map((part) => stat(join(directory, part), { bigint: true }).catch(() => null)),
  );
  return {
    directories: found.map((status) => status?.ino ?? '-').join(' '),
    stamp: found.map((status) => (status ? `${status.ino}.${status.mtimeNs}` : '-')).join(' '),
    latest: Math.max(...found.map((status) => (status ? Number(status.mtimeNs / 1_000_000n) : Infinity))),
  };
}
