import { BackendError, type Backend } from '#backend';
import type { TenantSources } from '../sources.js';

/** Sources whose passwords, failures and openings a test holds in its hand. */
export class FakeSources implements TenantSources {
  readonly itemClasses = ['Email'] as const;
  /** Login to password. */
  readonly passwords = new Map<string, string>();
  /** Thrown by the next openings while set. */
  failure: BackendError | null = null;
  /** Openings wait for it. */
  gate: Promise<void> = Promise.resolve();
  opened = 0;
  closed = 0;

  readonly open: TenantSources['open'] = async (_itemClass, account) => {
    this.opened++;
    await this.gate;
    if (this.failure) throw this.failure;
    const isRight = account.password === null || this.passwords.get(account.user) === account.password;
    if (!isRight) throw new BackendError('auth', 'wrong password');
    return this.backend();
  };

  readonly openService: TenantSources['openService'] = async () => null;

  async close(): Promise<void> {
    this.closed += 1000;
  }

  private backend(): Backend {
    return {
      kind: 'fake',
      folders: async () => [],
      changes: async () => ({ changed: [], removed: [], cursor: '', more: false }),
      read: async function* () {},
      watch: async () => ({ close: async () => undefined }),
      close: async () => {
        this.closed++;
      },
    };
  }
}
