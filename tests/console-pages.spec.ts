/**
 * What administrators keep on pages of its own, in a browser, with simulated phones on the other side: which kinds of devices
 * are let in, and what a policy asks of them. tests/administration.spec.ts does the same over the API.
 */
import type { Page } from 'playwright-core';
import { barriers, isTooWide } from './console/browser.js';
import { startConsoleStage, type ConsoleStage } from './console/console-stage.js';
import { waitUntil } from './servers/index.js';
import { deviceOf } from './stage/administrator.js';
import { letter } from './stage/corpus.js';
import { untilHeld } from './stage/held.js';
import { anomaliesOf, newPhone } from './stage/phones.js';
import { takeViolations } from './stage/traffic.js';

const NEWCOMER = 'joan@acme.example';
const SELLER = 'barbara@acme.example';

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await startConsoleStage({ [NEWCOMER]: 'secret', [SELLER]: 'secret' });
  stage.seed(NEWCOMER, [{ source: letter('first') }, { source: letter('second') }]);
  // A folder beside the Inbox, as Maildir++ names it.
  stage.seed(`${NEWCOMER}/.Work`, []);
});
afterAll(() => stage?.stop());
afterEach(() => expect(takeViolations()).toEqual([]));

/** Goes to a page by the navigation, as people do. */
async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Presses the button of the dialog that is open; it says what will happen. */
async function confirm(page: Page, action: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe('a kind of device nobody knows yet', () => {
  it('is quarantined by a rule made here, shows one mail, and has everything once it is allowed in the queue', async () => {
    // Of an attempt before, if there was one.
    for (const { id } of (await stage.api.call('GET /access-rules', {})).items)
      await stage.api.call('DELETE /access-rules/{rule}', { params: { rule: id }, body: {} });
    const { page, context, complaints } = await stage.open('/access');
    await page.getByRole('button', { name: 'New rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('New kinds');
    await dialog.getByLabel('Device type').fill('Novelty*');
    await dialog.getByLabel('Then').selectOption('quarantined');
    await confirm(page, 'Add rule');
    const [rule] = (await stage.api.call('GET /access-rules', {})).items;
    expect(rule).toMatchObject({ conditions: { deviceType: 'Novelty*' }, action: 'quarantined' });

    const phone = newPhone(stage.deployment, NEWCOMER, { deviceType: 'NoveltyPhone' });
    await phone.provision();
    expect(await phone.folderSync()).toBe(1);
    expect(phone.hierarchy.folders.size).toBe(1);
    const inbox = phone.inbox();
    await inbox.syncAll();
    expect(inbox.items.size).toBe(1);
    const waiting = phone.ping({ interval: 600, folders: [inbox] });
    await untilHeld(stage.deployment, 1);

    await goTo(page, 'Overview');
    await page.getByRole('link', { name: /In quarantine/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Quarantine' }).waitFor();
    const row = page.getByRole('row').filter({ hasText: NEWCOMER });
    await row.getByText('rule New kinds').waitFor();
    await page.getByLabel(/^Reason for what you decide/).fill('ticket 14: approved');
    expect(await barriers(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await row.getByRole('button', { name: /^Allow/ }).click();
    await page.getByText('Nobody waits').waitFor();

    expect(await waiting).toMatchObject({ kind: 'answered' });
    await phone.folderSync();
    expect(phone.hierarchy.named('Work')).toBeDefined();
    await inbox.syncAll();
    expect(inbox.items.size).toBe(2);
    expect(anomaliesOf(phone)).toEqual([]);
    const { items } = await stage.api.call('GET /audit', { query: { user: NEWCOMER } });
    expect(items[0]).toMatchObject({ action: 'device.allow', reason: 'ticket 14: approved' });
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('a policy', () => {
  it('is made, assigned and changed here: the waiting phone comes back for it, and is seen to have it', async () => {
    const { page, context, complaints } = await stage.open('/policies');
    await page.getByRole('link', { name: 'New policy' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Sales phones');
    await page.getByLabel('Find a setting').fill('camera');
    await page.getByRole('switch', { name: 'Allow camera' }).uncheck();
    await page.getByRole('button', { name: 'Make policy' }).click();
    await confirm(page, 'Make policy');
    await page.getByRole('heading', { level: 1, name: 'Sales phones' }).waitFor();
    await page.getByText('One setting differs').waitFor();

    await page.getByRole('link', { name: 'All policies' }).click();
    await page.getByRole('button', { name: 'Assign a policy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('For', { exact: true }).selectOption({ label: 'one user' });
    await dialog.getByLabel('Tenant').selectOption('acme');
    await dialog.getByLabel('User').fill(SELLER);
    await confirm(page, 'Assign');
    await page.getByRole('rowheader', { name: SELLER }).waitFor();

    const phone = newPhone(stage.deployment, SELLER, { autoProvision: false });
    expect((await phone.provision()).policy).toMatchObject({ AllowCamera: false });
    await phone.folderSync();
    const inbox = phone.inbox();
    await inbox.syncAll();
    const waiting = phone.ping({ interval: 600, folders: [inbox] });
    await untilHeld(stage.deployment, 1);

    await page.getByRole('link', { name: 'Sales phones' }).click();
    await page.getByLabel('Find a setting').fill('password');
    await page.getByRole('switch', { name: 'Device password enabled' }).check();
    await page.getByText('Not saved yet: 1 setting changed').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await page.getByRole('button', { name: 'Save policy' }).click();
    await page.getByRole('dialog').getByText('1 device provisions again').waitFor();
    await confirm(page, 'Save policy');
    await page.getByText('2 settings differ').waitFor();

    await waiting.catch(() => undefined);
    await waitUntil('the phone to be told', async () => (await phone.folderSync()) === 143);
    const { id } = await deviceOf(stage.api, SELLER);
    await page.goto(`${stage.godwit.adminUrl}/devices/${id}`);
    const access = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Access and policy' }) });
    await access.getByText('policy pending').waitFor();
    expect((await phone.provision()).policy).toMatchObject({
      AllowCamera: false,
      DevicePasswordEnabled: true,
    });
    expect(await inbox.syncAll()).toMatchObject({ status: 1 });
    await page.reload();
    await access.getByText('policy applied').waitFor();
    expect(await access.innerText()).toContain('Sales phones');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
