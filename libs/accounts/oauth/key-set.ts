import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import { BackendError } from '#backend';

/** The keys are looked at again after so long, in milliseconds: one that was withdrawn must not serve for days. */
const FRESH = 600_000;
/** Pause between two looks, whatever tokens ask for: a flood of unknown keys must not become one of requests. */
const COOL_DOWN = 30_000;

type KeyFinder = ReturnType<typeof createLocalJWKSet>;
export type VerificationKey = Awaited<ReturnType<KeyFinder>>;

/**
 * The public keys of an issuer. They are fetched when they are first needed, again when a token names one that is not among
 * them, and kept while the issuer is away.
 */
export class KeySet {
  private find: KeyFinder | null = null;
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private fetching: Promise<void> | null = null;
  private failure: Error | null = null;

  /** `fetch` resolves to the set; it throws BackendError. `now`: milliseconds of a steady clock. */
  constructor(
    private readonly fetch: () => Promise<JSONWebKeySet>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The key of a token. Throws JWKSNoMatchingKey, and BackendError if no keys were ever got. */
  readonly keyOf = async (
    header: JWTHeaderParameters,
    token: FlattenedJWSInput,
  ): Promise<VerificationKey> => {
    if (this.now() - this.fetchedAt > FRESH) await this.refresh();
    if (!this.find) throw this.failure ?? new BackendError('unavailable', 'the issuer has told no keys yet');
    try {
      return await this.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.refresh())) throw error;
      return this.find(header, token);
    }
  };

  /** Whether the keys are other than before; false while it is too early to look again. Never throws. */
  private async refresh(): Promise<boolean> {
    if (!this.fetching) {
      if (this.now() - this.triedAt < COOL_DOWN) return false;
      this.triedAt = this.now();
      this.fetching = this.load().finally(() => (this.fetching = null));
    }
    const before = this.find;
    await this.fetching;
    return this.find !== before;
  }

  private async load(): Promise<void> {
    try {
      this.find = createLocalJWKSet(await this.fetch());
      this.fetchedAt = this.now();
      this.failure = null;
    } catch (error) {
      this.failure =
        error instanceof BackendError
          ? error
          : new BackendError('unavailable', 'what the issuer told are no keys', {
              reason: 'issuer',
              cause: error,
            });
    }
  }
}
