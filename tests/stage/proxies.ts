import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts, waitUntil } from '../servers/index.js';
import { answers } from '../servers/ports.js';
import { endAtExit } from '../servers/processes.js';
import type { Balancer } from './balancer.js';

const LOCATIONS = resolve('deploy/proxies/nginx/godwit-locations.conf');
const CADDYFILE = resolve('deploy/proxies/Caddyfile');

/** A real nginx with the locations that are shipped, before gateways on these ports. */
export async function startNginx(gateways: readonly number[]): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-nginx-'));
  const [port = 0] = await freePorts(1);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${join(folder, name)};`).join('\n')}
  upstream godwit {
    least_conn;
${gateways.map((gateway) => `    server 127.0.0.1:${gateway};`).join('\n')}
  }
  server {
    listen 127.0.0.1:${port};
    include ${LOCATIONS};
  }
}
`,
  );
  const nginx = spawn('/usr/sbin/nginx', ['-e', 'stderr', '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return started('nginx', nginx, port, folder);
}

/** A real Caddy with the Caddyfile that is shipped, before gateways on these ports. */
export async function startCaddy(gateways: readonly number[]): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-caddy-'));
  const [port = 0] = await freePorts(1);
  const file = join(folder, 'Caddyfile');
  // Neither the administration of Caddy nor certificates are wanted here.
  writeFileSync(file, `{\n\tadmin off\n\tauto_https off\n\tgrace_period 1s\n}\nimport ${CADDYFILE}\n`);
  mkdirSync(join(folder, 'home'));
  const caddy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      HOME: join(folder, 'home'),
      XDG_DATA_HOME: join(folder, 'home'),
      XDG_CONFIG_HOME: join(folder, 'home'),
      GODWIT_SITE: `http://127.0.0.1:${port}`,
      GODWIT_GATEWAYS: gateways.map((gateway) => `127.0.0.1:${gateway}`).join(' '),
    },
  });
  return started('Caddy', caddy, port, folder);
}

async function started(name: string, child: ChildProcess, port: number, folder: string): Promise<Balancer> {
  let complaint = '';
  child.stderr?.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4000)));
  const forget = endAtExit(() => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      // Not SIGKILL: nginx has workers to end.
      child.kill('SIGTERM');
      await ended;
    }
    forget();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil(`${name} to answer`, () => {
      if (child.exitCode !== null) throw new Error(`${name} ended (${child.exitCode}): ${complaint}`);
      return answers(port);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}
