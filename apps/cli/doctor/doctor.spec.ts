import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deviceIdOf } from './device-id.js';
import { pingCut } from './diagnosis.js';
import { Examination } from './examination.js';
import { mailToOneself } from './mail-to-oneself.js';
import { paintFor, printStep } from './print.js';
import type { StepReport } from './step.js';

let server: Server | undefined;

async function serverThat(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
});

async function examine(url: string, version?: '14.1'): Promise<StepReport> {
  const seen: StepReport[] = [];
  const examination = new Examination(
    {
      url,
      user: 'ann@example.org',
      password: 'x',
      version,
      deviceType: 'GodwitDoctor',
      ping: 1,
      send: false,
      write: false,
      to: undefined,
      insecure: false,
    },
    (step) => void seen.push(step),
  );
  expect(await examination.run()).toBe(false);
  const last = seen.at(-1);
  if (!last) throw new Error('no step was reported');
  expect(last.ok).toBe(false);
  return last;
}

const eas = { 'MS-ASProtocolVersions': '12.1,14.0,14.1' };

describe('the doctor finds', () => {
  it.each([
    [401, 'HTTP 401: the password of ann@example.org', 'Authorization header'],
    [403, 'HTTP 403', 'blocks the user'],
    [404, 'HTTP 404: there is nothing at /Microsoft-Server-ActiveSync', 'host only'],
    [502, 'HTTP 502', 'Check that it runs'],
    [503, 'HTTP 503', 'mail server behind it'],
  ])('HTTP %i', async (status, reason, advice) => {
    const url = await serverThat((_request, response) => response.writeHead(status).end());
    const step = await examine(url);
    expect(step.name).toBe('options');
    expect(step.reason).toContain(reason);
    expect(step.advice.join(' ')).toContain(advice);
  });

  it('nobody listening', async () => {
    const url = await serverThat(() => undefined);
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    expect((await examine(url)).reason).toContain('Nobody listens on 127.0.0.1');
  });

  it('plain HTTP behind https://', async () => {
    const url = await serverThat((_request, response) => response.end());
    expect((await examine(url.replace('http:', 'https:'))).reason).toContain('speaks no TLS');
  });

  it('a web page in place of ActiveSync', async () => {
    const url = await serverThat((_request, response) => response.end('<html>Welcome</html>'));
    expect((await examine(url)).reason).toContain('nothing that tells of ActiveSync');
  });

  it('a web page behind good headers', async () => {
    const url = await serverThat((_request, response) => response.writeHead(200, eas).end('<html></html>'));
    const step = await examine(url);
    expect(step).toMatchObject({ name: 'provision' });
    expect(step.advice.join(' ')).toContain('a web page');
  });

  it('a redirect that phones do not follow', async () => {
    const url = await serverThat((_request, response) =>
      response.writeHead(301, { Location: 'https://example.org/' }).end(),
    );
    expect((await examine(url)).advice).toContain('Use https:// in the URL.');
  });

  it('a mailbox that is elsewhere', async () => {
    const url = await serverThat((request, response) =>
      request.method === 'OPTIONS' ? response.writeHead(200, eas).end() : response.writeHead(451).end(),
    );
    expect((await examine(url)).reason).toContain('HTTP 451');
  });

  it('only versions that nobody speaks any more', async () => {
    const url = await serverThat((_request, response) =>
      response.writeHead(200, { 'MS-ASProtocolVersions': '1.0,2.5' }).end(),
    );
    expect((await examine(url)).reason).toBe('The server offers only 1.0, 2.5.');
  });

  it('that the version asked for is not offered', async () => {
    const url = await serverThat((_request, response) =>
      response.writeHead(200, { 'MS-ASProtocolVersions': '12.1' }).end(),
    );
    expect((await examine(url, '14.1')).advice.join()).toContain('12.1');
  });

  it('a proxy behind a Ping that is cut after a minute, and not after a second', () => {
    expect(pingCut(60.01, 600).advice.join(' ')).toContain('proxy_read_timeout');
    expect(pingCut(1, 600).advice.join(' ')).not.toContain('proxy_read_timeout');
  });
});

describe('the doctor', () => {
  it('is the same device each time, and another one for another user', () => {
    expect(deviceIdOf('ann')).toBe(deviceIdOf('ann'));
    expect(deviceIdOf('ann')).not.toBe(deviceIdOf('bob'));
    expect(deviceIdOf('ann')).toMatch(/^[0-9a-z]{1,32}$/);
  });

  it('paints on a terminal only, and not against NO_COLOR', () => {
    expect(paintFor({ isTTY: true }, {})('red', 'x')).toBe('\u001b[31mx\u001b[0m');
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })('red', 'x')).toBe('x');
    expect(paintFor({}, {})('red', 'x')).toBe('x');
  });

  it('prints a failure with its reason, and below it what to do', () => {
    const paint = paintFor({}, {});
    const step = {
      name: 'ping',
      title: 'Ping',
      ok: false,
      ms: 12_345,
      detail: '',
      reason: 'cut',
      advice: ['a', 'b'],
    };
    expect(printStep(step, paint)).toBe(` ✗ Ping                    12.3 s  cut\n     a\n     b\n`);
  });

  it('sends a mail that can be told from others', () => {
    expect(mailToOneself('ann@example.org', 't0')).toMatch(
      /^From: ann@example.org\r\n.*Subject: Godwit doctor t0\r\n/s,
    );
  });
});
