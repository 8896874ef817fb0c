import type { IncomingHttpHeaders } from 'node:http';
import type { Timing } from './timing.js';

/** What became of one exchange that reached the server. */
export type Outcome<T> =
  DocumentOutcome<T> | EmptyOutcome | RefusedOutcome | MalformedOutcome | LostOutcome | DiscardedOutcome;

interface Head {
  readonly http: number;
  readonly headers: IncomingHttpHeaders;
  readonly timing: Timing;
}

export interface DocumentOutcome<T> extends Head {
  readonly kind: 'document';
  readonly value: T;
  /** Status in the root element, if there is one. */
  readonly status: number | undefined;
  /** Of a multipart answer (MS-ASCMD 2.2.1.10.1): part 0 is the document, so `parts[0]` is what `Part` 1 names. */
  readonly parts: readonly Buffer[];
}

/** HTTP 200 without a body. */
export interface EmptyOutcome extends Head {
  readonly kind: 'empty';
}

/** Any other HTTP status than 200. */
export interface RefusedOutcome extends Head {
  readonly kind: 'refused';
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** Where X-MS-Location or Location points to. */
  readonly location: string | undefined;
  /** The beginning of what the server said. */
  readonly text: string;
}

/** HTTP 200 and something that is no answer to this command. */
export interface MalformedOutcome extends Head {
  readonly kind: 'malformed';
  readonly reason: string;
  readonly text: string;
}

/** The connection ended before the answer did. */
export interface LostOutcome extends Head {
  readonly kind: 'lost';
}

/** The body was counted and not looked at, as asked. */
export interface DiscardedOutcome extends Head {
  readonly kind: 'discarded';
}

/** The server's answer was no document, where one was needed. `outcome` tells all. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  constructor(
    readonly command: string,
    readonly outcome: Exclude<Outcome<never>, { kind: 'document' }>,
  ) {
    super(`${command}: ${describe(outcome)}`);
  }
}

function describe(outcome: Exclude<Outcome<never>, { kind: 'document' }>): string {
  switch (outcome.kind) {
    case 'empty':
      return 'HTTP 200 without a body';
    case 'refused':
      return `HTTP ${outcome.http}`;
    case 'malformed':
      return `not ActiveSync: ${outcome.reason}`;
    case 'lost':
      return `the answer was lost after ${outcome.timing.bytes} bytes`;
    case 'discarded':
      return 'the answer was discarded';
  }
}
