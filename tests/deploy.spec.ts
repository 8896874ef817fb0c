/** The files of deploy/, in the programs they are for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, selfSigned, waitUntil } from './servers/index.js';
import { startCaddy, startNginx } from './stage/proxies.js';

const SEND = '/Microsoft-Server-ActiveSync?Cmd=SendMail&User=ada&DeviceId=d&DeviceType=t';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'godwit-deploy-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['nginx', startNginx],
  ['Caddy', startCaddy],
] as const)('%s, with what is shipped for it', (name, start) => {
  /** What the two gateways do with a request; each test says. */
  let serve: RequestListener;
  const gateways: Server[] = [];
  let proxy: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    for (let count = 0; count < 2; count++) {
      const gateway = createServer((incoming, answer) => {
        // A proxy that looks for itself tells of nobody.
        const isLook = incoming.headers['x-forwarded-for'] === undefined;
        return isLook && incoming.url === '/health/ready' ? answer.end() : serve(incoming, answer);
      });
      await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
      gateways.push(gateway);
    }
    // The third one is down: nobody listens there.
    const ports = [
      ...gateways.map((gateway) => (gateway.address() as AddressInfo).port),
      ...(await freePorts(1)),
    ];
    proxy = await start(ports);
  });
  afterAll(async () => {
    await proxy.stop();
    for (const gateway of gateways.splice(0)) {
      gateway.closeAllConnections();
      await new Promise((resolve) => gateway.close(resolve));
    }
  });

  const post = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${proxy.url}${path}`, { method: 'POST', body: 'a mail', headers });

  it('passes by a gateway that is down', async () => {
    serve = (incoming, answer) => void incoming.resume().on('end', () => answer.end('served'));
    const posts = (): Promise<number[]> =>
      Promise.all(Array.from({ length: 12 }, async () => (await post(SEND)).status));
    const areServed = (statuses: number[]): boolean => statuses.every((status) => status === 200);
    // nginx tries another one, Caddy looks every other second.
    if (name === 'nginx') expect(areServed(await posts())).toBe(true);
    else await waitUntil('the gateway to be passed by', async () => areServed(await posts()));
  });

  it('never sends a mail twice: a request that a gateway had is not tried at another one', async () => {
    let seen = 0;
    serve = (incoming) => {
      seen++;
      incoming.resume().on('end', () => incoming.socket.destroy());
    };
    expect((await post(SEND)).status).toBe(502);
    expect(seen).toBe(1);
  });

  it('hands on what arrives, in both directions, before there is more', async () => {
    // More than any program holds back for company.
    const half = 256 * 1024;
    let arrived = 0;
    let finish: () => void = () => undefined;
    serve = (incoming, answer) => {
      incoming.on('data', (data: Buffer) => (arrived += data.length));
      incoming.on('end', () => {
        answer.write('the first of the answer');
        finish = () => answer.end(' and the rest');
      });
    };
    const headers = { 'Content-Length': String(2 * half) };
    const outgoing = request(`${proxy.url}${SEND}`, { method: 'POST', headers });
    const answered = new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    outgoing.write(Buffer.alloc(half));
    await waitUntil('what the phone has sent at the gateway', () => arrived > half / 2);
    outgoing.end(Buffer.alloc(half));
    let heard = '';
    const answer = (await answered).on('data', (data: Buffer) => (heard += data.toString()));
    await waitUntil('the first of the answer at the phone', () => heard === 'the first of the answer');
    finish();
    await new Promise((resolve) => answer.once('end', resolve));
    expect(heard).toBe('the first of the answer and the rest');
  });

  it('tells a gateway that a waiting phone hung up', async () => {
    let isGone = false;
    let isHeld = false;
    serve = (incoming, answer) => {
      incoming.resume();
      isHeld = true;
      answer.once('close', () => (isGone = true));
    };
    const outgoing = request(`${proxy.url}${SEND.replace('SendMail', 'Ping')}`, { method: 'POST' });
    outgoing.on('error', () => undefined);
    outgoing.end();
    await waitUntil('the phone to wait', () => isHeld);
    outgoing.destroy();
    await waitUntil('the gateway to hear of it', () => isGone);
  });

  it('tells who calls and how, compresses nothing, and lets nobody claim a certificate', async () => {
    let seen: IncomingMessage['headers'] = {};
    serve = (incoming, answer) => {
      seen = incoming.headers;
      incoming.resume().on('end', () => {
        answer.setHeader('Content-Type', 'text/xml');
        answer.end('<a/>'.repeat(5000));
      });
    };
    const { headers } = await post('/Autodiscover/Autodiscover.xml', {
      'X-SSL-Client-Cert': 'made up',
      'Accept-Encoding': 'gzip',
    });
    expect(headers.get('content-encoding')).toBeNull();
    expect(seen['x-ssl-client-cert']).toBeUndefined();
    expect(seen['x-forwarded-for']).toBe('127.0.0.1');
    expect(seen['x-forwarded-proto']).toBe('http');
    expect(seen.host).toBe(new URL(proxy.url).host);
  });

  it('passes on phones, however they write the path, and nothing else', async () => {
    const seen: string[] = [];
    serve = (incoming, answer) => {
      seen.push(incoming.url ?? '');
      answer.end();
    };
    const wanted = ['/microsoft-server-activesync', '/autodiscover/autodiscover.json?Email=a%40b.c'];
    const unwanted = ['/metrics', '/health/ready', '/admin/v1/devices', '/', '/autodiscoverer'];
    for (const path of [...wanted, ...unwanted]) await fetch(`${proxy.url}${path}`);
    expect(seen).toEqual(wanted);
  });

  it('takes a body as large as Godwit allows', async () => {
    let size = 0;
    serve = (incoming, answer) => {
      incoming.on('data', (data: Buffer) => (size += data.length));
      incoming.on('end', () => answer.end());
    };
    const body = Buffer.alloc(64 * 1024 * 1024);
    expect((await fetch(`${proxy.url}${SEND}`, { method: 'POST', body })).status).toBe(200);
    expect(size).toBe(body.length);
  });
});

/** A configuration in the folder of this test, with what is elsewhere on a real server replaced. */
function placed(path: string, replaced: readonly (readonly [string | RegExp, string])[]): string {
  const text = replaced.reduce<string>(
    (all, [from, to]) => all.replaceAll(from, to),
    readFileSync(path, 'utf8'),
  );
  const file = join(folder, path.replaceAll('/', '-'));
  writeFileSync(file, text);
  return file;
}

it('nginx takes the site with TLS, and the proxy of the composition', () => {
  const { key, cert } = selfSigned(folder);
  const locations = join(process.cwd(), 'deploy/proxies/nginx/godwit-locations.conf');
  const site = placed('deploy/proxies/nginx/godwit.conf', [
    ['/etc/ssl/certs/mail.example.org.pem', cert],
    ['/etc/ssl/private/mail.example.org.key', key],
    ['include godwit-locations.conf', `include ${locations}`],
  ]);
  const whole = join(folder, 'nginx.conf');
  writeFileSync(
    whole,
    `pid ${join(folder, 'nginx.pid')};\nevents {}\nhttp { access_log off; client_body_temp_path ${join(folder, 'body')}; include ${site}; }\n`,
  );
  const composed = placed('deploy/compose/nginx.conf', [
    [/gateway[12]:/g, '127.0.0.1:'],
    // Before the next one: the house itself may stand in there.
    [/\/tmp\//g, `${folder}/`],
    ['/etc/nginx/godwit-locations.conf', locations],
  ]);
  for (const file of [whole, composed]) {
    const { status, stderr } = spawnSync('/usr/sbin/nginx', ['-t', '-q', '-e', 'stderr', '-c', file], {
      encoding: 'utf8',
    });
    expect([file, status, stderr]).toEqual([file, 0, '']);
  }
});

it('Dovecot takes the configuration of the composition', () => {
  const file = placed('deploy/compose/dovecot.conf', []);
  const text = execFileSync('doveconf', ['-n', '-c', file], { encoding: 'utf8' });
  expect(text).toContain('args = scheme=PLAIN username_format=%u /etc/dovecot/users');
});

it('Prometheus takes the alerts, and they come when they should', () => {
  for (const how of ['check', 'test']) {
    const file = `deploy/prometheus/godwit.rules${how === 'test' ? '.test' : ''}.yaml`;
    const { status, stdout, stderr } = spawnSync('promtool', [how, 'rules', file], { encoding: 'utf8' });
    expect([how, status, status === 0 ? '' : stdout + stderr]).toEqual([how, 0, '']);
  }
});

// Part of systemd, which a container may lack.
const hasSystemd = existsSync('/usr/bin/systemd-analyze');
it.each(['godwit.service', 'godwit@.service'])('systemd takes %s, and finds little exposed', (name) => {
  const { configured, unit } = unitOf(name);
  expect(configured).toContain('RestartPreventExitStatus=78');
  expect(Number(/^TimeoutStopSec=(\d+)s$/m.exec(configured)?.[1])).toBeGreaterThan(20);
  if (!hasSystemd) return;
  const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  expect([verified.status, verified.stderr]).toEqual([0, '']);
  const judged = execFileSync('systemd-analyze', ['security', '--offline=true', unit], { encoding: 'utf8' });
  expect(Number(/exposure level for \S+ ([\d.]+)/.exec(judged)?.[1])).toBeLessThan(2);
});

/** The unit as systemd sees it: of a template an instance, with the Node.js that is here. */
function unitOf(name: string): { configured: string; unit: string } {
  const configured = readFileSync(join('deploy/systemd', name), 'utf8');
  const unit = join(folder, name.replace('@', '@gateway'));
  writeFileSync(unit, configured.replace('/usr/bin/node', process.execPath).replaceAll('%i', 'gateway'));
  return { configured, unit };
}
