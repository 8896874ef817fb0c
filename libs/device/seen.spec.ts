import { BackendError } from '#backend';
import { MemoryDeviceStore, type DeviceIdentity } from '#store';
import { SeenNotes } from './seen.js';
import type { DeviceSession, Trouble } from './session.js';

const identity: DeviceIdentity = { tenant: 't', user: 'ada', deviceId: 'phone1' };
const minute = 60_000;

describe('what is noted of a device for people', () => {
  const store = new MemoryDeviceStore();
  let now: number;
  let touches: boolean[];

  /** An actor that begins anew: on another host, or after a rest. */
  const notes = (): SeenNotes => new SeenNotes({ store, now: () => now });

  async function heard(
    desk: SeenNotes,
    type: 'Sync' | 'Ping' | 'News',
    { userAgent = 'Fern/1', trouble = null }: { userAgent?: string; trouble?: Trouble | null } = {},
  ): Promise<void> {
    const { device } = (await store.load(identity, []))!;
    const session = { device, envelope: { userAgent, protocolVersion: 161 }, trouble } as DeviceSession;
    await desk.answered(session, type, async (synced) => {
      touches.push(synced);
      await store.touch(device.id, { at: new Date(now), userAgent, protocolVersion: 161, synced });
    });
  }

  beforeEach(async () => {
    now = Date.now();
    touches = [];
    await store.create(identity, { deviceType: 'Fern', userAgent: 'Fern/1' }, {});
    const { device } = (await store.load(identity, []))!;
    await store.touch(device.id, {
      at: new Date(now),
      synced: true,
      protocolVersion: 161,
      userAgent: 'Fern/1',
    });
  });

  it('is that it was seen, once in five minutes, whoever noted it before', async () => {
    await heard(notes(), 'Ping');
    now += 4 * minute;
    await heard(notes(), 'Sync');
    expect(touches).toEqual([]);
    now += minute;
    await heard(notes(), 'Ping');
    await heard(notes(), 'Ping');
    expect(touches).toEqual([false]);
    await heard(notes(), 'Sync');
    await heard(notes(), 'Sync');
    expect(touches).toEqual([false, true]);
  });

  it('is not what a gateway asks by itself, nor a Sync that went wrong', async () => {
    const trouble: Trouble = { what: 'Email', error: new BackendError('unavailable', 'down') };
    now += 10 * minute;
    await heard(notes(), 'News');
    expect(touches).toEqual([]);
    await heard(notes(), 'Sync', { trouble });
    expect(touches).toEqual([false]);
    expect(store.errorOf(identity)).toBe('Email: unavailable: down');
  });

  it('is another program at once, and two that take turns now and then', async () => {
    const desk = notes();
    for (const userAgent of ['Fern/2', 'Fern/1', 'Fern/2', 'Fern/1'])
      await heard(desk, 'Ping', { userAgent });
    expect(touches).toEqual([false]);
    expect((await store.load(identity, []))?.device.facts.userAgent).toBe('Fern/2');
  });

  it('is what a clock says that was set back', async () => {
    now -= 60 * minute;
    await heard(notes(), 'Ping');
    expect(touches).toEqual([false]);
  });
});
