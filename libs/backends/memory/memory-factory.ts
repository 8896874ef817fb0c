import { BackendError, hasPassword, isToken, type BackendFactory, type Credentials } from '#backend';
import { MemoryBackend } from './memory-backend.js';
import { type MemoryMailbox } from './memory-mailbox.js';

export interface MemoryAccount {
  readonly password: string;
  readonly mailbox: MemoryMailbox;
}

/** Signs in to mailboxes in memory. `accounts` may be changed while it is used. */
export class MemoryFactory implements BackendFactory {
  readonly kind = 'memory';
  readonly judges = true;

  constructor(private readonly accounts: ReadonlyMap<string, MemoryAccount>) {}

  async open(credentials: Credentials): Promise<MemoryBackend> {
    const account = this.accounts.get(credentials.user);
    const isRight =
      isToken(credentials) || (hasPassword(credentials) && account?.password === credentials.password);
    if (!account || !isRight) throw new BackendError('auth', 'unknown user or wrong password');
    return new MemoryBackend(account.mailbox);
  }

  async close(): Promise<void> {}
}
