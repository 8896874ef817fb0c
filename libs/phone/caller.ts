import type { commands, DeclaredCommand, Encodable, Infer } from '#eas';
import type { CallOptions, RawMessage } from './link.js';
import type { Outcome } from './outcome.js';

export type RequestOf<N extends DeclaredCommand> = Encodable<(typeof commands)[N]['request']>;
export type ResponseOf<N extends DeclaredCommand> = Infer<(typeof commands)[N]['response']>;

export interface CommandOptions extends CallOptions {
  readonly message?: RawMessage;
}

/** The phone as its single commands need it. */
export interface Caller {
  /** Times ten. */
  readonly versionNumber: number;
  command<N extends DeclaredCommand>(
    name: N,
    value: RequestOf<N> | null,
    options?: CommandOptions,
  ): Promise<Outcome<ResponseOf<N>>>;
}
