import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePorts, waitUntil } from './ports.js';
import { endAtExit, processTree, signalAll } from './processes.js';

export interface Xandikos {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly directory: string;
  stop(): Promise<void>;
}

const USER = 'anna';
const PASSWORD = 'secret';

/**
 * Starts a private Xandikos (CalDAV and CardDAV over git) in a temporary folder, with a calendar and an address book. It knows
 * no passwords: they are checked by a small proxy before it, as its manual asks for.
 */
export async function startXandikos(): Promise<Xandikos> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-xandikos-'));
  const [port = 0, innerPort = 0] = await freePorts(2);
  const options = ['-d', directory, '--defaults', '--current-user-principal', `/${USER}/`];
  const server = spawn('/usr/bin/xandikos', [...options, '-l', '127.0.0.1', '-p', String(innerPort)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GIT_CONFIG_NOSYSTEM: '1', EMAIL: 'anna@example.test' },
  });
  let complaint = '';
  server.stderr.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4000)));
  const kill = (): void => {
    if (server.pid !== undefined && server.exitCode === null) signalAll(processTree(server.pid), 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  const forget = endAtExit(kill);
  const guard = guardBefore(innerPort);
  const stop = async (): Promise<void> => {
    forget();
    guard.closeAllConnections();
    await new Promise((resolve) => guard.close(resolve));
    kill();
  };
  try {
    await waitUntil(
      'Xandikos to answer',
      () => {
        if (server.exitCode !== null) throw new Error(`Xandikos ended (${server.exitCode}): ${complaint}`);
        return answers(innerPort);
      },
      30_000,
    );
    await new Promise<void>((resolve) => guard.listen(port, '127.0.0.1', resolve));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}/`, user: USER, password: PASSWORD, directory, stop };
}

/** Passes on what comes with the right password. */
function guardBefore(port: number): Server {
  const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;
  return createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== expected) {
      outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="Xandikos"' }).end();
      return;
    }
    const { method, url, headers } = incoming;
    const inner = forward({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  });
}
