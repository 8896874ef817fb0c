import { commands, decode, encodeToBuffer, type DeclaredCommand } from '#eas';
import { eventually } from '#backend/contract';
import type { TraceEntry } from '#bus';
import { command, GatewayStage, type HttpAnswer } from './testing/gateway-stage.js';

const IDENTITY = { tenant: 'default', user: 'ada', deviceId: 'phone1' };
const CHANGED = { tenant: 'default', user: 'ada', device: 'phone1' };
const BLOCKED = 129;

let stage: GatewayStage;
beforeEach(async () => void (stage = await GatewayStage.open()));
afterEach(() => stage.close());

const decoded = async (name: DeclaredCommand, { body }: HttpAnswer) =>
  (await decode(commands[name].response, body, { version: 141 })).value;

const call = async (name: DeclaredCommand, value: unknown) => ({
  query: command(name),
  body: await encodeToBuffer(commands[name].request, value as never, { version: 141 }),
});

const collection = (SyncKey: string, more: object = {}) => ({
  ...more,
  Collections: { Collection: [{ SyncKey, CollectionId: 'm1' }] },
});
const ping = { HeartbeatInterval: 3000, Folders: { Folder: [{ Id: 'm1' }] } };

/** A phone that has its Inbox; the key to go on with. */
async function synced(): Promise<string> {
  await stage.call(await call('FolderSync', { SyncKey: '0' }));
  const answer = await stage.call(await call('Sync', collection('0')));
  const { Collections } = (await decoded('Sync', answer)) as {
    Collections: { Collection: { SyncKey: string }[] };
  };
  const { SyncKey } = Collections.Collection[0]!;
  await stage.call(await call('Sync', collection(SyncKey)));
  return SyncKey;
}

async function block(): Promise<void> {
  const loaded = await stage.store.load(IDENTITY, []);
  await stage.store.judge(
    loaded!.device.id,
    {
      standing: 'blocked',
      standingReason: 'wiped',
      exempt: false,
    },
    '0',
  );
}

const held = () => eventually(() => stage.watch.size === 1);

describe('what is decided about a phone that waits', () => {
  it('ends its Ping with "no change", and the next one meets the decision, though the actor remembered another', async () => {
    await synced();
    const waiting = stage.start(await call('Ping', ping));
    await held();
    await block();
    stage.bus.publish('device-changed', CHANGED);
    expect(await decoded('Ping', await waiting.answer)).toEqual({ Status: 1 });
    expect(await decoded('Ping', await stage.call(await call('Ping', ping)))).toEqual({ Status: BLOCKED });
  });

  it('ends its Sync without an answer, as if nothing had happened', async () => {
    const key = await synced();
    const waiting = stage.start(await call('Sync', collection(key, { Wait: 59 })));
    await held();
    await block();
    stage.bus.publish('device-changed', CHANGED);
    const { status, body } = await waiting.answer;
    expect([status, body.length]).toEqual([200, 0]);
    const next = await stage.call(await call('Sync', collection(key)));
    expect(await decoded('Sync', next)).toEqual({ Status: BLOCKED });
  });

  it('ends its Ping when it asked another gateway anew, and not for what other devices ask', async () => {
    await synced();
    const waiting = stage.start(await call('Ping', ping));
    await held();
    let turn = 0;
    const came = (device: string): void =>
      stage.bus.publish('request-came', {
        node: 'another',
        turn: ++turn,
        devices: [`default/ada/${device}`],
      });
    came('phone2');
    await new Promise(setImmediate);
    expect(stage.watch.size).toBe(1);
    // What is heard before the node's own message about the Ping was before it.
    await eventually(() => {
      came('phone1');
      return stage.watch.size === 0;
    });
    expect(await decoded('Ping', await waiting.answer)).toEqual({ Status: 1 });
  });

  it('ends its Ping with the changes of an answer that turns out not to have arrived', async () => {
    const key = await synced();
    const first = stage.start(await call('Ping', ping));
    await held();
    // More than the buffers between two sockets take.
    for (let index = 0; index < 80; index++)
      stage.mailbox.deliver('Inbox', Buffer.from(`Subject: ${index}\r\n\r\n${'words '.repeat(50_000)}`));
    await first.answer;
    const whole = { BodyPreference: [{ Type: 1 }] };
    const wanted = { SyncKey: key, CollectionId: 'm1', Options: [whole], WindowSize: 100 };
    const sync = await call('Sync', { Collections: { Collection: [wanted] } });
    const lost = stage.start({ ...sync, isRead: false });
    await lost.begun;
    const waiting = stage.start(await call('Ping', ping));
    await held();
    lost.hangUp();
    expect(await decoded('Ping', await waiting.answer)).toMatchObject({ Status: 2 });
  });

  it('leaves other devices waiting; what concerns the account ends all of its waits', async () => {
    await synced();
    const waiting = stage.start(await call('Ping', ping));
    await held();
    stage.bus.publish('device-changed', { ...CHANGED, device: 'phone2' });
    stage.bus.publish('account-changed', { tenant: 'default', user: 'eve' });
    await new Promise(setImmediate);
    expect(stage.watch.size).toBe(1);
    stage.bus.publish('account-changed', { tenant: 'default', user: 'ada' });
    expect(await decoded('Ping', await waiting.answer)).toEqual({ Status: 1 });
  });

  it('shows the wait on the board of live requests, and its end', async () => {
    const states: string[] = [];
    stage.bus.subscribe('live', ({ requests }) =>
      requests.forEach(({ state, user, folders }) => states.push(`${state} ${user} ${folders}`)),
    );
    await synced();
    const waiting = stage.start(await call('Ping', ping));
    await held();
    stage.bus.publish('live-wanted', { until: Date.now() + 60_000 });
    await eventually(() => states.includes('held ada 1'));
    stage.bus.publish('device-changed', CHANGED);
    await waiting.answer;
    await eventually(() => states.includes('done ada undefined') && stage.board.size === 0);
  });
});

describe('a trace of a device', () => {
  const entries: TraceEntry[] = [];
  const trace = (until: number) => stage.bus.publish('trace-wanted', { ...CHANGED, until });
  const told = (count: number) => eventually(() => entries.length >= count);
  beforeEach(() => {
    entries.length = 0;
    stage.bus.subscribe('trace', (message) => entries.push(...message.entries));
  });

  it('shows request and answer, and neither subject nor text of a mail', async () => {
    const source =
      'From: eve@example.org\r\nSubject: a secret plan\r\nDate: Sun, 22 Nov 2026 08:00:00 +0000\r\n\r\nhidden words\r\n';
    const key = await synced();
    trace(Date.now() + 60_000);
    const waiting = stage.start(await call('Ping', ping));
    await told(1);
    expect(entries[0]).toMatchObject({ kind: 'request', command: 'Ping', user: 'ada' });
    expect(entries[0]?.text).toContain('<Ping:HeartbeatInterval>3000</Ping:HeartbeatInterval>');
    stage.bus.publish('device-changed', CHANGED);
    await waiting.answer;
    await told(2);
    expect(entries[1]).toMatchObject({ kind: 'answer', status: 200, request: entries[0]?.request });
    expect(entries[1]?.text).toContain('<Ping:Status>1</Ping:Status>');
    stage.mailbox.deliver('Inbox', Buffer.from(source));
    await stage.call(await call('Sync', collection(key)));
    await told(4);
    expect(entries[3]?.text).toContain('<AirSync:Add>');
    expect(entries[3]?.text).toContain('<Email:Subject>[13 characters]</Email:Subject>');
    expect(JSON.stringify(entries)).not.toMatch(/secret plan|hidden words|pässword/);
  });

  it('ends when nobody wants it any more, and is never begun for another device', async () => {
    await synced();
    trace(Date.now() + 60_000);
    trace(0);
    stage.bus.publish('trace-wanted', { ...CHANGED, device: 'phone2', until: Date.now() + 60_000 });
    await new Promise(setImmediate);
    await stage.call(await call('FolderSync', { SyncKey: '0' }));
    trace(Date.now() + 60_000);
    await new Promise(setImmediate);
    await stage.call(await call('FolderSync', { SyncKey: '0' }));
    await told(2);
    expect(entries.map(({ kind }) => kind)).toEqual(['request', 'answer']);
  });

  it('keeps no more of a large answer than it may show, and says that there is more', async () => {
    for (let index = 0; index < 400; index++)
      stage.mailbox.deliver('Inbox', Buffer.from(`Subject: ${index}\r\n\r\n${'words '.repeat(100)}\r\n`));
    await stage.call(await call('FolderSync', { SyncKey: '0' }));
    trace(Date.now() + 60_000);
    const first = (await decoded('Sync', await stage.call(await call('Sync', collection('0'))))) as {
      Collections: { Collection: { SyncKey: string }[] };
    };
    const key = first.Collections.Collection[0]!.SyncKey;
    const large = { Collections: { Collection: [{ SyncKey: key, CollectionId: 'm1', WindowSize: 512 }] } };
    const answer = await stage.call(await call('Sync', large));
    await told(4);
    expect(answer.body.length).toBeGreaterThan(100_000);
    expect(entries[3]?.text.length).toBeLessThan(62_000);
    expect(entries[3]?.text).toContain('the trace ends here');
  });
});
