import { BackendError } from '#backend';
import type { DeviceDependencies } from './dependencies.js';
import type { DeviceMessage } from './messages.js';
import type { DeviceSession, Trouble } from './session.js';

/** What people look at need not cost a write a request. Milliseconds. */
const NOTE_EVERY = 300_000;
/** Characters of an error's words that are kept. */
const LONGEST = 300;

/** The error in words, without what may be a secret: addresses lose their user and query. */
export const troubleText = ({ what, error }: Trouble): string =>
  `${what}: ${error.kind}: ${error.message}`
    .replace(/([a-z]+:\/\/)[^/\s@]*@/gi, '$1')
    .replace(/(https?:\/\/[^\s?]*)\?\S*/gi, '$1')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .slice(0, LONGEST);

/** Notes now and then what one device does and what is wrong with it, for people. */
export class SeenNotes {
  private touchedAt = -Infinity;
  private troubledAt = 0;
  private trouble = '';

  constructor(private readonly deps: Pick<DeviceDependencies, 'store' | 'now'>) {}

  /** After a message went well, as far as it could. `touch` notes that the device was seen. */
  async answered(
    session: DeviceSession,
    type: DeviceMessage['type'],
    touch: (synced: boolean) => Promise<unknown>,
  ): Promise<void> {
    const now = this.deps.now();
    if (session.trouble) await this.noteTrouble(session, session.trouble);
    // The gateway asks that by itself: nothing was heard of the phone.
    if (type === 'News') return;
    const synced = type === 'Sync' && session.trouble === null;
    if (!this.isDue(session, synced, now)) return;
    this.touchedAt = now;
    await touch(synced);
  }

  /** What was noted last is old, or no longer true. Actors come and go: the row tells what others noted. */
  private isDue({ device, envelope }: DeviceSession, synced: boolean, now: number): boolean {
    const { facts, noted } = device;
    const isOld = (at: number): boolean => Math.abs(now - at) >= NOTE_EVERY;
    if (isOld(noted.seen.getTime()) || (synced && isOld(noted.synced?.getTime() ?? -Infinity))) return true;
    const isOther =
      facts.userAgent !== envelope.userAgent || facts.protocolVersion !== envelope.protocolVersion;
    // Two programs under one device id must not cost a write each time.
    return isOther && isOld(this.touchedAt);
  }

  /** After a message failed: only what a source did is worth a note. */
  async failed(session: DeviceSession, error: unknown): Promise<void> {
    if (!(error instanceof BackendError)) return;
    await this.noteTrouble(session, session.trouble ?? { what: 'Email', error });
  }

  private async noteTrouble(session: DeviceSession, trouble: Trouble): Promise<void> {
    const now = this.deps.now();
    const text = troubleText(trouble);
    const isNew = text !== this.trouble;
    if (!isNew && now - this.troubledAt < NOTE_EVERY) return;
    // A source that says something else each time must not cost more writes than one that does not.
    if (now - this.troubledAt < NOTE_EVERY / 10) return;
    this.troubledAt = now;
    this.trouble = text;
    await this.deps.store.noteError(session.device.id, text, new Date(now));
    if (isNew) await this.deps.store.addEvent(session.device.id, 'source-failed', { error: text });
  }
}
