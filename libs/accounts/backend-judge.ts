import { BackendError } from '#backend';
import { silentLog, type Log, type Metrics } from '#ops';
import type { Account } from './account.js';
import type { AccountPool } from './pool.js';
import type { TenantSources } from './sources.js';

export interface BackendJudgeOptions {
  readonly pool: AccountPool;
  readonly sourcesOf: (tenant: string) => TenantSources;
  /** Told what the backend said of an account's secret. */
  readonly judged: (account: Account, accepted: boolean) => void;
  readonly log?: Log;
  readonly metrics?: Metrics | undefined;
}

/** Asks the mail source whether an account's password or token is good: nobody else knows. */
export class BackendJudge {
  /** Sign-ins under way: requests of the same phone that come together share one login. */
  private readonly asking = new Map<string, Promise<boolean>>();
  private readonly log: Log;

  constructor(private readonly options: BackendJudgeOptions) {
    this.log = options.log ?? silentLog;
  }

  /** Throws BackendError `unavailable` or `throttled` if the source cannot be asked. */
  ask(account: Account, remoteAddress: string): Promise<boolean> {
    const under = this.asking.get(account.proof);
    if (under) return under;
    const asked = this.askNow(account, remoteAddress).finally(() => this.asking.delete(account.proof));
    this.asking.set(account.proof, asked);
    return asked;
  }

  private async askNow(account: Account, address: string): Promise<boolean> {
    const started = performance.now();
    const accepted = await this.accepts(account);
    this.options.judged(account, accepted);
    if (accepted) {
      const ms = Math.round(performance.now() - started);
      this.log.event('auth.accepted', { tenant: account.tenant.name, user: account.user, address, ms });
    }
    return accepted;
  }

  private async accepts(account: Account): Promise<boolean> {
    const sources = this.options.sourcesOf(account.tenant.name);
    try {
      const backend = await sources.open('Email', account);
      await this.options.pool.adopt(account, 'Email', backend);
      return true;
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'auth') return false;
      this.options.metrics?.signIns.inc({ outcome: 'unavailable' });
      throw error;
    }
  }
}
