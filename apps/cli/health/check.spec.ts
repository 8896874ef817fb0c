import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.js';
import { checkHealth } from './check.js';

let server: Server;
let folder: string;
let isWell: boolean;
let port: number;
let said: string;

/** A configuration in which phones' and administrators' addresses are these ports. */
function configurationOf(listen: number, admin: number): string {
  const file = join(folder, 'godwit.yaml');
  writeFileSync(file, `listen: { host: 0.0.0.0, port: ${listen} }\nadmin: { port: ${admin} }\n`);
  return file;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-health-'));
  said = '';
  isWell = true;
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  server = createServer((request, response) => {
    const known = request.url === '/health/ready';
    response.writeHead(known && isWell ? 200 : 503);
    response.end(JSON.stringify({ ok: known && isWell, checks: { database: isWell ? 'ok' : 'refused' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

it.each(['listen', 'admin'] as const)(
  'finds the process at the %s address, whatever its role',
  async (where) => {
    // Port 1 of this computer: nobody listens there.
    const config = where === 'listen' ? configurationOf(port, 1) : configurationOf(1, port);
    expect(await checkHealth({ config, probe: 'ready' })).toBe(exitCodes.ok);
  },
);

it('tells an orchestrator of a process that must get no traffic, and why', async () => {
  isWell = false;
  expect(await checkHealth({ url: `http://127.0.0.1:${port}/`, probe: 'ready' })).toBe(exitCodes.failed);
  expect(said).toBe('ready: no\ndatabase: refused\n');
});

it('does not take silence for health', async () => {
  expect(await checkHealth({ config: configurationOf(1, 1), probe: 'ready' })).toBe(exitCodes.unavailable);
});
