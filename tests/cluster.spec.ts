/**
 * scripts/cluster as somebody uses it who wants to see a cluster: up, a phone's story in short through the nginx locations
 * that are shipped, down, and nothing left behind.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Phone } from '#phone';
import { lmtpDeliver } from './servers/lmtp.js';
import { waitUntil } from './servers/index.js';
import { isAlive } from './servers/processes.js';
import { letter } from './stage/corpus.js';
import { untilHeld } from './stage/held.js';
import { emailOn } from './stage/phones.js';

interface ClusterState {
  readonly isUp: boolean;
  readonly url: string;
  readonly gateways: readonly string[];
  readonly actors: readonly string[];
  readonly adminUrl: string;
  readonly adminToken: string;
  readonly lmtpPort: number;
  readonly password: string;
  readonly processes: readonly { name: string; pid: number; runs: boolean }[];
}

const folder = mkdtempSync(join(tmpdir(), 'godwit-try-'));
const ports = ['--port', '0', '--admin-port', '0'];
let state: ClusterState;

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    child.once('close', (code) => resolve({ code, output }));
  });
}

const cluster = (...args: string[]) => run('scripts/cluster', [...args, '--state', folder]);

beforeAll(async () => {
  const { code, output } = await cluster('up', ...ports);
  if (code !== 0) throw new Error(output);
  state = JSON.parse((await cluster('status', '--json')).output) as ClusterState;
});

afterAll(async () => {
  await cluster('down', '--forget');
});

it('is up once, and says what it is made of', async () => {
  expect(state.isUp).toBe(true);
  expect(state.processes.map(({ name }) => name).sort()).toEqual(
    [
      'actors1',
      'actors2',
      'admin',
      'dovecot',
      'gateway1',
      'gateway2',
      'nginx',
      'postgres',
      'redis',
      'smtp',
    ].sort(),
  );
  const { code, output } = await cluster('up', ...ports);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('up already') as string });
  expect(output).toContain(`--url ${state.url}`);
  const probes = [...state.gateways, ...state.actors, state.adminUrl].map((url) => `${url}/health/startup`);
  const answers = await Promise.all(probes.map(async (probe) => (await fetch(probe)).status));
  expect(answers).toEqual([200, 200, 200, 200, 200]);
  const devices = await fetch(`${state.adminUrl}/admin/v1/devices`, {
    headers: { Authorization: `Bearer ${state.adminToken}` },
  });
  expect(devices.status).toBe(200);
});

it('passes the doctor through nginx in three generations of the protocol at once, writing and sending', async () => {
  const doctor = (version: string, name: string) =>
    run(process.execPath, [
      ...['dist/apps/cli/main.js', 'doctor', '--url', state.url, '--user', `${name}@example.test`],
      ...['--password', state.password, '--version', version, '--ping', '1', '--send', '--write'],
    ]);
  const visits = await Promise.all([doctor('12.1', 'carol'), doctor('14.1', 'bob'), doctor('16.1', 'ada')]);
  for (const { code, output } of visits) {
    expect(output).toContain('All is well.');
    expect(code).toBe(0);
  }
});

it('serves a phone through nginx: folders, mail, a wait that ends with news, an attachment of a megabyte', async () => {
  const user = 'dora@example.test';
  const attachment = Buffer.alloc(1024 * 1024, 'All work and no play. ');
  const content = attachment.toString('base64').replace(/.{76}/g, '$&\r\n');
  const mail = letter('With a large one').replace(
    /Content-Type: text\/plain.*$/s,
    `Content-Type: application/octet-stream; name=big.bin\r\nContent-Disposition: attachment; filename=big.bin\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${content}\r\n`,
  );
  await lmtpDeliver(state.lmtpPort, user, Buffer.from(mail));

  const phone = new Phone({ url: state.url, user, password: state.password, deviceId: 'throughnginx' });
  await phone.provision();
  await phone.folderSync();
  const inbox = phone.inbox();
  await inbox.syncAll();

  const waiting = phone.ping({ interval: 600, folders: [inbox] });
  await untilHeld({ gateways: state.gateways.map((url) => ({ url })) }, 1);
  await lmtpDeliver(state.lmtpPort, user, Buffer.from(letter('News')));
  expect(await waiting).toMatchObject({ kind: 'answered', status: 2, folders: [inbox.id] });
  expect((await inbox.sync()).added).toHaveLength(1);

  const [described] = emailOn(inbox, 'With a large one').Attachments?.Attachment ?? [];
  const { data } = await phone.fetchAttachment(described?.FileReference ?? '', { multipart: true });
  expect(data.equals(attachment)).toBe(true);
});

// The last one: it ends the cluster.
it('leaves no process behind when it is told to end, and says so twice', async () => {
  const { code, output } = await cluster('down', '--forget');
  expect(code).toBe(0);
  for (const { name, pid } of state.processes) expect(output).toContain(`${name} (${pid}) ended`);
  await waitUntil('all to be gone', () => state.processes.every(({ pid }) => !isAlive(pid)));
  expect(existsSync(folder)).toBe(false);
  expect(await cluster('down')).toEqual({ code: 0, output: 'No cluster is up.\n' });
  rmSync(folder, { recursive: true, force: true });
});
