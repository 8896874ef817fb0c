/**
 * The console as `godwit serve` serves it, in a browser, with a simulated phone on the other side: signing in, finding a
 * device, deciding about it, and what stands between a finger and a wipe.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import type { Phone } from '#phone';
import { barriers, isTooWide, openPage } from './console/browser.js';
import { signIn, startConsoleStage, type ConsoleStage } from './console/console-stage.js';
import { waitUntil } from './servers/index.js';
import { deviceOf, deviceThat } from './stage/administrator.js';
import { letter } from './stage/corpus.js';
import { untilHeld } from './stage/held.js';
import { newPhone, readyPhone, twinOf } from './stage/phones.js';
import { takeViolations } from './stage/traffic.js';

const USER = 'ada@acme.example';
const PASSWORD = 'pässword';
const LOSER = 'grace@acme.example';
const READER = 'edsger@acme.example';
const OWNER = 'hedy@acme.example';
/** Bytes, compressed: what the first page of the console may weigh. */
const FIRST_LOAD = 120_000;

let stage: ConsoleStage;
let phone: Phone;

beforeAll(async () => {
  stage = await startConsoleStage({
    [USER]: PASSWORD,
    [LOSER]: 'secret',
    [READER]: 'secret',
    [OWNER]: 'secret',
  });
  ({ phone } = await readyPhone(stage.deployment, USER, {
    password: PASSWORD,
    deviceId: 'CONSOLEPHONE1',
    information: { Model: 'Godwit One', OS: 'Testing 1', FriendlyName: 'ada’s phone' },
  }));
});
afterAll(() => stage?.stop());
afterEach(() => expect(takeViolations()).toEqual([]));

/** Answers the question that is open: fills in the reason and presses the button that says what will happen. */
async function confirm(page: Page, action: string, reason?: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  if (reason !== undefined) await dialog.getByLabel('Reason, for the audit log').fill(reason);
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

const section = (page: Page, title: RegExp): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title }) });

it('loads little: what the first page needs is within its budget, and nothing of it is inline', () => {
  const built = join(process.cwd(), 'dist', 'apps', 'console');
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files.length).toBeGreaterThan(1);
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
  expect(size).toBeLessThan(FIRST_LOAD);
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|https?:\/\//);
  // The schemas of the API are for the server: their library would double the page.
  expect(files.some((file) => readFileSync(join(built, file), 'utf8').includes('ZodError'))).toBe(false);
});

it('serves pages for its own addresses only, and says what browsers must not do with them', async () => {
  const ask = (path: string): Promise<Response> => fetch(stage.godwit.adminUrl + path);
  const [page, nothing, missing] = await Promise.all(
    ['/devices/1', '/admin/v1/nothing', '/assets/gone.js'].map(ask),
  );
  expect([page?.status, nothing?.status, missing?.status]).toEqual([200, 404, 404]);
  expect(page?.headers.get('cache-control')).toBe('no-store');
  expect(page?.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(nothing?.headers.get('content-type')).toContain('application/problem+json');
});

it('asks who one is, says that a token is wrong, and leads back to where one wanted to go', async () => {
  const { page, context, complaints } = await openPage(stage.browser, { expected: ['401'] });
  await page.goto(`${stage.godwit.adminUrl}/devices?q=ada`);
  await signIn(page, 'not-a-token');
  await page.getByText('This token is not known here').waitFor();
  await signIn(page, stage.godwit.adminToken);
  await page.getByRole('link', { name: USER }).waitFor();
  expect(page.url()).toContain('/devices?q=ada');
  await page.keyboard.press('/');
  await page.keyboard.type('x-nobody');
  await page.getByText('No device passes these filters').waitFor();
  // What stood there was marked, as it is in an address bar: typing takes its place.
  expect(page.url()).toContain('q=x-nobody');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Token').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it('finds a device, blocks it with a reason and allows it again; the phone notices each', async () => {
  const { page, context, complaints } = await stage.open('/devices');
  await page.getByRole('link', { name: USER }).click();
  await page.getByRole('heading', { level: 1, name: 'ada’s phone' }).waitFor();
  await page.getByRole('rowheader', { name: /^Inbox/ }).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
  const number = new URL(page.url()).pathname.split('/').at(-1) ?? '';

  const decide = async (action: string): Promise<void> => {
    await page.getByRole('button', { name: action, exact: true }).click();
    await confirm(page, action, 'left in a taxi');
  };
  const standing = async (): Promise<string> =>
    (await stage.api.call('GET /devices/{device}', { params: { device: number } })).standing;
  await decide('Block');
  await page.getByText('The device is blocked.').waitFor();
  expect(await standing()).toBe('blocked');
  expect(await phone.folderSync().catch((error: unknown) => String(error))).not.toBe(1);
  await decide('Allow');
  await waitUntil('the device to be allowed', async () => (await standing()) === 'allowed', 10_000);
  expect(await phone.folderSync()).toBe(1);
  expect(complaints).toEqual([]);
  await context.close();
});

it('offers the account first; a full wipe has to be typed, and Esc leaves everything as it is', async () => {
  const { page, context, complaints } = await stage.open('/devices', { width: 'phone' });
  await page.getByRole('link', { name: USER }).click();
  await page.getByRole('button', { name: 'Wipe', exact: true }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByRole('radio', { name: /account only/ }).isChecked()).toBe(true);
  await dialog.getByRole('radio', { name: /whole device/ }).check();
  const wipe = dialog.getByRole('button', { name: 'Wipe the whole device' });
  expect(await wipe.isDisabled()).toBe(true);
  await dialog.getByLabel(/^Type/).fill('ada');
  expect(await wipe.isDisabled()).toBe(true);
  await dialog.getByLabel(/^Type/).fill(USER);
  expect(await wipe.isDisabled()).toBe(false);
  expect(await barriers(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  const { items } = await stage.api.call('GET /devices', { query: { user: USER } });
  expect(items.map(({ wipe: inForce }) => inForce)).toEqual([null]);
  expect(complaints).toEqual([]);
  await context.close();
});

describe('a phone is lost', () => {
  it('is found by the helpdesk, wiped while it waits, and its confirmation is seen without a reload', async () => {
    const lost = await readyPhone(stage.deployment, LOSER, { autoProvision: false });
    const helpdesk = { name: 'helpdesk', role: 'helpdesk' } as const;
    const { token } = await stage.api.call('POST /tokens', { body: helpdesk });
    const { page, context, complaints } = await stage.open('/devices', { token });
    await page.keyboard.press('/');
    await page.keyboard.type('grace');
    await page.getByRole('link', { name: LOSER }).click();
    await page.getByRole('rowheader', { name: /^Inbox/ }).waitFor();
    const waiting = lost.phone.ping({ interval: 600, folders: [lost.inbox] });
    await untilHeld(stage.deployment, 1);
    await page.getByRole('button', { name: 'Wipe', exact: true }).click();
    await confirm(page, 'Wipe the account', 'ticket 12: left in a train');
    await page.getByText('account wipe waits for the phone').first().waitFor();
    expect(await page.getByRole('button', { name: 'Wipe', exact: true }).count()).toBe(0);
    expect(await waiting).toMatchObject({ kind: 'answered', status: 1 });
    expect(await lost.phone.folderSync()).toBe(140);
    expect(await lost.phone.provision()).toMatchObject({ wipe: 'account' });

    const wipes = section(page, /^Wipes/);
    await wipes.getByText('account wipe done').waitFor();
    const history = await wipes.innerText();
    for (const words of ['asked by token helpdesk', 'ticket 12', 'told', 'surely by the device itself'])
      expect(history).toContain(words);
    await page.getByText('The phone confirmed its wipe').waitFor();
    const timeline = await section(page, /^Timeline/).innerText();
    expect(timeline.indexOf('Wipe sent')).toBeGreaterThan(timeline.indexOf('The phone confirmed'));
    expect(timeline.indexOf('Wipe asked for')).toBeGreaterThan(timeline.indexOf('Wipe sent'));
    expect(await barriers(page)).toEqual([]);
    expect(await lost.phone.folderSync()).toBe(129);
    const { items } = await stage.api.call('GET /audit', { query: { user: LOSER } });
    expect(items.find(({ action }) => action === 'device.wipe')).toMatchObject({
      actor: 'token helpdesk',
      reason: 'ticket 12: left in a train',
    });
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('a phone has trouble', () => {
  it('shows what could not be given to it, offers it again, and makes it load a folder again', async () => {
    const { phone: troubled, inbox } = await readyPhone(stage.deployment, READER);
    stage.seed(READER, [{ source: letter('indigestible') }]);
    const { key } = inbox;
    let taken = inbox;
    await waitUntil('the mail to be given up', async () => {
      // The phone forgets the answer each time, and asks with the key of before.
      taken = twinOf(stage.deployment, troubled, inbox, key).collection;
      return (await taken.sync()).added.length === 0;
    });
    const { id } = await deviceOf(stage.api, READER);
    await deviceThat(stage.api, id, 'the item to be shown', ({ setAside }) => setAside.length === 1);
    const { page, context, complaints } = await stage.open(`/devices/${id}`);
    await page.getByRole('button', { name: /^Offer again ?: item/ }).click();
    await confirm(page, 'Offer again', 'the phone was updated');
    await page.getByText('1 item is offered again').waitFor();
    await section(page, /^Set-aside/).waitFor({ state: 'detached' });
    await waitUntil('the mail to be offered again', async () => (await taken.sync()).added.length === 1);

    await page.getByRole('button', { name: /^Load again ?: inbox/i }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 folder with 1 items').waitFor();
    expect(await taken.sync()).toMatchObject({ status: 1 });
    await confirm(page, 'Load again', 'shows mails twice');
    await page.getByText('The phone loads 1 folder again').waitFor();
    expect(await taken.sync()).toMatchObject({ status: 3 });
    expect(await taken.syncAll()).toMatchObject({ status: 1 });
    expect(taken.items.size).toBe(1);
    await page.getByText('Told to load again').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is watched live while it waits and when it is told, then traced without what mails say, then removed', async () => {
    const { phone: watched, inbox } = await readyPhone(stage.deployment, READER);
    const { id } = await deviceOf(stage.api, READER, watched.link.identity.deviceId);
    const { page, context, complaints } = await stage.open('/live?q=edsger');
    const waiting = watched.ping({ interval: 600, folders: [inbox] });
    const row = page.getByRole('row').filter({ hasText: 'Ping' });
    await row.filter({ hasText: 'held' }).waitFor();
    expect(await row.innerText()).toContain(READER);
    await stage.api.call('POST /devices/{device}/resync', {
      params: { device: id },
      body: { scope: 'hierarchy' },
    });
    await row.filter({ hasText: 'HTTP 200' }).waitFor();
    await waiting;

    await page.goto(`${stage.godwit.adminUrl}/devices/${id}`);
    await page.getByRole('button', { name: 'Start trace' }).click();
    await confirm(page, 'Start trace', 'ticket 13');
    await page.getByText('Waiting for the phone’s next request').waitFor();
    stage.seed(READER, [{ source: letter('whisper to nobody') }]);
    await waitUntil('the mail to come', async () => (await inbox.sync()).added.length === 1);
    const trace = page.getByRole('list', { name: 'Trace, newest first' });
    const answer = trace.getByRole('listitem').filter({ hasText: 'ApplicationData' });
    await answer.waitFor({ state: 'attached' });
    const written = (await trace.textContent()) ?? '';
    expect(written).toMatch(/Subject[^>]*>\[\d+ characters\]/);
    expect(written).not.toContain('whisper');
    expect(written).not.toContain('secret');
    await page.getByRole('button', { name: 'Stop trace' }).click();
    await confirm(page, 'Stop and forget');
    await page.getByRole('button', { name: 'Start trace' }).waitFor();
    await trace.waitFor({ state: 'detached' });
    expect(await barriers(page)).toEqual([]);

    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await confirm(page, 'Remove device', 'sold');
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor();
    expect(
      await stage.api.call('GET /devices', { query: { q: watched.link.identity.deviceId } }),
    ).toMatchObject({
      items: [],
    });
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('somebody looks after his own phones', () => {
  it('sees nobody else’s, makes a password that a phone signs in with, and wipes the lost one', async () => {
    const { phone: own } = await readyPhone(stage.deployment, OWNER, { autoProvision: false });
    const { page, context, complaints } = await openPage(stage.browser, {
      width: 'phone',
      expected: ['401'],
    });
    await page.goto(stage.godwit.adminUrl);
    await page.getByRole('button', { name: 'My own devices' }).click();
    await page.getByLabel('User name or mail address').fill(OWNER);
    await page.getByLabel('Password of the mailbox').fill('secret');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: /^I lost it: wipe/ }).waitFor();
    expect(await page.getByRole('button', { name: /^I lost it: wipe/ }).count()).toBe(1);
    expect(await page.getByText(own.link.identity.deviceId).count()).toBe(1);
    expect(await barriers(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);

    await page.goto(`${stage.godwit.adminUrl}/mine/passwords`);
    await page.getByRole('button', { name: 'Make a password' }).first().click();
    await page.getByLabel('Name, to know it by').fill('the tablet');
    await page.getByLabel('Password of your mailbox').fill('secret');
    await page.getByRole('button', { name: 'Make password' }).click();
    const password = (await page.locator('output.secret').textContent()) ?? '';
    expect(password).not.toBe('');
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('rowheader', { name: 'the tablet' }).waitFor();
    const tablet = newPhone(stage.deployment, OWNER, { password });
    await tablet.provision();
    expect(await tablet.folderSync()).toBe(1);

    await page.goto(`${stage.godwit.adminUrl}/mine`);
    const card = page.getByRole('listitem').filter({ hasText: own.link.identity.deviceId });
    await card.getByRole('button', { name: /^I lost it: wipe/ }).click();
    await confirm(page, 'Wipe the account', 'left on the bus');
    await card.getByText('account wipe waits for the phone').waitFor();
    expect(await own.folderSync()).toBe(140);
    expect(await own.provision()).toMatchObject({ wipe: 'account' });
    await card.getByText('account wipe done').waitFor();
    expect(await tablet.folderSync()).toBe(1);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
