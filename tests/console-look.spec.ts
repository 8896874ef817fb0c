/**
 * How the console looks and can be used, before a sample of a big company's data: every page on a desk and on a phone, light
 * and dark, for people with and without a mouse. Writes the pictures of the documents with GODWIT_SCREENSHOTS=1.
 */
import type { Browser } from 'playwright-core';
import {
  barriers,
  isTooWide,
  openBrowser,
  openPage,
  picture,
  type Colors,
  type Width,
} from './console/browser.js';
import { startSampleApi, type SampleApi } from './console/sample-api.js';

const pages: readonly (readonly [name: string, path: string, shows: string])[] = [
  ['overview', '/', 'Commands per second'],
  ['devices', '/devices', 'Last sync'],
  ['device', '/devices/5', 'Projects/2026'],
  ['live', '/live', 'ada@birds.example'],
  ['quarantine', '/quarantine', 'Make a rule'],
  ['set-aside', '/set-aside', 'nests deeper'],
  ['policies', '/policies', 'group Board'],
  ['policy', '/policies/2', 'Fewest characters'],
  ['access', '/access', 'Unknown Android models'],
  ['users', '/users', 'Known since'],
  ['user', '/users/company.example/ada%40company.example', 'Meeting room 3'],
  ['tenants', '/tenants', 'imap.company.example:993'],
  ['audit', '/audit', 'left in a taxi'],
  ['webhooks', '/webhooks', 'HTTP 502'],
  ['tokens', '/tokens', 'monitoring'],
];
/** Two cover each width and each set of colours; the others are for whoever looks at the pictures. */
const looks: readonly (readonly [Width, Colors])[] = [
  ['desk', 'light'],
  ['phone', 'dark'],
  ...(process.env['GODWIT_SCREENSHOTS'] === '1'
    ? ([
        ['desk', 'dark'],
        ['phone', 'light'],
      ] as const)
    : []),
];

let browser: Browser;
let api: SampleApi;
beforeAll(async () => {
  browser = await openBrowser();
  api = await startSampleApi();
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
});

describe.each(looks)('on a %s, %s', (width, colors) => {
  it.each(pages)(
    '%s: everybody can use it, nothing sticks out, nothing leaves this computer',
    async (name, path, shows) => {
      const { page, context, complaints } = await openPage(browser, { width, colors });
      await page.goto(api.url + path);
      await page.getByText(shows).first().waitFor();
      await picture(page, `${name}-${width}-${colors}`);
      expect(await barriers(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it('sign-in', async () => {
    api.signedOut = true;
    const { page, context, complaints } = await openPage(browser, { width, colors, expected: ['401'] });
    await page.goto(`${api.url}/devices?q=ada`);
    await page.getByText('Sign in with Company SSO').waitFor();
    await picture(page, `sign-in-${width}-${colors}`);
    expect(await barriers(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    expect(complaints).toEqual([]);
    api.signedOut = false;
    await context.close();
  });
});
