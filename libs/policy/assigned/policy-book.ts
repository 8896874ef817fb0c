import type { DeviceIdentity, PolicyRows } from '#store';
import { Refresher } from '../refresher.js';
import { PolicySnapshot, type AssignedPolicy } from './snapshot.js';

/** Milliseconds between two looks at the policies when nobody said that they changed. */
const REFRESH_EVERY = 60_000;

export interface PolicyBookOptions {
  readonly load: () => Promise<PolicyRows>;
  /** Told when the policies cannot be loaded; those of before stay in force. */
  readonly onFailure?: (error: unknown) => void;
  /** Milliseconds. */
  readonly refreshEvery?: number;
}

/**
 * The policies as a host of device actors knows them. It has to be opened before the first device is answered: a host that
 * took "not loaded yet" for "no policy" would let phones in without. Once loaded, a database that is away or a policy that
 * cannot be read leaves everything as it was.
 */
export class PolicyBook {
  private snapshot: PolicySnapshot | null = null;
  private text = '';
  private readonly refresher: Refresher;

  constructor(private readonly options: PolicyBookOptions) {
    this.refresher = new Refresher({
      load: () => this.load(),
      onFailure: (error) => options.onFailure?.(error),
      every: options.refreshEvery ?? REFRESH_EVERY,
    });
  }

  /** Loads for the first time, then again and again. Throws if that first time fails. */
  async open(): Promise<void> {
    await this.load();
    this.refresher.start();
  }

  /** Null: the configuration's policy counts. Throws if it was not opened. */
  assigned(identity: DeviceIdentity): AssignedPolicy | null {
    if (!this.snapshot) throw new Error('the policies were asked for before they were loaded');
    return this.snapshot.resolve(identity);
  }

  /** Loads anew, soon: they changed, or may have. */
  refresh(): void {
    this.refresher.refresh();
  }

  close(): void {
    this.refresher.close();
  }

  private async load(): Promise<void> {
    const rows = await this.options.load();
    const text = JSON.stringify(rows);
    if (text === this.text) return;
    this.snapshot = new PolicySnapshot(rows);
    this.text = text;
  }
}
