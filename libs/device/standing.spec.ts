import { Rulings } from '#policy';
import { MemoryDeviceStore, type AccessRules, type DeviceRow, type Standing } from '#store';
import type { Envelope } from './messages.js';
import { StandingDesk } from './standing.js';

const identity = { tenant: 't', user: 'ada', deviceId: 'phone1' };

const envelope = (userAgent = 'Fern/1'): Envelope => ({
  identity,
  deviceType: 'Fern',
  userAgent,
  protocolVersion: 161,
  policyKey: null,
  credentials: '',
  body: { type: 'Folders', refresh: false },
});

/** Rules that come to the same for everybody but Old/1, which is blocked. */
function rulesOf(revision: string, defaultAccess: Standing): AccessRules {
  const rule = { id: '1', tenant: 't', position: 0, name: 'old', exempt: false, enabled: true } as const;
  return {
    revision,
    rules: [{ ...rule, action: 'blocked', conditions: { userAgent: 'Old/*' } }],
    settings: new Map([['t', { defaultAccess, maxDevices: null, quarantineText: null }]]),
  };
}

describe('what rules come to for a device', () => {
  let store: MemoryDeviceStore;
  let refreshed: number;
  beforeEach(() => {
    store = new MemoryDeviceStore();
    refreshed = 0;
  });

  /** The desk of a host that knows these rules; hosts share the database. */
  function host(rules: AccessRules) {
    let rulings = new Rulings(rules);
    const access = { rulings: async () => rulings, refresh: () => void refreshed++ };
    const desk = new StandingDesk({ store, access, now: Date.now });
    return { desk, learn: (next: AccessRules) => void (rulings = new Rulings(next)) };
  }
  const row = async (): Promise<DeviceRow> => (await store.load(identity, []))!.device;
  const standing = async () => (await row()).control.standing;

  it('is not written over by a host that has not heard of newer rules, which looks for them', async () => {
    await host(rulesOf('0', 'allowed')).desk.admit(envelope());
    store.accessRevision = '1';
    await host(rulesOf('1', 'quarantined')).desk.review(await row(), envelope());
    expect(await standing()).toBe('quarantined');
    const stale = host(rulesOf('0', 'allowed'));
    const reviewed = await stale.desk.review(await row(), envelope('Fern/2'));
    expect(reviewed.control.standing).toBe('quarantined');
    expect(await standing()).toBe('quarantined');
    expect(refreshed).toBe(1);
    // Nobody was told of what was not written.
    expect(store.eventsOf(identity)).toEqual([{ kind: 'quarantined', details: { reason: 'default' } }]);
  });

  it('is put right with its next message, whoever gets it, for a device that was made by rules of before', async () => {
    await host(rulesOf('0', 'allowed')).desk.admit(envelope());
    store.accessRevision = '1';
    // Another host, which has never seen this device.
    const reviewed = await host(rulesOf('1', 'quarantined')).desk.review(await row(), envelope());
    expect(reviewed.control).toMatchObject({ standing: 'quarantined', standingReason: 'default' });
    expect(await standing()).toBe('quarantined');
  });

  it('gives way to an administrator who decides while the message is under way', async () => {
    const { desk } = host(rulesOf('0', 'allowed'));
    const before = await desk.admit(envelope());
    store.decide(identity, { decision: 'quarantined', standing: 'quarantined' });
    await desk.review(before, envelope('Old/1'));
    expect((await row()).control).toMatchObject({ decision: 'quarantined', standing: 'quarantined' });
  });

  it('follows rules as the host learns them, and tells of each change once', async () => {
    const { desk, learn } = host(rulesOf('0', 'allowed'));
    await desk.admit(envelope());
    for (const user of ['Old/1', 'Old/1', 'Fern/1', 'Fern/1']) await desk.review(await row(), envelope(user));
    store.accessRevision = '1';
    learn(rulesOf('1', 'quarantined'));
    await desk.review(await row(), envelope());
    await desk.review(await row(), envelope());
    expect(store.eventsOf(identity).map(({ kind }) => kind)).toEqual(['blocked', 'allowed', 'quarantined']);
    expect(refreshed).toBe(0);
  });
});
