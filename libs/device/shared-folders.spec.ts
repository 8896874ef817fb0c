import { Rulings } from '#policy';
import { QuarantineBackend } from '#backends/quarantine';
import { BackendError, type BackendFolder, type SharedPlace } from '#backend';
import { MemoryBackend, MemoryMailbox } from '#backends/memory';
import { MemoryDeviceStore, unmarked } from '#store';
import { DeviceActor } from './actor.js';
import type { DeviceAnswers, DeviceMessage } from './messages.js';

/** A mailbox beside which others let its user read some folders. */
class Neighbours extends MemoryBackend {
  readonly readable = new Map<string, string>();
  isDown = false;

  async sharedFolders(places: readonly SharedPlace[]): Promise<(BackendFolder | null)[]> {
    if (this.isDown) throw new BackendError('unavailable', 'down');
    return places.map(({ path, itemClass }) => {
      const name = this.readable.get(path);
      if (name === undefined) return null;
      return {
        path,
        name,
        itemClass,
        parent: null,
        role: null,
        identity: `id-${name}`,
        selectable: true,
        readOnly: true,
      };
    });
  }
}

const owner = { tenant: 't', user: 'u' };

/** Two phones of one user, each with an actor that remembers. */
class Household {
  readonly backend = new Neighbours(new MemoryMailbox());
  readonly store = new MemoryDeviceStore();
  private readonly actors = new Map<string, DeviceActor>();

  async folders(deviceId: string, key = '0') {
    return this.ask(deviceId, { type: 'FolderSync', key });
  }

  async names(deviceId: string): Promise<string[]> {
    const { add } = await this.folders(deviceId);
    return add.filter(({ type }) => type === 12).map(({ name }) => name);
  }

  /** As an administrator would, the devices being told. */
  share(shares: Parameters<MemoryDeviceStore['share']>[1]): void {
    this.store.share(owner, shares);
    this.actors.clear();
  }

  async ask<Type extends DeviceMessage['type']>(
    deviceId: string,
    body: Extract<DeviceMessage, { type: Type }>,
  ): Promise<DeviceAnswers[Type]> {
    const actor = this.actors.get(deviceId) ?? this.actor();
    this.actors.set(deviceId, actor);
    return (await actor.receive({
      identity: { ...owner, deviceId },
      deviceType: 'phone',
      userAgent: 'test',
      protocolVersion: 141,
      policyKey: null,
      credentials: 'sealed',
      body,
    })) as DeviceAnswers[Type];
  }

  private actor(): DeviceActor {
    let epochs = 0;
    return new DeviceActor({
      store: this.store,
      backends: {
        lease: async () => ({
          backend: async () => this.backend,
          itemClasses: ['Email'],
          release: () => undefined,
        }),
        quarantine: (notice) => new QuarantineBackend(notice, 'ada@example.org'),
      },
      access: {
        rulings: async () => new Rulings({ revision: '0', rules: [], settings: new Map() }),
        refresh: () => undefined,
      },
      policy: {
        check: (_identity, _key, state) => ({ status: null, state }),
        provision: (_identity, request) => ({ answer: request, state: request }),
        mark: () => unmarked,
        keepsRecoveryPassword: () => true,
        isFinalKey: () => true,
      },
      events: {
        deviceCreated: () => undefined,
        staleState: () => undefined,
        collectionReset: () => undefined,
        sourceFailed: () => undefined,
        sourceRestored: () => undefined,
        wipe: () => undefined,
        itemSetAside: () => undefined,
      },
      window: { default: 100, max: 512 },
      now: Date.now,
      epoch: () => `epoch${(epochs++).toString().padStart(5, '0')}`,
      scope: 'local',
    });
  }
}

const mail = (path: string, deviceId?: string, name: string | null = null) => ({
  itemClass: 'Email',
  path,
  name,
  ...(deviceId !== undefined && { deviceId }),
});

describe('folders of others', () => {
  let house: Household;
  let own: string[];
  beforeEach(async () => {
    house = new Household();
    house.backend.readable.set('user/sales', 'sales').set('Shared/News', 'News');
    own = await house.names('phone');
  });

  it('are shown to whom they are meant for, called as he was told, and only what he may read', async () => {
    house.share([mail('user/sales', 'phone', 'Verkauf'), mail('Shared/News'), mail('user/secret')]);
    expect(await house.names('phone')).toEqual([...own, 'Verkauf', 'News']);
    expect(await house.names('tablet')).toEqual([...own, 'News']);
    // His own word for it counts before the other device's.
    house.share([mail('user/sales'), mail('user/sales', 'phone', 'Verkauf')]);
    expect(await house.names('tablet')).toEqual([...own, 'sales']);
  });

  it('keep their id while other devices look, and the ids of all others when they go', async () => {
    house.share([mail('user/sales', 'phone'), mail('Shared/News')]);
    const first = await house.folders('phone');
    const idOf = (name: string) => first.add.find((folder) => folder.name === name)!.id;
    await house.folders('tablet');
    const still = await house.folders('phone', first.key);
    expect(still).toMatchObject({ add: [], update: [], remove: [], key: first.key });
    house.share([mail('Shared/News')]);
    const watched = { interval: 60, folders: [idOf('News')] };
    const ping = await house.ask('phone', { type: 'Ping', ...watched });
    expect(ping.hierarchyChanged).toBe(true);
    const gone = await house.folders('phone', first.key);
    expect(gone).toMatchObject({ add: [], update: [], remove: [idOf('sales')] });
    // What its owner closes goes as well, and comes back as another folder.
    house.backend.readable.delete('Shared/News');
    expect((await house.folders('phone', gone.key)).remove).toEqual([idOf('News')]);
  });

  it('are no folders of the user: he neither deletes nor renames them, nor makes some below', async () => {
    house.share([mail('user/sales')]);
    const { add, key } = await house.folders('phone');
    const { id } = add.find(({ name }) => name === 'sales')!;
    const change = (body: Extract<DeviceMessage, { type: 'FolderChange' }>['change']) =>
      house.ask('phone', { type: 'FolderChange', key, change: body });
    expect(await change({ kind: 'delete', id })).toMatchObject({ status: 3 });
    expect(await change({ kind: 'update', id, parent: '0', name: 'mine' })).toMatchObject({ status: 2 });
    const below = { kind: 'create', parent: id, name: 'below', folderType: 12 } as const;
    expect(await change(below)).toMatchObject({ status: 3 });
  });

  it('do not vanish while the source is down', async () => {
    house.share([mail('user/sales')]);
    const { key } = await house.folders('phone');
    house.backend.isDown = true;
    await expect(house.folders('phone', key)).rejects.toMatchObject({ kind: 'unavailable' });
    house.backend.isDown = false;
    expect(await house.folders('phone', key)).toMatchObject({ remove: [], add: [] });
  });
});
