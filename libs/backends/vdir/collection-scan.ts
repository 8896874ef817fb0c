import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LONGEST_TEXT } from '#formats';
import { codeOf } from './file-failure.js';
import { isObjectName } from './file-names.js';

/** One file of a collection. */
export interface ScannedFile {
  readonly name: string;
  /** Hash of its bytes. */
  readonly version: string;
  /** Components of iCalendar in it, in capitals: `VEVENT`. */
  readonly components: ReadonlySet<string>;
  readonly uid: string | null;
}

interface Remembered extends ScannedFile {
  readonly stamp: string;
  /** False if the file was written so shortly before it was read that the next change might bear the same times. */
  readonly settled: boolean;
}

/** Files that are looked at or read at the same time. */
const atOnce = 16;
/** Times of files are no finer than this on the file systems there are, in milliseconds. */
const coarsest = 100;
/** Larger files are told by their times, and never read. */
const longestFile = LONGEST_TEXT;

const stampOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${ino}.${size}.${mtimeNs}.${ctimeNs}`;

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('base64url').slice(0, 27);

/** What is in one folder. A file is read again only when its size, times or inode moved. */
export class CollectionScan {
  private known = new Map<string, Remembered>();

  constructor(
    private readonly root: string,
    private readonly directory: string,
    private readonly suffix: string,
  ) {}

  /** The files as they are now, by name. Throws errors of the file system. */
  async files(): Promise<ReadonlyMap<string, ScannedFile>> {
    const entries = await readdir(this.directory, { withFileTypes: true });
    if ((await inside(this.root, this.directory)) === null) return new Map();
    const names = entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && isObjectName(entry.name, this.suffix))
      .map((entry) => ({ name: entry.name, isLink: entry.isSymbolicLink() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const found = new Map<string, Remembered>();
    for (let at = 0; at < names.length; at += atOnce) {
      const files = await Promise.all(
        names.slice(at, at + atOnce).map(({ name, isLink }) => this.file(name, isLink)),
      );
      for (const file of files) if (file) found.set(file.name, file);
    }
    this.known = found;
    return found;
  }

  /** Null for what is no file, vanished, cannot be read, or lies outside of the root. */
  private async file(name: string, isLink: boolean): Promise<Remembered | null> {
    try {
      const plain = join(this.directory, name);
      const path = isLink ? await inside(this.root, plain) : plain;
      if (path === null) return null;
      // What is no link leads nowhere else: one look is enough where nothing changed.
      const status = await lstat(path, { bigint: true });
      if (!status.isFile()) return null;
      const stamp = stampOf(status);
      const before = this.known.get(name);
      if (before?.settled && before.stamp === stamp) return before;
      const settled = Date.now() - Number(status.mtimeMs) > coarsest;
      if (status.size > BigInt(longestFile)) return { name, stamp, settled, ...unread(stamp) };
      const bytes = await readFile(path, { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
      return { name, stamp, settled, version: hashOf(bytes), ...contentOf(bytes) };
    } catch (error) {
      // A disk that stumbles deletes nothing from anybody's phone.
      if (!isNoFile(error)) throw error;
      return null;
    }
  }
}

const noFile: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM']);
const isNoFile = (error: unknown): boolean => noFile.has(codeOf(error));

const unread = (stamp: string): Omit<ScannedFile, 'name'> => ({
  version: hashOf(Buffer.from(stamp)),
  components: new Set(),
  uid: null,
});

/** Where a path leads; null if that is outside of the root. */
export async function inside(root: string, path: string): Promise<string | null> {
  const real = await realpath(path);
  const top = await realpath(root);
  return real === top || real.startsWith(top.endsWith(sep) ? top : top + sep) ? real : null;
}

function contentOf(bytes: Buffer): Pick<ScannedFile, 'components' | 'uid'> {
  const text = bytes.toString('latin1');
  const components = [...text.matchAll(/^BEGIN:(VEVENT|VTODO|VJOURNAL)[ \t]*\r?$/gim)].map((match) =>
    match[1]!.toUpperCase(),
  );
  const uid = /^UID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/im.exec(text)?.[1] ?? null;
  const unfolded =
    uid === null
      ? null
      : Buffer.from(uid.replace(/\r?\n[ \t]/g, ''), 'latin1')
          .toString('utf8')
          .trim();
  return { components: new Set(components), uid: unfolded };
}
