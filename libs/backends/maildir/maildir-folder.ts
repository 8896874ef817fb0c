import { readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, NOTED, type ChangePage, type ChangesRequest, type MailState } from '#backend';
import { isKeyword, mailVersion, replaceCategories } from '#formats';
import { asBackendError, deliver, errorCode } from './deliver.js';
import { Exclusive } from './exclusive.js';
import {
  changeLetters,
  formatFileName,
  namesOf,
  parseFileName,
  uniqueName,
  withKeywords,
  type KeywordNames,
} from './file-names.js';
import { KeywordFile } from './keyword-file.js';
import { UidFile, type UidRecord } from './uid-file.js';
import { type UidEntry, UidLog } from './uid-log.js';

const millisecondsPerDay = 86_400_000;
/** A change within this time after the directory was read may have left the same modification time behind. */
const clockGrain = 100;
const statsAtOnce = 64;

interface SeenFile {
  readonly file: string;
  readonly flags: string;
}

/** What the directories looked like at a moment. */
interface Times {
  readonly stamp: string;
  /** When the later of them was changed last. Milliseconds since 1970, as is the next. */
  readonly latest: number;
  readonly lookedAt: number;
}

interface Survey {
  readonly files: Map<string, SeenFile>;
  /** Nothing moved while the directories were read, so what was not seen is not there. */
  readonly complete: boolean;
}

/** One folder: its directory, its numbers, and what may be done to it. All that changes either runs one at a time. */
export class MaildirFolder {
  private readonly uids: UidFile;
  private readonly keywords: KeywordFile;
  private readonly exclusive = new Exclusive();
  private log: UidLog | null = null;
  /** Modification times of `new` and `cur` when they were last read; null when they must be read again. */
  private times: string | null = null;

  constructor(readonly directory: string) {
    this.uids = new UidFile(directory);
    this.keywords = new KeywordFile(directory);
  }

  async changes(request: ChangesRequest): Promise<ChangePage> {
    return (await this.current()).page(request);
  }

  /** The log after a look at the directory. Throws `gone` if the folder is not there. */
  async current(): Promise<UidLog> {
    return this.exclusive.run(() => this.refresh());
  }

  /** Path of a message's file, as last seen. */
  pathOf(entry: UidEntry): string | null {
    return entry.file === null ? null : join(this.directory, entry.file);
  }

  /** Makes the next look read the directories whatever their times say: a file was not where it should be. */
  distrust(): void {
    this.times = null;
  }

  async updateState(id: string, state: MailState): Promise<string> {
    return this.exclusive.run(async () => {
      const log = await this.refresh();
      const entry = log.byId(id);
      if (!entry?.file) throw new BackendError('gone', `no item ${id}`);
      const flags = await this.lettersAfter(entry.flags, state, log.keywords);
      await this.useKeywords(log);
      // A note that is renewed changes no letter, but everybody has to hear of it: the file's going and coming says so.
      const renewed = state.noted === true && flags === entry.flags;
      const steps = renewed
        ? [await this.lettersAfter(flags, { noted: false }, log.keywords), flags]
        : [flags];
      for (const letters of steps) {
        if (letters === entry.flags) continue;
        const file = `cur/${formatFileName({ base: entry.base, flags: letters })}`;
        await this.renameFile(entry.file, file);
        entry.file = file;
        await this.write(log, [log.setFlags(entry, letters)]);
      }
      return mailVersion(log.flagsOf(entry));
    });
  }

  /** The letters of a mail after a change. New keywords get a letter as long as there are any. Throws `invalid`. */
  private async lettersAfter(flags: string, state: MailState, names: KeywordNames): Promise<string> {
    const letters = changeLetters(flags, state);
    if (state.keywords === undefined && state.noted === undefined) return letters;
    if (state.keywords?.every(isKeyword) === false) {
      throw new BackendError('invalid', 'a category that is no keyword', { reason: 'keyword' });
    }
    const before = namesOf(flags, names);
    const replaced = state.keywords === undefined ? before : replaceCategories(before, state.keywords);
    const isMark = (name: string): boolean => name.toLowerCase() === NOTED.toLowerCase();
    const kept = state.noted === undefined ? replaced : replaced.filter((name) => !isMark(name));
    const after = await this.keywords.lettersFor(state.noted ? [...kept, NOTED] : kept);
    return withKeywords(letters, after, names);
  }

  private async renameFile(from: string, to: string): Promise<void> {
    try {
      await rename(join(this.directory, from), join(this.directory, to));
    } catch (error) {
      this.times = null;
      throw errorCode(error) === 'ENOENT'
        ? new BackendError('gone', 'the mail is gone')
        : asBackendError(error);
    }
  }

  /** Ids that could not be deleted. */
  async delete(ids: readonly string[]): Promise<string[]> {
    return this.exclusive.run(async () => {
      const log = await this.refresh();
      const failed: string[] = [];
      const records: UidRecord[] = [];
      for (const id of new Set(ids)) {
        const entry = log.byId(id);
        const path = entry && this.pathOf(entry);
        if (!entry || !path) continue;
        const error = await unlink(path).then(() => null, errorCode);
        if (error === null || error === 'ENOENT') records.push(log.remove(entry));
        else failed.push(id);
      }
      await this.write(log, records);
      return failed;
    });
  }

  /** Takes messages out of here into another folder; old id to unique name there. */
  async moveTo(ids: readonly string[], target: MaildirFolder): Promise<Map<string, string>> {
    return this.exclusive.run(async () => {
      const log = await this.refresh();
      const moved = new Map<string, string>();
      const records: UidRecord[] = [];
      for (const id of new Set(ids)) {
        const entry = log.byId(id);
        const path = entry && this.pathOf(entry);
        if (!entry || !path) continue;
        // A name of its own: the same message may lie in the target already.
        const base = uniqueName();
        // Letters mean other keywords there.
        const letters = await target.keywords.lettersFor(namesOf(entry.flags, log.keywords));
        const flags = withKeywords(entry.flags.replace(/[a-z]/g, ''), letters, log.keywords);
        const place = join(target.directory, 'cur', formatFileName({ base, flags }));
        const error = await rename(path, place).then(() => null, errorCode);
        if (error === null) {
          moved.set(id, base);
          records.push(log.remove(entry));
        } else if (error !== 'ENOENT') this.times = null;
      }
      await this.write(log, records);
      return moved;
    });
  }

  /** Delivers `size` bytes and returns the id. */
  async append(message: AsyncIterable<Uint8Array>, size: number, state: MailState): Promise<string | null> {
    const flags = await this.lettersAfter('', state, []);
    const base = await deliver(this.directory, message, { size, flags });
    const log = await this.current();
    const entry = log.byName(base);
    return entry ? log.idOf(entry) : null;
  }

  private async refresh(): Promise<UidLog> {
    const known = this.log !== null && !(await this.uids.isForeign()) ? this.log : null;
    if (known) await this.useKeywords(known);
    const now = await this.readTimes();
    if (known && now.stamp === this.times) return known;
    try {
      const log = known ?? (await this.load());
      if (!known) log.keywords = await this.keywords.names();
      await this.survey(log, now);
      this.log = log;
      return log;
    } catch (error) {
      this.log = null;
      this.times = null;
      throw asBackendError(error);
    }
  }

  /** Takes over what the letters mean by now; mails that have a letter which got another meaning have changed. */
  private async useKeywords(log: UidLog): Promise<void> {
    const names = await this.keywords.names();
    const before = log.keywords;
    if (names === before) return;
    log.keywords = names;
    const isOther = (flags: string): boolean =>
      namesOf(flags, before).join(' ') !== namesOf(flags, names).join(' ');
    const changed = [...log.live].filter(({ flags }) => isOther(flags));
    await this.write(
      log,
      changed.map((entry) => log.setFlags(entry, entry.flags)),
    );
  }

  private async load(): Promise<UidLog> {
    const history = await this.uids.load();
    if (history) return new UidLog(history);
    const fresh = { epoch: newEpoch(), floor: 0, nextUid: 1, records: [] };
    await this.uids.replace(fresh);
    return new UidLog(fresh);
  }

  private async readTimes(): Promise<Times> {
    const lookedAt = Date.now();
    const found = await Promise.all(
      ['new', 'cur'].map((part) => stat(join(this.directory, part), { bigint: true })),
    ).catch((error: unknown) => {
      throw asBackendError(error);
    });
    return {
      lookedAt,
      stamp: found.map(({ ino, mtimeNs }) => `${ino}.${mtimeNs}`).join(' '),
      latest: Math.max(...found.map(({ mtimeNs }) => Number(mtimeNs / 1_000_000n))),
    };
  }

  /** Reads the directories and enters into the log what is new, changed and gone. */
  private async survey(log: UidLog, before: Times): Promise<void> {
    const { files, complete } = await this.readFiles(before.stamp);
    const records: UidRecord[] = [];
    const arrived: string[] = [];
    for (const [base, { file, flags }] of files) {
      const entry = log.byName(base);
      if (!entry) arrived.push(base);
      else {
        entry.file = file;
        if (entry.flags !== flags) records.push(log.setFlags(entry, flags));
      }
    }
    if (complete) {
      const gone = [...log.live].filter(({ base }) => !files.has(base));
      for (const entry of gone) records.push(log.remove(entry));
    }
    records.push(...(await this.enter(log, arrived, files)));
    await this.write(log, records);
    this.times = complete && before.lookedAt - before.latest > clockGrain ? before.stamp : null;
  }

  /** A file that is renamed while the directory is read can be missed, so an unquiet reading is repeated. */
  private async readFiles(stampBefore: string): Promise<Survey> {
    let stamp = stampBefore;
    for (let attempt = 1; ; attempt++) {
      const files = new Map<string, SeenFile>();
      for (const part of ['new', 'cur']) {
        for (const name of await readdir(join(this.directory, part))) {
          const parsed = parseFileName(name);
          if (parsed) files.set(parsed.base, { file: `${part}/${name}`, flags: parsed.flags });
        }
      }
      const after = (await this.readTimes()).stamp;
      if (after === stamp || attempt === 3) return { files, complete: after === stamp };
      stamp = after;
    }
  }

  /** Numbers for messages that were never seen, in the order of their arrival. */
  private async enter(log: UidLog, bases: readonly string[], files: Survey['files']): Promise<UidRecord[]> {
    const dated: { base: string; time: number }[] = [];
    for (let i = 0; i < bases.length; i += statsAtOnce) {
      const found = await Promise.all(
        bases.slice(i, i + statsAtOnce).map(async (base) => {
          const status = await stat(join(this.directory, files.get(base)!.file)).catch(() => null);
          return status?.isFile() ? { base, time: status.mtimeMs } : null;
        }),
      );
      dated.push(...found.filter((entry) => entry !== null));
    }
    dated.sort((a, b) => a.time - b.time || (a.base < b.base ? -1 : 1));
    return dated.map(({ base, time }) => {
      const { file, flags } = files.get(base)!;
      const record = log.add(base, Math.floor(time / millisecondsPerDay), flags);
      const entry = log.byName(base);
      if (entry) entry.file = file;
      return record;
    });
  }

  private async write(log: UidLog, records: readonly UidRecord[]): Promise<void> {
    try {
      if (log.isWasteful) await this.uids.replace(log.cleanUp());
      else if (records.length > 0) await this.uids.append(records);
    } catch (error) {
      // What could not be written was not given out: read the file again before anything else.
      this.log = null;
      throw asBackendError(error);
    }
  }
}

let lastEpoch = 0;

/** Hundredths of a second since 2025 in seven digits: later than every epoch before it. */
function newEpoch(): string {
  lastEpoch = Math.max(lastEpoch + 1, Math.floor((Date.now() - Date.UTC(2025, 0, 1)) / 10));
  return lastEpoch.toString(36).padStart(7, '0').slice(-7);
}
