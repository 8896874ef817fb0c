/**
 * The console as `godwit serve` serves it, in a browser, with a simulated phone on the other side: signing in, finding a
 * device, deciding about it, and what stands between a finger and a wipe.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { AdminClient } from '#admin-api';
import { Phone } from '#phone';
import { barriers, isTooWide, openBrowser, openPage } from './console/browser.js';
import { startGodwit, waitUntil, type GodwitProcess } from './servers/index.js';

const USER = 'ada@acme.example';
const PASSWORD = 'pässword';
/** Bytes, compressed: what the first page of the console may weigh. */
const FIRST_LOAD = 120_000;

let folder: string;
let godwit: GodwitProcess;
let browser: Browser;
let phone: Phone;
let api: AdminClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-console-'));
  mkdirSync(join(folder, USER));
  const mail = { kind: 'maildir', path: join(folder, '{user}'), passwords: { [USER]: PASSWORD } };
  const tenant = {
    name: 'acme',
    domains: ['acme.example'],
    provisioning: 'off',
    mail,
    submission: { kind: 'local' },
  };
  [godwit, browser] = await Promise.all([startGodwit('serve', { tenants: [tenant] }), openBrowser()]);
  api = new AdminClient({
    origin: godwit.adminUrl,
    headers: () => ({ Authorization: `Bearer ${godwit.adminToken}` }),
  });
  phone = new Phone({
    url: godwit.url,
    user: USER,
    password: PASSWORD,
    deviceId: 'CONSOLEPHONE1',
    information: { Model: 'Godwit One', OS: 'Testing 1', FriendlyName: 'ada’s phone' },
  });
  await phone.tellInformation();
  await phone.folderSync();
  await phone.collection(phone.hierarchy.named('Inbox')?.id ?? '').syncAll();
});
afterAll(async () => {
  await browser?.close();
  await godwit?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

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
  const ask = (path: string): Promise<Response> => fetch(godwit.adminUrl + path);
  const [page, nothing, missing] = await Promise.all(
    ['/devices/1', '/admin/v1/nothing', '/assets/gone.js'].map(ask),
  );
  expect([page?.status, nothing?.status, missing?.status]).toEqual([200, 404, 404]);
  expect(page?.headers.get('cache-control')).toBe('no-store');
  expect(page?.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(nothing?.headers.get('content-type')).toContain('application/problem+json');
});

it('asks who one is, says that a token is wrong, and leads back to where one wanted to go', async () => {
  const { page, context, complaints } = await openPage(browser, { expected: ['401'] });
  await page.goto(`${godwit.adminUrl}/devices?q=ada`);
  await signIn(page, 'not-a-token');
  await page.getByText('This token is not known here').waitFor();
  await signIn(page, godwit.adminToken);
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
  const { page, context, complaints } = await openPage(browser, { expected: ['401'] });
  await page.goto(`${godwit.adminUrl}/devices`);
  await signIn(page, godwit.adminToken);
  await page.getByRole('link', { name: USER }).click();
  await page.getByRole('heading', { level: 1, name: 'ada’s phone' }).waitFor();
  await page.getByRole('rowheader', { name: /^Inbox/ }).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(await isTooWide(page)).toBe(false);
  const number = new URL(page.url()).pathname.split('/').at(-1) ?? '';

  const decide = async (action: string): Promise<void> => {
    await page.getByRole('button', { name: action, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason, for the audit log').fill('left in a taxi');
    await dialog.getByRole('button', { name: action, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const standing = async (): Promise<string> =>
    (await api.call('GET /devices/{device}', { params: { device: number } })).standing;
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
  const { page, context, complaints } = await openPage(browser, { width: 'phone', expected: ['401'] });
  await page.goto(`${godwit.adminUrl}/devices`);
  await signIn(page, godwit.adminToken);
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
  const { items } = await api.call('GET /devices', { query: {} });
  expect(items.map(({ wipe: inForce }) => inForce)).toEqual([null]);
  expect(complaints).toEqual([]);
  await context.close();
});
