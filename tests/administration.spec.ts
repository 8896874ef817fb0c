/**
 * What administrators do, chapter by chapter, through the API and the command: a phone is lost; a new one waits to be let
 * in; a policy changes; an item cannot be given; somebody looks at what happens now. The phones are simulated, everything else is real. tests/console.spec.ts
 * does the same in a browser.
 */
import type { AdminClient } from '#admin-api';
import type { LiveRequest } from '#bus';
import {
  startDovecot,
  startSmtpSink,
  waitUntil,
  type Dovecot,
  type GodwitProcess,
  type SeedMail,
  type SmtpSink,
} from './servers/index.js';
import { newUser as newAccount, some } from './stage/accounts.js';
import { administratorOf, deviceOf, deviceThat, employ } from './stage/administrator.js';
import { runCommand } from './stage/command.js';
import { letter } from './stage/corpus.js';
import { startCluster, startStandalone, type Deployment } from './stage/deployment.js';
import { hear } from './stage/events.js';
import { untilHeld } from './stage/held.js';
import { bugsOf } from './stage/mail-stage.js';
import { anomaliesOf, mailOn, newPhone, readyPhone, twinOf } from './stage/phones.js';
import { takeViolations } from './stage/traffic.js';

let dovecot: Dovecot;
let sink: SmtpSink;

beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink()]);
});
afterAll(() => Promise.all([dovecot.stop(), sink.stop()]));
afterEach(() => expect(takeViolations()).toEqual([]));

const newUser = (mails: Iterable<SeedMail> = some(3)): string => newAccount(dovecot, mails);

const shapes = [
  ['standalone', startStandalone],
  ['cluster', startCluster],
] as const;

describe.each(shapes)('%s:', (_shape, start) => {
  let godwit: Deployment;
  let process: GodwitProcess;
  let first: AdminClient;
  let helpdesk: AdminClient;

  beforeAll(async () => {
    godwit = await start({ dovecot, sink, administered: true });
    process = godwit.admin!;
    first = administratorOf(process);
    helpdesk = await employ(first, process, { name: 'helpdesk', role: 'helpdesk' });
  });
  afterAll(async () => {
    expect(bugsOf(godwit)).toEqual([]);
    await godwit.stop();
  });

  const audited = async (user: string) =>
    (await first.call('GET /audit', { query: { user } })).items.map(({ action }) => action);

  describe('a phone is lost', () => {
    it('is found by a part of its name, wiped while it waits, confirms, and stays out', async () => {
      const user = newUser();
      const { phone, inbox } = await readyPhone(godwit, user, { version: '16.1', autoProvision: false });
      const waiting = phone.ping({ interval: 600, folders: [inbox] });
      await untilHeld(godwit, 1);
      const found = await helpdesk.call('GET /devices', { query: { q: user.slice(0, 8) } });
      const device = found.items.find((one) => one.user === user)!;
      expect(device).toMatchObject({
        deviceId: phone.link.identity.deviceId,
        standing: 'allowed',
        wipe: null,
      });
      const asked = performance.now();
      const wipe = await helpdesk.call('POST /devices/{device}/wipe', {
        params: { device: device.id },
        body: { kind: 'account', reason: 'left in a train' },
      });
      expect(wipe).toMatchObject({ kind: 'account', state: 'requested', reason: 'left in a train' });
      expect(await waiting).toMatchObject({ kind: 'answered', status: 1 });
      expect(performance.now() - asked).toBeLessThan(30_000);
      expect(await phone.folderSync()).toBe(140);
      expect(await phone.provision()).toMatchObject({ wipe: 'account' });
      const after = await deviceThat(
        first,
        device.id,
        'the wipe to be confirmed',
        (one) => one.wipe?.state === 'confirmed',
      );
      expect(after).toMatchObject({ standing: 'blocked', standingReason: 'wiped' });
      expect(after.wipes).toMatchObject([{ state: 'confirmed', verified: true }]);
      expect(await phone.folderSync()).toBe(129);
      expect(await audited(user)).toContain('device.wipe');
      const shown = await runCommand(process, 'devices', 'show', device.id, '--json');
      expect(JSON.parse(shown.output)).toMatchObject({ wipe: { state: 'confirmed' } });
    });

    it('is wiped by the command although its password was changed meanwhile', async () => {
      const user = newUser();
      const { phone } = await readyPhone(godwit, user, { version: '14.1', autoProvision: false });
      const device = await deviceOf(first, user);
      const refused = await runCommand(process, 'devices', 'wipe', device.id, '--kind', 'account', '--yes');
      expect(refused.code).not.toBe(0);
      const ran = await runCommand(
        process,
        'devices',
        'wipe',
        device.id,
        '--kind',
        'device',
        '--yes',
        '--reason',
        'stolen',
      );
      expect(ran).toMatchObject({ code: 0 });
      const locked = newPhone(godwit, user, {
        version: '14.1',
        autoProvision: false,
        deviceId: phone.link.identity.deviceId,
        password: 'no longer the right one',
      });
      locked.link.policyKey = phone.policyKey;
      await waitUntil('the phone to be told', async () => (await locked.folderSync().catch(() => 0)) === 140);
      expect(await locked.provision()).toMatchObject({ wipe: 'device' });
      const { items } = await first.call('GET /devices/{device}/wipes', { params: { device: device.id } });
      expect(items).toMatchObject([
        { kind: 'device', state: expect.stringMatching(/sent|confirmed/) as string },
      ]);
    });

    it('is found again in time: the wipe is cancelled, and the phone goes on as if nothing had been', async () => {
      const user = newUser();
      const { phone, inbox } = await readyPhone(godwit, user);
      const { id } = await deviceOf(first, user);
      await helpdesk.call('POST /devices/{device}/wipe', {
        params: { device: id },
        body: { kind: 'account' },
      });
      await helpdesk.call('DELETE /devices/{device}/wipe', {
        params: { device: id },
        body: { reason: 'found' },
      });
      expect(await inbox.sync()).toMatchObject({ status: 1 });
      expect(anomaliesOf(phone)).toEqual([]);
      expect(await audited(user)).toEqual(expect.arrayContaining(['device.wipe', 'device.wipe.cancel']));
    });
  });

  describe('a new kind of phone', () => {
    it('waits in quarantine with one mail that says so, and has everything once it is let in', async () => {
      // Of an attempt before, if there was one.
      for (const { id } of (await first.call('GET /access-rules', {})).items)
        await first.call('DELETE /access-rules/{rule}', { params: { rule: id }, body: {} });
      const rule = await first.call('POST /access-rules', {
        body: { name: 'new kinds', conditions: { deviceType: 'Novelty*' }, action: 'quarantined' },
      });
      const user = newUser();
      const phone = newPhone(godwit, user, { deviceType: 'NoveltyPhone' });
      await phone.provision();
      await phone.folderSync();
      expect(phone.hierarchy.folders.size).toBe(1);
      const inbox = phone.inbox();
      await inbox.syncAll();
      expect(inbox.items.size).toBe(1);
      const device = await deviceOf(helpdesk, user);
      expect(device).toMatchObject({ standing: 'quarantined', standingReason: `rule:${rule.id}` });
      const waiting = phone.ping({ interval: 600, folders: [inbox] });
      await untilHeld(godwit, 1);
      expect(await runCommand(process, 'devices', 'allow', device.id, '--reason', 'approved')).toMatchObject({
        code: 0,
      });
      expect(await waiting).toMatchObject({ kind: 'answered' });
      await phone.folderSync();
      expect(phone.hierarchy.folders.size).toBeGreaterThan(1);
      await inbox.syncAll();
      expect(inbox.items.size).toBe(3);
      expect(anomaliesOf(phone)).toEqual([]);
      await first.call('DELETE /access-rules/{rule}', { params: { rule: rule.id }, body: {} });
    });
  });

  describe('a policy', () => {
    it('changes: the waiting phone comes back, is told to provision, and has the new one', async () => {
      const user = newUser();
      const policy = await first.call('POST /policies', {
        body: { name: 'sales', settings: { AllowCamera: false } },
      });
      await first.call('POST /policy-assignments', { body: { policy: policy.id, tenant: 'default', user } });
      const phone = newPhone(godwit, user, { autoProvision: false });
      expect((await phone.provision()).policy).toMatchObject({ AllowCamera: false });
      await phone.folderSync();
      const inbox = phone.inbox();
      await inbox.syncAll();
      const waiting = phone.ping({ interval: 600, folders: [inbox] });
      await untilHeld(godwit, 1);
      await first.call('PUT /policies/{policy}', {
        params: { policy: policy.id },
        body: { name: 'sales', settings: { AllowCamera: false, DevicePasswordEnabled: true } },
      });
      await waiting.catch(() => undefined);
      await waitUntil('the phone to be told', async () => (await phone.folderSync()) === 143);
      expect((await phone.provision()).policy).toMatchObject({ DevicePasswordEnabled: true });
      await inbox.syncAll();
      const { id } = await deviceOf(first, user, phone.link.identity.deviceId);
      await deviceThat(first, id, 'the policy to be acknowledged', (one) => one.policy.acknowledged);
    });
  });

  describe('what happens now', () => {
    it('is seen of all gateways; who is blocked there stops waiting at once, whichever holds the phone', async () => {
      const user = newUser();
      const phones = await Promise.all(
        godwit.gateways.map(({ url }) => readyPhone({ ...godwit, url }, user)),
      );
      const waits = phones.map(({ phone, inbox }) => phone.ping({ interval: 600, folders: [inbox] }));
      await untilHeld(godwit, phones.length);
      const hangUp = new AbortController();
      const answer = await helpdesk.open('GET /live', { query: { user } }, hangUp.signal);
      const { events, ended } = hear(answer);
      const told = () => events.flatMap(({ data }) => data as LiveRequest[]);
      const held = (deviceId: string) =>
        told().find(
          ({ device, state, command }) => device === deviceId && state === 'held' && command === 'Ping',
        );
      const ids = phones.map(({ phone }) => phone.link.identity.deviceId);
      await waitUntil('all of them to be seen', async () => ids.every(held));
      expect(new Set(ids.map((id) => held(id)!.node)).size).toBe(godwit.gateways.length);

      for (const [index, id] of ids.entries()) {
        const { id: device } = await deviceOf(first, user, id);
        const body = { decision: 'blocked' as const, reason: 'a test' };
        const asked = performance.now();
        await helpdesk.call('POST /devices/{device}/access', { params: { device }, body });
        expect(await waits[index]).toMatchObject({ kind: 'answered', status: 1 });
        expect(performance.now() - asked).toBeLessThan(10_000);
        expect(await phones[index]!.phone.folderSync()).toBe(129);
        await waitUntil('its end to be seen', async () =>
          told().some(({ id: request, state }) => request === held(id)!.id && state === 'done'),
        );
      }
      hangUp.abort();
      await ended;
    });

    it('is written down for a traced device, whichever gateway it comes to, and hides what mails say', async () => {
      const user = newUser([{ source: letter('confidential') }]);
      const { phone, inbox } = await readyPhone(godwit, user);
      const { id: device } = await deviceOf(first, user);
      const params = { device };
      await first.call('PUT /devices/{device}/trace', { params, body: { minutes: 5, reason: 'a test' } });
      const trace = async () =>
        (await first.call('GET /devices/{device}/trace', { params, query: { limit: 200 } })).items;
      await waitUntil('every gateway to tell of it', async () => {
        for (const { url } of godwit.gateways) {
          const { collection } = twinOf({ ...godwit, url }, phone, inbox, '0');
          await collection.syncAll();
        }
        return new Set((await trace()).map(({ node }) => node)).size === godwit.gateways.length;
      });
      const entries = await trace();
      const questions = entries.filter(({ kind }) => kind === 'request').map(({ request }) => request);
      const answers = entries.filter(({ kind }) => kind === 'answer').map(({ request }) => request);
      expect(questions).toEqual(expect.arrayContaining(answers));
      const text = entries.map((entry) => entry.text).join();
      expect(text).toMatch(/<(\w+:)?Sync/);
      expect(text).not.toContain('confidential');
      await first.call('DELETE /devices/{device}/trace', { params, body: {} });
      expect(await trace()).toEqual([]);
    });

    it('is told to nobody whose token was taken back', async () => {
      const { id, token } = await first.call('POST /tokens', { body: { name: 'leaves', role: 'helpdesk' } });
      const hangUp = new AbortController();
      const answer = await administratorOf(process, token).open('GET /live', {}, hangUp.signal);
      const { ended } = hear(answer);
      await first.call('DELETE /tokens/{token}', { params: { token: id }, body: {} });
      await ended;
      expect(hangUp.signal.aborted).toBe(false);
    });
  });

  describe('an item that a phone cannot take', () => {
    it('is set aside, shown with its reason, and offered again when somebody asks for it', async () => {
      const user = newUser([]);
      const { phone, inbox } = await readyPhone(godwit, user);
      dovecot.seed(user, [{ source: letter('indigestible') }]);
      const { key } = inbox;
      let taken = inbox;
      await waitUntil('the mail to be given up', async () => {
        // The phone forgets the answer each time, and asks with the key of before.
        taken = twinOf(godwit, phone, inbox, key).collection;
        return (await taken.sync()).added.length === 0;
      });
      await deviceThat(
        first,
        (await deviceOf(first, user)).id,
        'the item to be shown',
        (one) => one.setAside.length === 1,
      );
      const { items } = await helpdesk.call('GET /set-aside', { query: { user } });
      const [{ device, reason, folderName }] = items as [(typeof items)[number]];
      expect(reason).toContain('again and again');
      expect(folderName).toMatch(/^inbox$/i);
      const body = { reason: 'the phone was updated' };
      expect(
        await helpdesk.call('POST /devices/{device}/set-aside/retry', { params: { device }, body }),
      ).toEqual({
        retried: 1,
      });
      await waitUntil('the mail to be offered again', async () => (await taken.sync()).added.length === 1);
      expect(mailOn(taken, 'indigestible')).toBeDefined();
      expect(await helpdesk.call('GET /set-aside', { query: { user } })).toMatchObject({ items: [] });
      expect(await audited(user)).toContain('device.retry-items');
    });
  });
});
