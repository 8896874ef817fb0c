import { BackendError, hasPassword, isToken, type BackendFactory, type Credentials } from '#backend';
import { asBackendError } from './deliver.js';
import { MaildirBackend } from './maildir-backend.js';
import { MaildirStore } from './maildir-store.js';

export interface MaildirFactoryOptions {
  /** The mailbox's directory of a user whose password was right. */
  readonly path: (user: string) => string;
  readonly passwords: (user: string, password: string) => Promise<boolean>;
}

/** Mailboxes that stay known when nobody has them open, so that their index need not be read again. */
const keptStores = 256;

/** Signs in by password and opens the user's Maildir, which is created when it is missing. */
export class MaildirFactory implements BackendFactory {
  readonly kind = 'maildir';
  readonly judges = true;
  /** In the order of use. One store a directory: it does the locking for all who have it open. */
  private readonly stores = new Map<string, MaildirStore>();

  constructor(private readonly options: MaildirFactoryOptions) {}

  async open(credentials: Credentials): Promise<MaildirBackend> {
    const { user } = credentials;
    // Of a token the gateway has asked who it belongs to; there is nobody else here who could.
    const right =
      isUserName(user) &&
      (isToken(credentials) || (hasPassword(credentials) && (await this.check(user, credentials.password))));
    if (!right) throw new BackendError('auth', 'unknown user or wrong password');
    const store = this.store(this.options.path(user));
    await store.prepare();
    return new MaildirBackend(store);
  }

  private async check(user: string, password: string): Promise<boolean> {
    try {
      return await this.options.passwords(user, password);
    } catch (error) {
      throw new BackendError('unavailable', 'passwords cannot be checked', {
        reason: 'password-file',
        cause: asBackendError(error),
      });
    }
  }

  private store(root: string): MaildirStore {
    const store = this.stores.get(root) ?? new MaildirStore(root);
    this.stores.delete(root);
    this.stores.set(root, store);
    const oldest = this.stores.keys().next();
    if (this.stores.size > keptStores && !oldest.done) this.stores.delete(oldest.value);
    return store;
  }

  async close(): Promise<void> {
    this.stores.clear();
  }
}

/** Names that could lead to another directory than the user's own are no user's. */
export const isUserName = (user: string): boolean =>
  user !== '' && user.length <= 255 && !user.startsWith('.') && !/[/\\\0\r\n]|\.\./.test(user);
