import { createHash, randomInt } from 'node:crypto';
import type { AppPasswordStore, StoredAppPassword } from '#store';
import { StoreUnavailable } from '#store';
import { BoundedMap } from './bounded-map.js';
import type { Sealer } from './sealer.js';

/** Lower-case letters nobody takes for another or for a digit. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';
const GROUPS = 4;
const GROUP = 5;
/** As it is shown, and as phones send it that begin with a capital or were given spaces. */
const SHAPE = new RegExp(`^[${LETTERS}]{${GROUP}}(?:[- ][${LETTERS}]{${GROUP}}){${GROUPS - 1}}$`);

/** Four groups of five letters: 90 bits, so that its plain hash may be kept. */
export function drawAppPassword(): string {
  const group = (): string =>
    Array.from({ length: GROUP }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** Its letters alone, if the text has the form of an app password; else null: then it is a mailbox's own password. */
export function appPasswordIn(text: string): string | null {
  const plain = text.trim().toLowerCase();
  return SHAPE.test(plain) ? plain.replace(/[- ]/g, '') : null;
}

/** What app passwords are found by. */
export const appPasswordDigest = (letters: string): string =>
  createHash('sha256').update(letters).digest('base64url');

/** An app password that was looked up. */
export interface KnownAppPassword {
  readonly id: string;
  readonly account: string;
  readonly deviceId: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null;
  /** The mailbox's own; null if it cannot be unsealed: the secret was changed. */
  readonly mailbox: string | null;
  readonly lookedUpAt: number;
}

export interface AppPasswordsOptions {
  readonly store: AppPasswordStore;
  readonly sealer: Sealer;
  /** Milliseconds until one that is known is looked up again. */
  readonly trust: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const CAPACITY = 100_000;
/** When one was used is noted this often, in milliseconds. */
const NOTED_EVERY = 3_600_000;

/** Passwords for phones only. Each stands for the mailbox's own, which is kept sealed beside it. */
export class AppPasswords {
  private readonly known = new BoundedMap<KnownAppPassword>(CAPACITY);
  private readonly now: () => number;
  /** Counts revocations, so that a look that was under way meanwhile is not remembered. */
  private changes = 0;

  constructor(private readonly options: AppPasswordsOptions) {
    this.now = options.now ?? Date.now;
  }

  /** One that is right and need not be looked up now. */
  trusted(digest: string): KnownAppPassword | null {
    const known = this.known.get(digest);
    return known && this.now() - known.lookedUpAt < this.options.trust ? known : null;
  }

  /** Whether it was right at the last look: then it is no guess. */
  wasRight(digest: string): boolean {
    return this.known.get(digest) !== undefined;
  }

  /**
   * Looks for it among those of the account; null if it is none. One that was right goes on while the database is away; for
   * others this throws StoreUnavailable.
   */
  async find(digest: string, tenant: string, user: string): Promise<KnownAppPassword | null> {
    const before = this.known.get(digest);
    const { changes } = this;
    let row: StoredAppPassword | null;
    try {
      row = await this.options.store.find(digest);
    } catch (error) {
      if (error instanceof StoreUnavailable && before && this.known.get(digest)) return before;
      throw error;
    }
    if (row?.tenant !== tenant || row.user !== user) {
      this.known.delete(digest);
      return null;
    }
    this.noteUse(row);
    const found = this.opened(row, digest);
    if (changes === this.changes) this.known.set(digest, found);
    return found;
  }

  /** The sealed form of a mailbox's password, to be kept with the app password of this digest. */
  seal(mailbox: string, owner: { readonly tenant: string; readonly user: string; readonly digest: string }) {
    return this.options.sealer.seal(mailbox, purpose(owner));
  }

  isExpired({ expiresAt }: KnownAppPassword): boolean {
    return expiresAt !== null && expiresAt <= this.now();
  }

  /** Something changed for the account: what is known of its app passwords is known no longer. */
  forget(account: string): void {
    this.changes += 1;
    this.known.deleteWhere((entry) => entry.account === account);
  }

  /** Changes may have been missed: all are to be looked up again, and go on until that can be done. */
  doubt(): void {
    this.changes += 1;
    this.known.mapValues((entry) => ({ ...entry, lookedUpAt: -Infinity }));
  }

  private opened(row: StoredAppPassword, digest: string): KnownAppPassword {
    const { tenant, user } = row;
    return {
      id: row.id,
      account: `${tenant}/${user}`,
      deviceId: row.deviceId,
      expiresAt: row.expiresAt?.getTime() ?? null,
      mailbox: this.unsealed(row.sealed, purpose({ tenant, user, digest })),
      lookedUpAt: this.now(),
    };
  }

  private unsealed(sealed: string, context: string): string | null {
    try {
      const password = this.options.sealer.open(sealed, context);
      return typeof password === 'string' ? password : null;
    } catch {
      return null;
    }
  }

  private noteUse({ id, lastUsedAt }: StoredAppPassword): void {
    if (lastUsedAt !== null && this.now() - lastUsedAt.getTime() < NOTED_EVERY) return;
    // Nobody waits for it, and the next look tries again.
    this.options.store.used(id, new Date(this.now())).catch(() => undefined);
  }
}

/** The digest is as good as the row's number, and known before there is a row. */
const purpose = ({ tenant, user, digest }: { tenant: string; user: string; digest: string }): string =>
  `app-password/${tenant}/${user}/${digest}`;
