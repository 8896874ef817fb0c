import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../servers/index.js';
import { anomaliesOf, onPhone, onServer } from '../../stage/phones.js';
import { newUser, some } from '../../stage/accounts.js';
import { Chance, faultAccounts, faultSeed } from './chance.js';
import { Correspondence } from './correspondence.js';
import { Handset, type Fate } from './handset.js';
import { bugsOf, type Site } from './site.js';

export interface FleetOptions {
  readonly accounts?: number;
  /** Of each account. */
  readonly phones?: number;
  /** In each Inbox at the beginning. */
  readonly mails?: number;
}

/** Milliseconds after which nobody hopes any more that a phone gets through. */
const DESPAIR = 90_000;

/** Many people with their phones, and what befalls their mailboxes meanwhile. */
export class Fleet {
  private readonly correspondence: Correspondence;
  private readonly complained = new Set<string>();

  private constructor(
    private readonly site: Site,
    readonly handsets: readonly Handset[],
    chance: Chance,
  ) {
    const users = [...new Set(handsets.map(({ user }) => user))];
    this.correspondence = new Correspondence(site.dovecot, users, chance.fork());
  }

  static async open(
    site: Site,
    { accounts = faultAccounts, phones = 2, mails = 40 }: FleetOptions = {},
  ): Promise<Fleet> {
    process.stdout.write(`GODWIT_FAULT_SEED=${faultSeed}\n`);
    const chance = new Chance(faultSeed);
    const handsets: Handset[] = [];
    for (let account = 0; account < accounts; account++) {
      const user = newUser(site.dovecot, some(mails));
      for (let phone = 0; phone < phones; phone++) {
        const deviceId = `fault${account}x${phone}`;
        handsets.push(new Handset({ url: site.url, user, deviceId, chance: chance.fork() }));
      }
    }
    const fleet = new Fleet(site, handsets, chance);
    await Promise.all(handsets.map((handset) => handset.setUp()));
    return fleet;
  }

  /** Everybody lives on. */
  begin(): void {
    this.correspondence.begin();
    for (const handset of this.handsets) handset.live();
  }

  /** Milliseconds from `since` until each phone has had a Sync that was begun after it; they do nothing else meanwhile. */
  async recovered(since = performance.now()): Promise<number> {
    for (const handset of this.handsets) handset.hurry = true;
    try {
      await waitUntil(
        'each phone to have synced',
        () => this.handsets.every(({ syncedSince }) => syncedSince >= since),
        DESPAIR,
      );
      return Math.round(performance.now() - since);
    } finally {
      for (const handset of this.handsets) handset.hurry = false;
    }
  }

  /** Lets them live for a while. */
  async live(milliseconds: number): Promise<void> {
    await delay(milliseconds);
  }

  get exchanges(): number {
    return this.handsets.reduce((sum, { exchanges }) => sum + exchanges, 0);
  }

  get troubles(): number {
    return this.handsets.reduce((sum, { troubles }) => sum + troubles, 0);
  }

  /** Everybody rests. Rejects if a phone was given an answer that a server must not give. */
  async stop(): Promise<void> {
    await this.correspondence.stop();
    const ends = await Promise.allSettled(this.handsets.map((handset) => handset.stop()));
    const wrong = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    if (wrong.length > 0) throw new AggregateError(wrong, wrong.map(({ message }) => message).join('\n'));
  }

  /**
   * What must hold after every fault: each phone has exactly what the mail server has, and nothing was said to it that must
   * not be said; no mail was sent twice, and none is missing that its phone was told was sent; no process met a bug.
   */
  async expectExact(): Promise<void> {
    await Promise.all(this.handsets.map((handset) => handset.syncAll()));
    const differences = (
      await Promise.all(this.handsets.map((handset) => this.differencesOf(handset)))
    ).flat();
    const complaints = [...differences, ...this.wronglySent(), ...bugsOf(this.site)];
    expect(complaints.filter((complaint) => this.isFresh(complaint))).toEqual([]);
  }

  /** What one trial found wrong is not held against the next one. */
  private isFresh(complaint: object | string): boolean {
    const key = keyOf(complaint);
    const isFresh = !this.complained.has(key);
    this.complained.add(key);
    return isFresh;
  }

  close(): void {
    for (const handset of this.handsets) handset.close();
  }

  private async differencesOf(handset: Handset): Promise<object[]> {
    const { phone, user, folders, missed } = handset;
    const differences: object[] = anomaliesOf(phone)
      .filter(({ kind, serverId = '' }) => kind !== 'delete-of-unknown' || !missed.has(serverId))
      .map((anomaly) => ({ user, anomaly }));
    for (const folder of folders) {
      const name = handset.nameOf(folder);
      const [shown, there] = [onPhone(folder), await onServer(this.site.dovecot, user, name)];
      const onlyShown = missingIn(shown, there);
      const onlyThere = missingIn(there, shown);
      if (onlyShown.length + onlyThere.length > 0) differences.push({ user, name, onlyShown, onlyThere });
      if (folder.resets > 0) differences.push({ user, name, resets: folder.resets });
    }
    return differences;
  }

  /** Mails that left otherwise than their phones believe. */
  private wronglySent(): { marker: string; fate: Fate; times: number }[] {
    const times = new Map<string, number>();
    for (const { source } of this.site.sink.messages) {
      const [, marker = ''] = /^Subject: Sent (\S+)\r$/m.exec(source.toString('latin1')) ?? [];
      times.set(marker, (times.get(marker) ?? 0) + 1);
    }
    return this.handsets
      .flatMap(({ sent }) => [...sent])
      .map(([marker, fate]) => ({ marker, fate, times: times.get(marker) ?? 0 }))
      .filter(({ fate, times: count }) => (fate === 'told-sent' ? count !== 1 : count > 1));
  }
}

const keyOf = (value: object | string): string => JSON.stringify(value);

/** Those of `all` that `others` has not, as often as it has them less. */
function missingIn(all: readonly object[], others: readonly object[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(keyOf(other), (left.get(keyOf(other)) ?? 0) + 1);
  return all.map(keyOf).filter((key) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}
