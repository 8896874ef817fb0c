import { watch as watchDirectory, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SettledNotice, type ChangeNotice, type Watch } from '#backend';

/** A file that is saved makes several events: they are told as one. Milliseconds. */
const settleTime = 40;
/** How often folders are looked at: as a safety net, and where the system has no watch left or tells nothing. */
const netInterval = 60_000;
const blindInterval = 10_000;

/** Watches folders (path to directory) by the system's events, and by looking at their files now and then. */
export class VdirWatch implements Watch {
  private readonly watchers: FSWatcher[] = [];
  private readonly seen = new Map<string, string>();
  private readonly notice: SettledNotice;
  private looking: NodeJS.Timeout | null = null;
  private interval: number;
  private closed = false;

  constructor(
    private readonly folders: ReadonlyMap<string, string>,
    notify: (notice: ChangeNotice) => void,
    private readonly intervals = { net: netInterval, blind: blindInterval },
  ) {
    this.interval = intervals.net;
    this.notice = new SettledNotice(notify, settleTime);
    for (const [path, directory] of folders) this.attach(path, directory);
  }

  /** Remembers how the folders are now; changes from here on are noticed. */
  async begin(): Promise<this> {
    for (const [path, directory] of this.folders) this.seen.set(path, await stateOf(directory));
    this.wait();
    return this;
  }

  private attach(path: string, directory: string): void {
    try {
      const watcher = watchDirectory(directory, { persistent: false }, (_event, name) => {
        if (!name?.startsWith('.')) this.notice.mark(path);
      });
      watcher.on('error', () => this.goBlind(path));
      this.watchers.push(watcher);
    } catch {
      // ENOSPC: the system's limit on watches.
      this.goBlind(path);
    }
  }

  private goBlind(path: string): void {
    this.interval = this.intervals.blind;
    this.notice.mark(path);
    this.wait();
  }

  private wait(): void {
    if (this.looking) clearTimeout(this.looking);
    if (this.closed) return;
    this.looking = setTimeout(() => void this.look(), this.interval);
    this.looking.unref();
  }

  private async look(): Promise<void> {
    for (const [path, directory] of this.folders) {
      const state = await stateOf(directory);
      if (this.seen.get(path) !== state) this.notice.mark(path);
      this.seen.set(path, state);
    }
    this.wait();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.looking) clearTimeout(this.looking);
    this.notice.close();
    for (const watcher of this.watchers.splice(0)) watcher.close();
  }
}

/** Names and times of a folder's files; empty if it cannot be looked at. */
async function stateOf(directory: string): Promise<string> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  let state = '';
  for (const name of names) {
    const status = await stat(join(directory, name), { bigint: true }).catch(() => null);
    if (status) state += `${name} ${status.ino} ${status.size} ${status.mtimeNs}\n`;
  }
  return state;
}
