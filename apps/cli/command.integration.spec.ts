/** The command as a process of its own, against a running server: what scripts rely on. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGodwit, type GodwitProcess } from '../../tests/servers/index.js';

const COMMAND = join(process.cwd(), 'dist', 'apps', 'cli', 'main.js');
const USER = 'demo@demo.localhost';

let dataDirectory: string;
let godwit: GodwitProcess;
let password: string;

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function run(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  const env = {
    ...process.env,
    GODWIT_CONFIG: '',
    GODWIT_ADMIN_URL: godwit.adminUrl,
    GODWIT_ADMIN_TOKEN: godwit.adminToken,
    GODWIT_DOCTOR_PASSWORD: password,
    ...environment,
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}
const godwitSays = (...args: string[]): Promise<Ran> => run(args);

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'godwit-command-'));
  godwit = await startGodwit('serve', { dataDirectory });
  password = readFileSync(join(dataDirectory, 'demo', 'password'), 'utf8').trim();
  // The doctor is a phone like any other.
  await run(['doctor', '--url', godwit.url, '--user', USER, '--ping', '1']);
});
afterAll(async () => {
  await godwit.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

it('lists, shows and blocks a device, named by user, by DeviceId and by number', async () => {
  const listed = await godwitSays('devices', 'list', '--json');
  expect(listed).toMatchObject({ code: 0, errors: '' });
  const { items } = JSON.parse(listed.output) as { items: { id: string; deviceId: string }[] };
  expect(items).toMatchObject([{ user: USER, standing: 'allowed' }]);
  const { id, deviceId } = items[0]!;
  for (const named of [[id], [deviceId], [USER], [USER, deviceId]]) {
    const shown = await godwitSays('devices', 'show', ...named);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.output).toContain(deviceId);
  }
  const blocked = await godwitSays('devices', 'block', USER, '--reason', 'tried', '--json');
  expect(JSON.parse(blocked.output)).toMatchObject({ id, decision: 'blocked', standing: 'blocked' });
  expect(await godwitSays('devices', 'follow-rules', id)).toMatchObject({ code: 0 });
  const table = await godwitSays('devices', 'list');
  expect(table.output).toMatch(/^ID +TENANT +USER/);
  expect(table.output).not.toContain('\u001b');
});

it('ends with a code a script can tell by what went wrong', async () => {
  expect(await run(['devices', 'list'], { GODWIT_ADMIN_TOKEN: 'wrong' })).toMatchObject({
    code: 1,
    output: '',
    errors: expect.stringContaining('The token is not valid') as string,
  });
  expect(await godwitSays('devices', 'show', 'nobody@example.org')).toMatchObject({ code: 1, output: '' });
  expect(await godwitSays('devices', 'show', '999999')).toMatchObject({ code: 1, output: '' });
  expect(await godwitSays('devices', 'wipe', USER)).toMatchObject({
    code: 2,
    errors: expect.stringContaining('--yes') as string,
  });
  expect(await godwitSays('devices', 'list', '--standing', 'strange')).toMatchObject({ code: 2 });
  expect(await run(['devices', 'list'], { GODWIT_ADMIN_URL: 'http://127.0.0.1:1' })).toMatchObject({
    code: 69,
    errors: expect.stringContaining('127.0.0.1:1') as string,
  });
});

it('prints once what top would show, and a token that was made works', async () => {
  const once = await godwitSays('top', '--once', '--json');
  expect(once).toMatchObject({ code: 0 });
  expect(JSON.parse(once.output)).toMatchObject({ items: [] });
  const made = await godwitSays('tokens', 'make', 'script', '--role', 'read-only');
  const token = made.output.trim();
  expect(await run(['users', 'list'], { GODWIT_ADMIN_TOKEN: token })).toMatchObject({ code: 0 });
  expect(await run(['devices', 'block', USER], { GODWIT_ADMIN_TOKEN: token })).toMatchObject({
    code: 1,
    errors: expect.stringContaining('has not the right') as string,
  });
});

it('finds server and token by itself where the server runs, and gives the token to no other', async () => {
  const file = join(dataDirectory, 'client.yaml');
  writeFileSync(
    file,
    JSON.stringify({ admin: { port: Number(new URL(godwit.adminUrl).port), token: godwit.adminToken } }),
  );
  const own = { GODWIT_ADMIN_URL: undefined, GODWIT_ADMIN_TOKEN: undefined, GODWIT_CONFIG: file };
  expect(await run(['devices', 'list'], own)).toMatchObject({ code: 0 });
  expect(await run(['token'], own)).toMatchObject({ code: 0, output: `${godwit.adminToken}\n` });
  expect(await run(['devices', 'list', '--url', 'http://127.0.0.1:2'], own)).toMatchObject({
    code: 2,
    errors: expect.stringContaining('No token for http://127.0.0.1:2') as string,
  });
});
