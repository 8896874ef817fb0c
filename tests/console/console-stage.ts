import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { AdminClient } from '#admin-api';
import { startGodwit, type GodwitProcess, type SeedMail } from '../servers/index.js';
import { seedMaildir } from '../servers/maildir-seed.js';
import { administratorOf } from '../stage/administrator.js';
import type { Deployment } from '../stage/deployment.js';
import { openBrowser, openPage, type WatchedPage, type Width } from './browser.js';

/** Godwit as `serve` runs it over mailboxes in files, with its console in a browser. */
export interface ConsoleStage {
  readonly godwit: GodwitProcess;
  /** The same, as the steps of the other stories want it. */
  readonly deployment: Deployment;
  readonly browser: Browser;
  /** The first administrator, at the API. */
  readonly api: AdminClient;
  /** Puts mails into the user's Inbox. */
  seed(user: string, mails: Iterable<SeedMail>): void;
  /** A page of the console, signed in with this token; without one, by the first administrator's. */
  open(path: string, options?: { token?: string; width?: Width }): Promise<WatchedPage>;
  stop(): Promise<void>;
}

/** Types a token into the form and sends it. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Starts it with these users of acme.example, by their passwords. If one part fails to start, the other ends, too. */
export async function startConsoleStage(passwords: Readonly<Record<string, string>>): Promise<ConsoleStage> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-console-'));
  const seed: ConsoleStage['seed'] = (user, mails) =>
    void seedMaildir(join(folder, user), mails, {
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
    });
  for (const user of Object.keys(passwords)) seed(user, []);
  const configuration = {
    secret: 'what app passwords are sealed with',
    tenants: [
      {
        name: 'acme',
        domains: ['acme.example'],
        provisioning: 'required',
        mail: { kind: 'maildir', path: join(folder, '{user}'), passwords },
        submission: { kind: 'local' },
      },
    ],
  };
  const started = await Promise.allSettled([startGodwit('serve', configuration), openBrowser()]);
  const [server, opened] = started;
  const end = async (): Promise<void> => {
    if (opened.status === 'fulfilled') await opened.value.close();
    if (server.status === 'fulfilled') await server.value.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  if (server.status === 'rejected' || opened.status === 'rejected') {
    await end();
    throw started.find((one) => one.status === 'rejected')?.reason;
  }
  const { value: godwit } = server;
  const { value: browser } = opened;
  const stop = end;
  return {
    godwit,
    deployment: {
      ...{ shape: 'standalone', url: godwit.url, gateways: [godwit], hosts: [godwit], admin: godwit },
      stop,
    },
    browser,
    api: administratorOf(godwit),
    seed,
    open: async (path, { token = godwit.adminToken, width = 'desk' } = {}) => {
      // Who is not signed in is told so before he is asked.
      const opening = await openPage(browser, { width, expected: ['401'] });
      await opening.page.goto(godwit.adminUrl + path);
      await signIn(opening.page, token);
      await opening.page.getByLabel('Token').waitFor({ state: 'detached' });
      return opening;
    },
    stop,
  };
}
