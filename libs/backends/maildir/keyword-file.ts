import { open, readFile, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BackendError } from '#backend';
import { asBackendError, errorCode } from './deliver.js';
import { Exclusive } from './exclusive.js';
import { keywordLetters as letters, type KeywordNames } from './file-names.js';

const lockAttempts = 100;
const lockPause = 20;
/** After so many milliseconds a lock is that of a program which died (Dovecot's own limit). */
const lockIsStale = 120_000;

/**
 * The file beside a folder in which its keywords stand, `NUMBER KEYWORD` a line, as Dovecot writes and reads it
 * (`dovecot-keywords`). File names have 26 letters for them, so there are 26 at most, and none is ever taken back.
 */
export class KeywordFile {
  private readonly path: string;
  private readonly exclusive = new Exclusive();
  private stamp: string | null = null;
  private known: KeywordNames = [];

  constructor(folder: string) {
    this.path = join(folder, 'dovecot-keywords');
  }

  /** The meanings as they are on disk now; the same array as before if they did not change. */
  names(): Promise<KeywordNames> {
    return this.exclusive.run(() => this.load());
  }

  /** The letters of these keywords, new ones where there are any left: those that get none are left out. */
  async lettersFor(keywords: readonly string[]): Promise<string> {
    if (keywords.length === 0) return '';
    return this.exclusive.run(async () => {
      let names = await this.load();
      if (keywords.some((keyword) => placeOf(keyword, names) < 0) && hasRoom(names))
        names = await this.add(keywords);
      return keywords.map((keyword) => letters[placeOf(keyword, names)] ?? '').join('');
    });
  }

  private async load(): Promise<KeywordNames> {
    const stamp = await stat(this.path, { bigint: true }).then(
      ({ ino, size, mtimeNs }) => `${ino}.${size}.${mtimeNs}`,
      () => '',
    );
    if (stamp === this.stamp) return this.known;
    this.known = stamp === '' ? [] : parse(await this.text());
    this.stamp = stamp;
    return this.known;
  }

  private text(): Promise<string> {
    return readFile(this.path, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return '';
      throw asBackendError(error);
    });
  }

  /** Under the lock Dovecot takes, too, and on what the file holds by then. */
  private async add(keywords: readonly string[]): Promise<KeywordNames> {
    const lock = `${this.path}.lock`;
    const file = await lockFile(lock);
    try {
      const names = [...parse(await this.text())];
      for (const keyword of keywords) {
        if (placeOf(keyword, names) >= 0) continue;
        const free = firstFree(names);
        if (free < letters.length) names[free] = keyword;
      }
      await file.writeFile(
        names.map((name, place) => (name === undefined ? '' : `${place} ${name}\n`)).join(''),
      );
      await file.sync();
      await rename(lock, this.path);
    } catch (error) {
      await unlink(lock).catch(() => undefined);
      throw asBackendError(error);
    } finally {
      await file.close();
    }
    return this.load();
  }
}

const placeOf = (keyword: string, names: KeywordNames): number => {
  const lower = keyword.toLowerCase();
  return names.findIndex((name) => name?.toLowerCase() === lower);
};

function firstFree(names: KeywordNames): number {
  let place = 0;
  while (names[place] !== undefined) place++;
  return place;
}

const hasRoom = (names: KeywordNames): boolean => firstFree(names) < letters.length;

function parse(text: string): KeywordNames {
  const names = Array<string | undefined>(letters.length).fill(undefined);
  for (const line of text.split('\n')) {
    const match = /^(\d{1,2}) (\S+)$/.exec(line.trimEnd());
    if (match && Number(match[1]) < letters.length) names[Number(match[1])] = match[2];
  }
  return names;
}

async function lockFile(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw asBackendError(error);
      if (attempt === lockAttempts)
        throw new BackendError('unavailable', 'the keywords are locked', {
          reason: 'locked',
          retryAfter: 10,
        });
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > lockIsStale) await unlink(path).catch(() => undefined);
      else await pause(lockPause);
    }
  }
}
