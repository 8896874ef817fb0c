import type { DeltaEntry, RestoreAsk } from '#device';
import type { SyncCommandResponse } from '#eas';
import type { Json } from '#store';

/** What the phone's commands in one collection came to. */
export interface CommandResults {
  readonly responses: readonly SyncCommandResponse[];
  readonly fetches: readonly string[];
  readonly imports: readonly DeltaEntry[];
  /** What of a mail's version the phone's changes named, by item. */
  readonly named?: Readonly<Record<string, string>>;
  /** Items the phone wrote, as they stand now. */
  readonly written: readonly DeltaEntry[];
  /** What the source did not let the phone do: it gets the source's version again (trap 51). */
  readonly restore: readonly RestoreAsk[];
  /** What was done, for the phone that does not hear the answer (trap 19); null if there is nothing to say. */
  readonly journal: Json;
}

export const noResults: CommandResults = {
  responses: [],
  fetches: [],
  imports: [],
  written: [],
  restore: [],
  journal: null,
};
