import type { Backend, ChangeNotice, Watch } from '#backend';
import type { StandingWatch } from './room.js';

export interface PushedSourcesOptions {
  /** Whether somebody tells of what happens at a place. */
  readonly isTold: (place: string) => boolean;
  /**
   * Sees to it that the account's server tells of its mail. False if it cannot: the mail is watched then. Throws BackendError.
   */
  readonly ask: () => Promise<boolean>;
  /** Whether a place is one of those `ask` is about. */
  readonly wantsAsking: (place: string) => boolean;
  /** Watches the places nobody tells of; only called if there are any. */
  readonly others: Pick<Backend, 'watch'>['watch'];
  /** Milliseconds between two looks at places that are told of: what tells of them may be lost. */
  readonly recheck: number;
}

/**
 * The sources of an account whose servers tell by themselves what changed: nothing is open for them while phones wait. What
 * they do not tell of is watched as ever.
 */
export class PushedSources {
  constructor(private readonly options: PushedSourcesOptions) {}

  async watch(places: readonly string[], notify: (notice: ChangeNotice) => void): Promise<StandingWatch> {
    const { isTold, ask, wantsAsking, others, recheck } = this.options;
    const mustAsk = places.some((place) => isTold(place) && wantsAsking(place));
    const tells = !mustAsk || (await ask());
    const told = (place: string): boolean => isTold(place) && (tells || !wantsAsking(place));
    const rest = places.filter((place) => !told(place));
    const watch: Watch | null = rest.length > 0 ? await others(rest, notify) : null;
    return {
      ...(rest.length < places.length && { recheck }),
      close: async () => watch?.close(),
    };
  }
}
