import type { Caller, RequestOf, ResponseOf } from './caller.js';
import { UnexpectedAnswer } from './outcome.js';
import type { Timing } from './timing.js';

export interface PingOptions {
  /** Seconds; left out, the server keeps the last one. */
  readonly interval?: number;
  /** Ids and classes; left out, the server keeps the last ones. */
  readonly folders?: readonly { readonly id: string; readonly itemClass: string }[];
  /** Lets the waiting end from this side. */
  readonly signal?: AbortSignal;
  /** Milliseconds of silence beyond the interval that are too much; default 60,000. */
  readonly grace?: number;
}

export type PingResult =
  | {
      readonly kind: 'answered';
      /** MS-ASCMD 2.2.3.177.11: 1 nothing, 2 changes, 3 parameters missing, 5 interval, 6 folders, 7 hierarchy. */
      readonly status: number;
      /** Folders with changes. */
      readonly folders: readonly string[];
      /** The interval the server allows (Status 5), in seconds. */
      readonly interval: number | undefined;
      readonly maxFolders: number | undefined;
      readonly timing: Timing;
    }
  /** The phone itself hung up. */
  | { readonly kind: 'aborted' }
  /** Somebody cut the connection while it was held. */
  | { readonly kind: 'cut'; readonly afterMs: number; readonly cause: Error };

const LONGEST = 3600;

/** Waits for news. Errors of a connection that was never held, and HTTP refusals (UnexpectedAnswer), are thrown. */
export async function ping(caller: Caller, options: PingOptions): Promise<PingResult> {
  const { interval = LONGEST, signal, grace = 60_000 } = options;
  const begun = performance.now();
  const call = { silence: interval * 1000 + grace, ...(signal && { signal }) };
  try {
    const outcome = await caller.command('Ping', requestOf(options), call);
    if (outcome.kind === 'document') return answered(outcome.value, outcome.timing);
    if (outcome.kind !== 'lost') throw new UnexpectedAnswer('Ping', outcome);
    return cutOrAborted(new Error('the answer broke off'), begun, signal);
  } catch (error) {
    if (signal?.aborted !== true && !isCut(error)) throw error;
    return cutOrAborted(error as Error, begun, signal);
  }
}

/** Null, and so no body, when nothing differs from last time (trap 37). */
function requestOf({ interval, folders }: PingOptions): RequestOf<'Ping'> | null {
  if (interval === undefined && folders === undefined) return null;
  const Folder = folders?.map(({ id, itemClass }) => ({ Id: id, Class: itemClass }));
  return {
    ...(interval !== undefined && { HeartbeatInterval: interval }),
    ...(Folder && { Folders: { Folder } }),
  };
}

const answered = (
  { Status, Folders, HeartbeatInterval, MaxFolders }: ResponseOf<'Ping'>,
  timing: Timing,
): PingResult => ({
  kind: 'answered',
  status: Status,
  folders: Folders?.Folder ?? [],
  interval: HeartbeatInterval,
  maxFolders: MaxFolders,
  timing,
});

const cutCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const isCut = (error: unknown): boolean => cutCodes.has((error as NodeJS.ErrnoException).code ?? '');

const cutOrAborted = (cause: Error, begun: number, signal: AbortSignal | undefined): PingResult =>
  signal?.aborted === true ? { kind: 'aborted' } : { kind: 'cut', afterMs: performance.now() - begun, cause };
