import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Where Debian puts it; another one is named by the environment. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const widths = { desk: { width: 1280, height: 860 }, phone: { width: 360, height: 740 } } as const;
export type Width = keyof typeof widths;
export type Colors = 'light' | 'dark';

/** The sandbox needs what containers take away, and root never has it. Throws with what to do if there is no Chromium. */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(executablePath))
    throw new Error(
      `There is no Chromium at ${executablePath}: install Debian's package "chromium", or name one by CHROMIUM=/path/to/it.`,
    );
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page that notices what must not happen on it. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, faults of scripts, requests that left this computer. */
  readonly complaints: string[];
}

/** `expected`: parts of messages that a test provokes. */
export async function openPage(
  browser: Browser,
  {
    width = 'desk',
    colors = 'light',
    expected = [],
  }: { width?: Width; colors?: Colors; expected?: string[] } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: widths[width],
    colorScheme: colors,
    locale: 'en-GB',
    timezoneId: 'UTC',
    hasTouch: width === 'phone',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (!expected.some((part) => text.includes(part))) complaints.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complain(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complain(`fault: ${error.message}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (hostname !== '127.0.0.1' || protocol !== 'http:') complain(`left this computer: ${request.url()}`);
  });
  return { page, context, complaints };
}

/** What axe finds that keeps people from using the page; each with the element. */
export async function barriers(page: Page): Promise<string[]> {
  // By the debugger, not by a script element: the page's policy forbids those, as it should.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const tool = Reflect.get(globalThis, 'axe') as typeof axe;
    return (await tool.run({ resultTypes: ['violations'] })).violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)}: ${failureSummary ?? ''}`),
    }));
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .map(({ id, where }) => `${id}: ${where.slice(0, 3).join(' | ')}`);
}

/** Whether something is wider than the screen, so that the page moves sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Keeps a picture for the documents, if pictures are wanted (GODWIT_SCREENSHOTS=1). */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['GODWIT_SCREENSHOTS'] !== '1') return;
  const folder = process.env['GODWIT_SCREENSHOT_FOLDER'] ?? join(process.cwd(), 'docs', 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
