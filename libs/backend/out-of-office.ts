/** Who an out-of-office reply is for (MS-ASCMD 2.2.3.14, 15, 16 AppliesTo...). */
export type OofAudience = 'internal' | 'externalKnown' | 'externalUnknown';

export interface OofMessage {
  readonly enabled: boolean;
  /** What is answered; may be kept while not enabled. */
  readonly reply: string;
  readonly bodyType: 'text' | 'html';
}

/** An account's out-of-office state. */
export interface OutOfOfficeState {
  readonly state: 'disabled' | 'global' | 'timed';
  /** Only with `timed`. */
  readonly start?: Date;
  readonly end?: Date;
  readonly messages: Readonly<Partial<Record<OofAudience, OofMessage>>>;
}

/** Where an account's automatic replies are set. Throws BackendError. */
export interface OutOfOffice {
  readonly kind: string;
  get(): Promise<OutOfOfficeState>;
  /** Audiences that `messages` does not name keep what they have (trap 103). */
  set(state: OutOfOfficeState): Promise<void>;
  close(): Promise<void>;
}
