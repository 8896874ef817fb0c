import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { asBackendError, errorCode } from './deliver.js';

/** What happened to one message: it came (or is known), its flags changed, it went. */
export type UidRecord =
  | { readonly kind: 'added'; seq: number; uid: number; day: number; flags: string; base: string }
  | { readonly kind: 'flags'; seq: number; uid: number; flags: string }
  | { readonly kind: 'removed'; seq: number; uid: number };

/** The content of a uid file. */
export interface UidHistory {
  /** Changes whenever the numbers begin anew. Seven characters. */
  readonly epoch: string;
  /** Changes up to this one are no longer told one by one. */
  readonly floor: number;
  /** No message was ever given this number or a higher one. */
  readonly nextUid: number;
  readonly records: readonly UidRecord[];
}

/** Which state of the file on disk we know: tells whether another process wrote to it. No file has inode 0. */
interface Stamp {
  readonly inode: number;
  /** Bytes. */
  readonly size: number;
}

const fileName = 'godwit-uids';
const format = '1';

/**
 * The file beside a folder in which its numbers and changes stand, one a line, in the order in which they were given
 * out. Lines are only appended, and are on disk before a number leaves the process: so a number can never come to name
 * another message. A rewritten file replaces the old one whole.
 */
export class UidFile {
  private readonly path: string;
  private stamp: Stamp | null = null;

  constructor(folder: string) {
    this.path = join(folder, fileName);
  }

  /** Null if there is no file, or none that can be trusted: numbering begins anew then. */
  async load(): Promise<UidHistory | null> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null;
      throw asBackendError(error);
    });
    this.stamp = await this.look();
    return text === null ? null : parseHistory(text);
  }

  /** Whether somebody else wrote to the file, or removed it, since we did. */
  async isForeign(): Promise<boolean> {
    const { inode, size } = await this.look();
    return inode !== this.stamp?.inode || size !== this.stamp.size;
  }

  async append(records: readonly UidRecord[]): Promise<void> {
    const lines = Buffer.from(records.map(formatRecord).join(''));
    const file = await open(this.path, 'a', 0o600);
    try {
      await file.appendFile(lines);
      await file.datasync();
    } finally {
      await file.close();
    }
    // What somebody else wrote meanwhile is not counted, and so shows at the next look.
    if (this.stamp) this.stamp = { ...this.stamp, size: this.stamp.size + lines.length };
  }

  async replace(history: UidHistory): Promise<void> {
    const temporary = `${this.path}.${process.pid}.tmp`;
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(formatHistory(history));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    this.stamp = await this.look();
  }

  private async look(): Promise<Stamp> {
    const found = await stat(this.path).catch(() => null);
    return { inode: found?.ino ?? 0, size: found?.size ?? 0 };
  }
}

const base36 = (number: number): string => number.toString(36);
const escaped = (base: string): string => base.replace(/[%\r\n]/g, encodeURIComponent);
const unescaped = (base: string): string =>
  base.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));

function formatRecord(record: UidRecord): string {
  const start = `${base36(record.seq)} ${base36(record.uid)}`;
  switch (record.kind) {
    case 'added':
      return `A ${start} ${record.day} ${record.flags || '-'} ${escaped(record.base)}\n`;
    case 'flags':
      return `F ${start} ${record.flags || '-'}\n`;
    case 'removed':
      return `R ${start}\n`;
  }
}

const formatHistory = ({ epoch, floor, nextUid, records }: UidHistory): string =>
  `${format} ${epoch} ${base36(floor)} ${base36(nextUid)}\n${records.map(formatRecord).join('')}`;

const numberPattern = '([0-9a-z]{1,11})';
const headPattern = new RegExp(`^${format} ([0-9a-z]{7}) ${numberPattern} ${numberPattern}$`);

function parseHistory(text: string): UidHistory | null {
  const lines = text.split('\n');
  // Behind the last line end stands nothing, or a line that was never finished and so never given out.
  const torn = lines.pop() !== '';
  const head = headPattern.exec(lines.shift() ?? '');
  if (!head || torn) return null;
  const records: UidRecord[] = [];
  for (const line of lines) {
    const record = parseRecord(line);
    if (!record) return null;
    records.push(record);
  }
  return { epoch: head[1]!, floor: parseInt(head[2]!, 36), nextUid: parseInt(head[3]!, 36), records };
}

function parseRecord(line: string): UidRecord | null {
  const [kind, seqText, uidText, ...rest] = line.split(' ');
  const seq = parseInt(seqText ?? '', 36);
  const uid = parseInt(uidText ?? '', 36);
  if (!Number.isSafeInteger(seq) || !Number.isSafeInteger(uid)) return null;
  if (kind === 'R' && rest.length === 0) return { kind: 'removed', seq, uid };
  if (kind === 'F' && rest.length === 1) return { kind: 'flags', seq, uid, flags: flagsOf(rest[0]) };
  const day = Number(rest[0]);
  if (kind !== 'A' || rest.length < 3 || !Number.isInteger(day)) return null;
  return { kind: 'added', seq, uid, day, flags: flagsOf(rest[1]), base: unescaped(rest.slice(2).join(' ')) };
}

const flagsOf = (text: string | undefined): string => (text === undefined || text === '-' ? '' : text);
