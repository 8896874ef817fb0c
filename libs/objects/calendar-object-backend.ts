import { BackendError, type CalendarObject, type CalendarStore, type WrittenItem } from '#backend';
import { ObjectBackend } from './object-backend.js';
import { monthOf } from './horizon.js';
import { currentObject, placeOf } from './object-desk.js';
import { feedVersion, objectId } from './object-id.js';
import { uuidOf } from './object-name.js';
import type { ObjectEntry, StoredObject } from './object-source.js';

/** Nobody reads what scheduling wrote as a phone of some version would; any will do to tell whether it was altered. */
const manner = { protocolVersion: 161, supported: null };

const millisecondsPerDay = 86_400_000;
/** Objects that are looked into together. */
const pageSize = 500;

/** Calendars: objects that scheduling works on as a whole, too. */
export class CalendarObjectBackend extends ObjectBackend implements CalendarStore {
  async findByUid(uid: string): Promise<readonly CalendarObject[]> {
    const found: CalendarObject[] = [];
    for (const { path } of await this.desk.folders.writable()) {
      for (const name of await this.searcher.namesOfUid(path, uid)) {
        const object = await this.object(path, name);
        if (object && this.desk.codec.uidOf(object.text) === uid) found.push(object);
      }
    }
    return found;
  }

  async calendarObject(folder: string, id: string): Promise<CalendarObject | null> {
    const place = await placeOf(this.desk, folder, id).catch(nullIfGone);
    return place && this.object(folder, place.name);
  }

  async putCalendarObject(
    folder: string,
    text: string,
    how: { readonly over: CalendarObject } | { readonly name: string },
  ): Promise<WrittenItem> {
    const written = { text, files: [] };
    if ('over' in how) {
      const { name, version } = await this.unchanged(how.over);
      return this.writer.store(how.over.folder, name, written, version, manner);
    }
    await this.desk.folders.mustBeWritable(folder);
    const name = uuidOf('name', how.name) + this.desk.codec.suffix;
    await this.desk.names.remember(folder, new Map([[objectId(name), name]]));
    return this.writer.store(folder, name, written, null, manner);
  }

  async deleteCalendarObject(object: CalendarObject): Promise<void> {
    const current = await this.unchanged(object).catch(nullIfGone);
    if (!current) return;
    await this.desk.source.remove(object.folder, current.name, current.version);
    this.desk.texts.forget(object.folder, current.name);
  }

  async *textsDuring(folder: string, start: Date, end: Date): AsyncGenerator<string> {
    const { source, texts } = this.desk;
    const asked = await source.textsDuring?.(folder, start, end);
    if (asked) {
      yield* asked;
      return;
    }
    for (const names of await this.current(folder, Math.floor(start.getTime() / millisecondsPerDay) - 1)) {
      for await (const fetched of texts.fetch(folder, names)) if ('text' in fetched) yield fetched.text;
    }
  }

  schedulesItself(): Promise<boolean> {
    return this.desk.source.schedulesItself();
  }

  /** Objects that did not end before a day, in pages. */
  private async current(folder: string, sinceDay: number): Promise<ObjectEntry[][]> {
    const { index, digests, now } = this.desk;
    const entries = [...(await index.current(folder)).entries.values()];
    const pages: ObjectEntry[][] = [];
    for (let at = 0; at < entries.length; at += pageSize) {
      const page = entries.slice(at, at + pageSize);
      const seen = await digests.of(folder, page, monthOf(now()));
      pages.push(
        page.filter(({ name }) => {
          const digest = seen.get(name);
          return digest && !digest.isOther && (digest.day === null || digest.day >= sinceDay);
        }),
      );
    }
    return pages;
  }

  private async object(folder: string, name: string): Promise<CalendarObject | null> {
    const current = await currentObject(this.desk, folder, name).catch(nullIfGone);
    if (!current) return null;
    await this.desk.names.remember(folder, new Map([[objectId(name), name]]));
    const { version, text } = current;
    return { folder, id: objectId(name), version: feedVersion(version), text };
  }

  /** Throws `conflict` if it is another one by now, `gone` if it is not there. */
  private async unchanged({ folder, id, version }: CalendarObject): Promise<StoredObject> {
    await this.desk.folders.mustBeWritable(folder);
    const { name } = await placeOf(this.desk, folder, id);
    const current = await currentObject(this.desk, folder, name);
    if (feedVersion(current.version) === version) return current;
    throw new BackendError('conflict', 'somebody else changed the object', { reason: 'changed' });
  }
}

/** What cannot be read is nothing that could be scheduled, either. */
function nullIfGone(error: unknown): null {
  const passes = error instanceof BackendError && (error.kind === 'gone' || error.reason === 'unreadable');
  if (passes) return null;
  throw error;
}
