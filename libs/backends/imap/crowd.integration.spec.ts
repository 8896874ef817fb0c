import { BackendError, canDelete, canMove, canUpdateState, CursorInvalid, type Backend } from '#backend';
import { sampleMail } from '#backend/contract';
import { startDovecot, type Dovecot } from '../../../tests/servers/index.js';
import { ImapFactory } from './index.js';
import { configOf, freshUser } from './testing/dovecot-fixture.js';

const MAILS = 60;
const DEVICES = 6;
/** Steps of each device. */
const STEPS = Number(process.env.GODWIT_CROWD_STEPS ?? 150);

let server: Dovecot;
const factories: ImapFactory[] = [];

beforeAll(async () => void (server = await startDovecot()));
afterAll(async () => {
  await Promise.all(factories.map((factory) => factory.close()));
  await server.stop();
});

/** Another host of the gateway: connections of its own. */
async function host(user: string): Promise<Backend> {
  const factory = new ImapFactory(configOf(server, { maxConnections: 3 }));
  factories.push(factory);
  return factory.open({ user, password: server.password });
}

const anyOf = <T>(all: Iterable<T>): T | undefined => {
  const list = [...all];
  return list[Math.floor(Math.random() * list.length)];
};

/** What others do to a mail is no failure of whoever wanted something of it. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof BackendError) || error.kind !== 'gone') throw error;
  });
}

/** What somebody knows of a mailbox who is told of it by one host or the other. */
class Device {
  readonly known = new Map<string, string>();
  private cursor: string | null = null;

  constructor(
    private readonly hosts: readonly Backend[],
    private readonly folder: string,
    private readonly user: string,
  ) {}

  async look(host = anyOf(this.hosts)!): Promise<void> {
    for (let more = true; more;) {
      const { folder, cursor } = this;
      try {
        const page = await host.changes({ folder, cursor, scope: { sinceDay: null }, limit: 20 });
        for (const id of page.removed) this.known.delete(id);
        for (const { id, version } of page.changed) this.known.set(id, version);
        ({ more, cursor: this.cursor } = page);
      } catch (error) {
        if (!(error instanceof CursorInvalid)) throw error;
        this.cursor = null;
        this.known.clear();
      }
    }
  }

  async act(): Promise<void> {
    const { folder } = this;
    const host = anyOf(this.hosts)!;
    const chance = Math.random();
    const id = anyOf(this.known.keys());
    if (id === undefined || chance > 0.9) return server.deliver(this.user, sampleMail('new'));
    if (chance < 0.4 && canUpdateState(host))
      await attempt(() => host.updateState(folder, id, { read: Math.random() < 0.6 }));
    else if (chance < 0.6 && canUpdateState(host))
      await attempt(() => host.updateState(folder, id, { flagStatus: Math.random() < 0.6 ? 2 : 0 }));
    else if (chance < 0.7 && canMove(host))
      await attempt(() => host.moveItems(folder, [id], folder === 'INBOX' ? 'Archive' : 'INBOX'));
    else if (chance < 0.75 && canDelete(host)) await attempt(() => host.deleteItems(folder, [id]));
  }
}

it('whoever is told of a mailbox by several hosts, while many change it, ends with what is there', async () => {
  const user = freshUser();
  server.seed(
    user,
    Array.from({ length: MAILS }, (_, index) => ({ source: sampleMail(`mail ${index}`).toString() })),
  );
  const hosts = await Promise.all([host(user), host(user)]);
  const devices = Array.from(
    { length: DEVICES },
    (_, index) => new Device(hosts, index % 2 === 0 ? 'INBOX' : 'Archive', user),
  );
  await Promise.all(
    devices.map(async (device) => {
      for (let step = 0; step < STEPS; step += 1) {
        await device.look();
        await device.act();
      }
    }),
  );
  const fresh = await host(user);
  for (const folder of ['INBOX', 'Archive']) {
    const truth = new Device([fresh], folder, user);
    await truth.look();
    for (const [index, device] of devices.entries()) {
      if ((index % 2 === 0 ? 'INBOX' : 'Archive') !== folder) continue;
      for (const one of hosts) await device.look(one);
      expect(Object.fromEntries(device.known)).toEqual(Object.fromEntries(truth.known));
    }
  }
});
