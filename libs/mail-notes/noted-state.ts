import { BackendError, type MailState, type MailStateWriter } from '#backend';
import type { NotePatch } from '#store';
import { isPlain, packFollowUp, packLastVerb } from './note.js';
import { isNoted, withRevision } from './noted-version.js';
import type { NotesDesk } from './notes-desk.js';

/** A message as its source knows it. */
interface Place {
  readonly folder: string;
  readonly item: string;
}

/** What of a change the source cannot keep; empty if it keeps all. */
export function notePatch({ followUp, flagStatus, lastVerb }: MailState): NotePatch {
  const flag = followUp ?? (flagStatus === 1 ? { Status: 1 } : undefined);
  return {
    ...(flag && !isPlain(flag) ? { followUp: packFollowUp(flag) } : {}),
    ...(lastVerb && { lastVerb: packLastVerb(lastVerb) }),
  };
}

/** Changes the state of messages: at their source what it keeps, in the store the rest. */
export class NotedState {
  constructor(
    private readonly source: MailStateWriter,
    private readonly desk: NotesDesk,
  ) {}

  /** `state` is for the source, `patch` for the store. Returns the version as the feed will tell it. */
  update(place: Place, state: MailState, patch: NotePatch): Promise<{ version: string }> {
    return Object.keys(patch).length > 0 ? this.note(place, state, patch) : this.unnote(place, state);
  }

  /** The note first, then the mark that makes it seen: whatever ends us in between, nothing is lost that was seen. */
  private async note(
    { folder, item }: Place,
    state: MailState,
    patch: NotePatch,
  ): Promise<{ version: string }> {
    const put = (): Promise<string | null> =>
      this.desk.ask((notes, account) => notes.put(account, folder, item, patch));
    // The time of a reply is worth less than that the mail is marked as answered at all.
    const revision = patch.followUp === undefined ? await this.desk.orElse(put, () => null) : await put();
    // A plain star or none may come with the verb: then no old dates may stay.
    if (patch.followUp === undefined && state.flagStatus !== undefined)
      return this.unnote({ folder, item }, { ...state, noted: true });
    try {
      const { version } = await this.source.updateState(folder, item, {
        ...state,
        ...(revision !== null && { noted: true }),
      });
      return { version: withRevision(version, revision) };
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'gone') await this.desk.forget(folder, [item]);
      throw error;
    }
  }

  /** A change that needs no note. A flag replaces the one before with all its dates. */
  private async unnote({ folder, item }: Place, state: MailState): Promise<{ version: string }> {
    const { version } = await this.source.updateState(folder, item, state);
    if (!isNoted(version)) return { version };
    const row = await this.desk.noteOf(folder, item);
    if (!row) return { version };
    if (state.flagStatus === undefined || row.followUp === null)
      return { version: withRevision(version, row.revision) };
    const revision = await this.desk.ask((notes, account) =>
      notes.put(account, folder, item, { followUp: null }),
    );
    // Renewed or taken away: the star itself may be as it was, and other phones would not hear of it.
    const renewed = await this.source.updateState(folder, item, { noted: revision !== null });
    return { version: withRevision(renewed.version, revision) };
  }
}
