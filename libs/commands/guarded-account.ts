import type { Backend, ItemClass, QuarantineNotice } from '#backend';
import type { Asker, DeviceClient } from '#device';
import { CommonStatus, EasStatusError, type CommandName } from '#eas';
import type { AccountAccess, AccountLease } from './context.js';

/** What a device in quarantine may read the one mail with. */
const READING: ReadonlySet<CommandName> = new Set<CommandName>(['Sync', 'ItemOperations', 'GetAttachment']);

export interface GuardedRequest {
  readonly command: CommandName;
  readonly asker: Asker;
  readonly devices: DeviceClient;
  readonly account: AccountAccess;
}

/**
 * The account as one request may use it: nothing is touched before the device's actor has said how the device stands. Most
 * commands ask it something anyhow; for those that do not, it is asked when they first reach for a source. To a device in
 * quarantine one mail stands in for its Inbox, and there is nothing else: Status 130.
 */
export class GuardedAccount {
  /** Asks for this request, and hears with each answer how the device stands. */
  readonly devices: DeviceClient;
  readonly account: AccountAccess;
  private heard: Promise<QuarantineNotice | null> | null = null;

  constructor(private readonly request: GuardedRequest) {
    this.devices = request.devices.hearing((notice) => {
      this.heard = Promise.resolve(notice);
    });
    const { account } = request;
    this.account = { ...account, unguarded: account, lease: () => this.guarded(account.lease()) };
  }

  private guarded(lease: AccountLease): AccountLease {
    const open = async <T>(use: () => Promise<T>): Promise<T> => {
      if (await this.standing()) throw this.denied();
      return use();
    };
    return {
      backend: (itemClass) => this.backend(lease, itemClass),
      submitter: () => open(() => lease.submitter()),
      directory: () => open(() => lease.directory()),
      outOfOffice: () => open(() => lease.outOfOffice()),
      freeBusy: () => open(() => lease.freeBusy()),
      identities: () => open(() => lease.identities()),
      scheduling: lease.scheduling,
      release: () => lease.release(),
    };
  }

  private async backend(lease: AccountLease, itemClass: ItemClass): Promise<Backend> {
    const notice = await this.standing();
    if (!notice) return lease.backend(itemClass);
    const { command, account } = this.request;
    if (itemClass !== 'Email' || !READING.has(command)) throw this.denied();
    return account.quarantine(notice);
  }

  private async standing(): Promise<QuarantineNotice | null> {
    this.heard ??= this.ask();
    return this.heard;
  }

  private async ask(): Promise<QuarantineNotice | null> {
    let told: QuarantineNotice | null = null;
    const { devices, asker } = this.request;
    await devices.hearing((notice) => (told = notice)).ask(asker, { type: 'Admit' });
    return told;
  }

  private denied(): EasStatusError {
    const { command } = this.request;
    return new EasStatusError(command, CommonStatus.AccessDenied, 'the device is in quarantine');
  }
}
